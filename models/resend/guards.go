package resend

import (
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
func guardAddress(t *db.Tx, p plan) error {
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
	causes, err := ledger.OpenCauses(t, p.address.AccountID, p.address.ID)
	if err != nil {
		return err
	}
	if len(causes) > 0 {
		return models.Refusal{
			Guard:  models.GuardOptedOut,
			Values: map[string]string{"address": p.address.Value, "cause": string(causes[0].Cause)},
		}
	}
	if p.connection.ID == "" {
		return nil // said after the guards that the person can lift
	}
	listed, err := ledger.OpenSuppressions(t, p.address, p.connection.ID)
	if err != nil {
		return err
	}
	if len(listed) > 0 {
		return models.Refusal{
			Guard: models.GuardSuppressed,
			Values: map[string]string{
				"address":     p.address.Value,
				"provider":    p.connection.Provider,
				"suppression": listed[0].ID,
			},
		}
	}
	return nil
}

// sendingConnection is the one that the notification went by, else the first of the channel that can send.
func sendingConnection(t *db.Tx, n models.Notification, channel models.Channel) (models.Connection, error) {
	var all []models.Connection
	err := t.Where("account_id = ? AND removed_at IS NULL AND sends AND stopped_at IS NULL", n.AccountID).
		Order("position, id").Find(&all).Error
	if err != nil {
		return models.Connection{}, db.Wrap(err, "connections")
	}
	var first models.Connection
	for _, c := range all {
		if !t.Database.Knows(c.Provider) {
			continue
		}
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
func guardSameRefusal(t *db.Tx, p plan) error {
	last, failed := models.LastFailure(p.attempts)
	if !failed || last.AddressID != p.address.ID ||
		(last.Status != models.HardBounce && last.Status != models.InvalidStatus) {
		return nil
	}
	var changes int64
	err := t.Raw(`SELECT (SELECT COUNT(*) FROM opt_outs WHERE account_id = ? AND address_id = ?
		AND lifted_at > ?)
		+ (SELECT COUNT(*) FROM suppressions WHERE account_id = ? AND normal = ? AND cleared_at > ?)`,
		p.address.AccountID, p.address.ID, last.DecidedAt, p.address.AccountID, p.address.Normal,
		last.DecidedAt).Scan(&changes).Error
	if err != nil {
		return db.Wrap(err, "changes since a refusal")
	}
	if reason, _ := models.ReasonByID(last.Reason); changes > 0 || intake.Blameless(reason) {
		return nil
	}
	return models.Refusal{
		Guard:  models.GuardSameRefusal,
		Values: map[string]string{"address": p.address.Value, "at": last.DecidedAt.Format(time.RFC3339)},
	}
}

// guardContent is no. 8.
func guardContent(t *db.Tx, n models.Notification, channel models.Channel) (models.Content, error) {
	content, err := ledger.Content(t, n)
	switch {
	case err != nil:
		return content, err
	case n.NoRepeat:
		return content, models.Refusal{Guard: models.GuardNoRepeat}
	case n.ValidUntil != nil && t.Now.After(*n.ValidUntil):
		return content, models.Refusal{
			Guard:  models.GuardTooLate,
			Values: map[string]string{"at": n.ValidUntil.Format(time.RFC3339)},
		}
	case ledger.Empty(content), channel == models.SMS && content.Text == "":
		return content, models.Refusal{Guard: models.GuardNoContent}
	}
	return content, nil
}

// guardLimits is no. 9.
func guardLimits(t *db.Tx, n models.Notification, p plan) error {
	l := t.Database.Limits()
	for _, limit := range []struct {
		guard  models.Guard
		most   int
		within time.Duration
		where  string
		value  string
	}{
		{models.GuardAddressLimit, l.PerAddress, 24 * time.Hour, "address_id = ?", p.address.ID},
		{models.GuardNoticeLimit, l.PerNotice, 24 * time.Hour, "notification_id = ?", n.ID},
		{models.GuardHourLimit, l.PerHour, time.Hour, "account_id = ?", n.AccountID},
	} {
		var oldest []time.Time
		err := t.Model(&models.Attempt{}).Where("account_id = ?", n.AccountID).
			Where(limit.where, limit.value).
			Where("ours AND number > 0 AND own_state <> 'cancelled' AND asked_at > ?",
				t.Now.Add(-limit.within)).
			Order("asked_at").Limit(limit.most).Pluck("asked_at", &oldest).Error
		if err != nil {
			return db.Wrap(err, "limits")
		}
		if len(oldest) >= limit.most {
			return models.Refusal{
				Guard:  limit.guard,
				Values: map[string]string{"at": oldest[0].Add(limit.within).Format(time.RFC3339)},
			}
		}
	}
	return nil
}

// stopWhy turns a refusal into the word that an attempt keeps.
func stopWhy(g models.Guard) string { return strings.ToLower(string(g)) }
