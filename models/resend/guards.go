package resend

import (
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/intake"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// guardVersions is no. 3: the page showed something older than what holds now.
func guardVersions(t *db.Tx, n models.Notification, ask ResendAsk) error {
	if ask.Version != 0 && ask.Version != n.Version {
		return models.Refusal{Guard: models.GuardChanged}
	}
	if ask.CustomerVersion == 0 {
		return nil
	}
	var c models.Customer
	if err := t.Take(&c, "account_id = ? AND id = ?", n.AccountID, n.CustomerID).Error; err != nil {
		return db.Wrap(err, "customer")
	}
	if c.Version != ask.CustomerVersion {
		return models.Refusal{Guard: models.GuardChanged, Values: map[string]string{"person": c.UpdatedBy}}
	}
	return nil
}

// guardAddress is nos. 4, 5 and 6.
func (f *facts) guardAddress(p plan) error {
	var causes []models.OptOut
	for _, o := range f.optOuts[p.address.ID] {
		if o.LiftedAt == nil {
			causes = append(causes, o)
		}
	}
	var listed []models.Suppression
	for _, entry := range f.entries[p.address.Normal] {
		if entry.ClearedAt == nil && entry.ConnectionID == p.connection.ID {
			listed = append(listed, entry)
		}
	}
	return refuses(p, causes, listed)
}

// guardAddressNow is guardAddress for one address that is known.
func guardAddressNow(t *db.Tx, p plan) error {
	causes, err := ledger.OpenCauses(t, p.address.AccountID, p.address.ID)
	if err != nil {
		return err
	}
	listed, err := ledger.OpenSuppressions(t, p.address, p.connection.ID)
	if err != nil {
		return err
	}
	return refuses(p, causes, listed)
}

// refuses says what of the causes and the entries of the sending connection stands against an address.
func refuses(p plan, causes []models.OptOut, listed []models.Suppression) error {
	if p.address.ID == "" {
		return models.Refusal{Guard: models.GuardNoAddress}
	}
	if _, _, problem := models.Normalise(p.address.Channel, p.address.Value, "ZZ"); problem != "" &&
		!p.address.Erased() {
		return models.Refusal{
			Guard:  models.GuardBadAddress,
			Values: map[string]string{"address": p.address.Value},
		}
	}
	if len(causes) > 0 {
		return models.Refusal{
			Guard:  models.GuardOptedOut,
			Values: map[string]string{"address": p.address.Value, "cause": string(causes[0].Cause)},
		}
	}
	// no connection: said after the guards that the person can lift
	if p.connection.ID == "" || len(listed) == 0 {
		return nil
	}
	return models.Refusal{
		Guard: models.GuardSuppressed,
		Values: map[string]string{
			"address":     p.address.Value,
			"provider":    p.connection.Provider,
			"suppression": listed[0].ID,
		},
	}
}

// sendingConnections are the account's connections that send, in their order.
func sendingConnections(t *db.Tx, accountID string) ([]models.Connection, error) {
	var all []models.Connection
	err := t.Where("account_id = ? AND removed_at IS NULL AND sends AND stopped_at IS NULL", accountID).
		Order("position, id").Find(&all).Error
	return slices.DeleteFunc(
		all,
		func(c models.Connection) bool { return !t.Database.Knows(c.Provider) },
	), db.Wrap(err, "connections")
}

// sendingConnection is the one that the notification went by, else the first of the channel that can send.
func sendingConnection(t *db.Tx, n models.Notification, channel models.Channel) (models.Connection, error) {
	all, err := sendingConnections(t, n.AccountID)
	if err != nil {
		return models.Connection{}, err
	}
	return choose(all, n, channel)
}

func choose(all []models.Connection, n models.Notification,
	channel models.Channel) (models.Connection, error) {
	var first models.Connection
	for _, c := range all {
		if c.ID == n.ConnectionID && connection.Carries(c, channel) {
			return c, nil
		}
		if first.ID == "" && connection.Carries(c, channel) {
			first = c
		}
	}
	if first.ID == "" {
		return first, models.Refusal{Guard: models.GuardNoConnection}
	}
	return first, nil
}

// guardSameRefusal is no. 7: the same message to the same address would be refused again.
func (f *facts) guardSameRefusal(p plan) error {
	last, failed := models.LastFailure(p.attempts)
	if !failed || last.AddressID != p.address.ID ||
		(last.Status != models.HardBounce && last.Status != models.InvalidStatus) {
		return nil
	}
	if reason, _ := models.ReasonByID(last.Reason); f.changedSince(p.address, last.DecidedAt) ||
		intake.Blameless(reason) {
		return nil
	}
	return models.Refusal{
		Guard:  models.GuardSameRefusal,
		Values: map[string]string{"address": p.address.Value, "at": last.DecidedAt.Format(time.RFC3339)},
	}
}

// changedSince says whether something that held against an address has been lifted or cleared since.
func (f *facts) changedSince(a models.Address, at time.Time) bool {
	return slices.ContainsFunc(f.optOuts[a.ID],
		func(o models.OptOut) bool { return o.LiftedAt != nil && o.LiftedAt.After(at) }) ||
		slices.ContainsFunc(f.entries[a.Normal],
			func(s models.Suppression) bool { return s.ClearedAt != nil && s.ClearedAt.After(at) })
}

// guardContent is no. 8.
func (f *facts) guardContent(n models.Notification, channel models.Channel) error {
	text := f.kept[n.ID]
	switch {
	case n.NoRepeat:
		return models.Refusal{Guard: models.GuardNoRepeat}
	case n.ValidUntil != nil && f.t.Now.After(*n.ValidUntil):
		return models.Refusal{
			Guard:  models.GuardTooLate,
			Values: map[string]string{"at": n.ValidUntil.Format(time.RFC3339)},
		}
	case !text.Plain && (!text.HTML || channel == models.SMS):
		return models.Refusal{Guard: models.GuardNoContent}
	}
	return nil
}

// guardLimits is no. 9.
func (f *facts) guardLimits(n models.Notification, p plan) error {
	l := f.t.Database.Limits()
	for _, limit := range []struct {
		guard  models.Guard
		most   int
		within time.Duration
		asked  []time.Time
	}{
		{models.GuardAddressLimit, l.PerAddress, 24 * time.Hour, f.asked[p.address.ID]},
		{models.GuardNoticeLimit, l.PerNotice, 24 * time.Hour, f.askedOf(n.ID)},
		{models.GuardHourLimit, l.PerHour, time.Hour, f.hour},
	} {
		if len(limit.asked) >= limit.most {
			return models.Refusal{
				Guard:  limit.guard,
				Values: map[string]string{"at": limit.asked[0].Add(limit.within).Format(time.RFC3339)},
			}
		}
	}
	return nil
}

// askedOf are the resends of a notification in the last day.
func (f *facts) askedOf(notificationID string) (all []time.Time) {
	for _, a := range f.attempts[notificationID] {
		if a.Ours && a.Resend() && a.OwnState != models.Cancelled &&
			a.AskedAt.After(f.t.Now.Add(-24*time.Hour)) {
			all = append(all, a.AskedAt)
		}
	}
	return all
}

// stopWhy turns a refusal into the word that an attempt keeps.
func stopWhy(g models.Guard) string { return strings.ToLower(string(g)) }
