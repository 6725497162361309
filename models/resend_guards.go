package models

import (
	"strings"
	"time"
)

// guardVersions is no. 3: the page showed something older than what holds now.
func (t *tx) guardVersions(n Notification, ask ResendAsk) error {
	if ask.Version != 0 && ask.Version != n.Version {
		return Refusal{Guard: GuardChanged}
	}
	if ask.CustomerVersion == 0 {
		return nil
	}
	var c Customer
	if err := t.Take(&c, "account_id = ? AND id = ?", n.AccountID, n.CustomerID).Error; err != nil {
		return found(err, "customer")
	}
	if c.Version != ask.CustomerVersion {
		return Refusal{GuardChanged, map[string]string{"person": c.UpdatedBy}}
	}
	return nil
}

// guardAddress is nos. 4, 5 and 6.
func (t *tx) guardAddress(p plan) error {
	if p.address.ID == "" {
		return Refusal{Guard: GuardNoAddress}
	}
	if _, _, problem := normalise(p.address.Channel, p.address.Value, "ZZ"); problem != "" && !p.address.Erased() {
		return Refusal{GuardBadAddress, map[string]string{"address": p.address.Value}}
	}
	causes, err := t.openCauses(p.address.AccountID, p.address.ID)
	if err != nil {
		return err
	}
	if len(causes) > 0 {
		return Refusal{GuardOptedOut, map[string]string{"address": p.address.Value, "cause": string(causes[0].Cause)}}
	}
	if p.connection.ID == "" {
		return nil // said after the guards that the person can lift
	}
	listed, err := t.openSuppressions(p.address, p.connection.ID)
	if err != nil {
		return err
	}
	if len(listed) > 0 {
		return Refusal{GuardSuppressed, map[string]string{"address": p.address.Value, "provider": p.connection.Provider, "suppression": listed[0].ID}}
	}
	return nil
}

// sendingConnection is the one that the notification went by, else the first of the channel that can send.
func (t *tx) sendingConnection(n Notification, channel Channel) (Connection, error) {
	var all []Connection
	err := t.Where("account_id = ? AND removed_at IS NULL AND sends AND stopped_at IS NULL", n.AccountID).
		Order("position, id").Find(&all).Error
	if err != nil {
		return Connection{}, found(err, "connections")
	}
	var first Connection
	for _, c := range all {
		if !t.s.Knows(c.Provider) {
			continue
		}
		if c.ID == n.ConnectionID && c.Carries(channel) {
			return c, nil
		}
		if first.ID == "" && c.Carries(channel) {
			first = c
		}
	}
	if first.ID == "" {
		return first, Refusal{Guard: GuardNoConnection}
	}
	return first, nil
}

// guardSameRefusal is no. 7: the same message to the same address would be refused again.
func (t *tx) guardSameRefusal(p plan) error {
	last, failed := lastFailure(p.attempts)
	if !failed || last.AddressID != p.address.ID || (last.Status != HardBounce && last.Status != InvalidStatus) {
		return nil
	}
	var changes int64
	err := t.Raw(`SELECT (SELECT COUNT(*) FROM opt_outs WHERE account_id = ? AND address_id = ?
		AND lifted_at > ?)
		+ (SELECT COUNT(*) FROM suppressions WHERE account_id = ? AND normal = ? AND cleared_at > ?)`,
		p.address.AccountID, p.address.ID, last.DecidedAt, p.address.AccountID, p.address.Normal, last.DecidedAt).Scan(&changes).Error
	if err != nil {
		return found(err, "changes since a refusal")
	}
	if reason, _ := ReasonByID(last.Reason); changes > 0 || blameless(reason) {
		return nil
	}
	return Refusal{GuardSameRefusal, map[string]string{"address": p.address.Value, "at": last.DecidedAt.Format(time.RFC3339)}}
}

// guardContent is no. 8.
func (t *tx) guardContent(n Notification, channel Channel) (Content, error) {
	content, err := t.content(n)
	switch {
	case err != nil:
		return content, err
	case n.NoRepeat:
		return content, Refusal{Guard: GuardNoRepeat}
	case n.ValidUntil != nil && t.now.After(*n.ValidUntil):
		return content, Refusal{GuardTooLate, map[string]string{"at": n.ValidUntil.Format(time.RFC3339)}}
	case content.empty(), channel == SMS && content.Text == "":
		return content, Refusal{Guard: GuardNoContent}
	}
	return content, nil
}

// guardLimits is no. 9.
func (t *tx) guardLimits(n Notification, p plan) error {
	l := t.s.limits
	for _, limit := range []struct {
		guard  Guard
		most   int
		within time.Duration
		where  string
		value  string
	}{
		{GuardAddressLimit, l.PerAddress, 24 * time.Hour, "address_id = ?", p.address.ID},
		{GuardNoticeLimit, l.PerNotice, 24 * time.Hour, "notification_id = ?", n.ID},
		{GuardHourLimit, l.PerHour, time.Hour, "account_id = ?", n.AccountID},
	} {
		var oldest []time.Time
		err := t.Model(&Attempt{}).Where("account_id = ?", n.AccountID).Where(limit.where, limit.value).
			Where("ours AND number > 0 AND own_state <> 'cancelled' AND asked_at > ?", t.now.Add(-limit.within)).
			Order("asked_at").Limit(limit.most).Pluck("asked_at", &oldest).Error
		if err != nil {
			return found(err, "limits")
		}
		if len(oldest) >= limit.most {
			return Refusal{limit.guard, map[string]string{"at": oldest[0].Add(limit.within).Format(time.RFC3339)}}
		}
	}
	return nil
}

// stopWhy turns a refusal into the word that an attempt keeps.
func stopWhy(g Guard) string { return strings.ToLower(string(g)) }
