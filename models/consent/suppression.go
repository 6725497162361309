package consent

import (
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// kindOfDrop is the list that a dropped reason names.
var kindOfDrop = map[string]string{
	"dropped-bounce": "bounce", "dropped-complaint": "complaint", "dropped-unsubscribed": "unsubscribe",
	"dropped-manual": "manual", "sms-opted-out": "unsubscribe",
}

// ListAtProvider records that the provider now keeps the address on a list, or has taken it off.
func ListAtProvider(t *db.Tx, e *models.Event, a models.Address) error {
	kind := e.SuppressionKind
	if kind == "" && models.Status(e.Type) == models.Dropped {
		kind = kindOfDrop[e.Reason]
	}
	switch {
	case kind == "" && e.Type != models.Resubscribed:
		return nil
	case e.Type == models.Resubscribed:
		return takenOff(t, e, a, kind)
	}
	return suppress(t, models.Suppression{
		AccountID: a.AccountID, ConnectionID: e.ConnectionID, AddressID: a.ID, Channel: a.Channel,
		Address: a.Value, Normal: a.Normal,
		Kind: kind, ProviderReason: e.Diagnostic, ListedAt: e.OccurredAt, EventID: e.ID,
		NotificationID: e.NotificationID,
	})
}

// suppress adds an entry, or opens it again when it is listed after it had been cleared.
func suppress(t *db.Tx, s models.Suppression) error {
	old, known := knownEntry(t, s)
	if !known {
		err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Limit(1).
			Find(&old, "account_id = ? AND connection_id = ? AND normal = ? AND kind = ?",
				s.AccountID, s.ConnectionID, s.Normal, s.Kind).Error
		if err != nil {
			return db.Wrap(err, "suppression")
		}
	}
	if old.ID == "" {
		s.ID, s.Times = models.NewID("sup", t.Now), 1
		if !db.Later(t, s.AccountID, s) {
			err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&s).Error
			if err != nil {
				return db.Wrap(err, "adding a suppression")
			}
		}
		t.Record(models.Itself(s.AccountID), "suppression.list",
			models.AuditEntry{ObjectKind: "suppression", ObjectID: s.ID, After: s.Kind})
		return unmarkReady(t, s.AccountID, s.AddressID)
	}
	if old.ClearedAt == nil || !s.ListedAt.After(*old.ClearedAt) {
		return nil
	}
	if err := unmarkReady(t, old.AccountID, old.AddressID); err != nil {
		return err
	}
	times := old.Times + 1
	err := t.Model(&models.Suppression{}).Where("account_id = ? AND id = ?", old.AccountID, old.ID).
		Updates(map[string]any{"cleared_at": nil, "listed_at": s.ListedAt, "times": times,
			"event_id": s.EventID, "notification_id": s.NotificationID,
			"provider_reason": s.ProviderReason}).Error
	if err != nil {
		return db.Wrap(err, "listing again")
	}
	t.Record(models.Itself(s.AccountID), "suppression.list",
		models.AuditEntry{ObjectKind: "suppression", ObjectID: old.ID, Before: "cleared", After: s.Kind})
	return db.Wrap(
		t.Exec(
			"UPDATE clear_requests SET relisted_at = ?, relisted_times = ? WHERE account_id = ? AND "+
				"suppression_id = ? AND state = 'done' AND relisted_at IS NULL",
			t.Now,
			times,
			old.AccountID,
			old.ID,
		).Error,
		"marking a request",
	)
}

// takenOff closes the entries of an address at a connection that the provider says it has removed.
func takenOff(t *db.Tx, e *models.Event, a models.Address, kind string) error {
	q := t.Model(&models.Suppression{}).
		Where("account_id = ? AND connection_id = ? AND normal = ? AND cleared_at IS NULL AND listed_at <= ?",
			e.AccountID, e.ConnectionID, a.Normal, e.OccurredAt)
	if kind != "" {
		q = q.Where("kind = ?", kind)
	} else {
		q = q.Where("kind = 'unsubscribe'")
	}
	done := q.Update("cleared_at", e.OccurredAt)
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "closing a suppression")
	}
	t.Record(models.Itself(a.AccountID), "suppression.off",
		models.AuditEntry{ObjectKind: "address", ObjectID: a.ID, Before: kind})
	return markReady(t, a.AccountID, a.ID)
}

// LiftByCustomer lifts what the customer's own act undoes: START lifts STOP, a new subscription the
// unsubscribe. The consent record is written by the product, with the message as evidence (RULES.md, Effects
// on an address).
func LiftByCustomer(t *db.Tx, e *models.Event, a models.Address) error {
	cause, how := models.CauseUnsubscribed, "web_form"
	if a.Channel == models.SMS {
		cause, how = models.CauseStop, "text_message"
	}
	var open models.OptOut
	err := t.Limit(1).
		Find(&open, "account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NULL AND occurred_at "+
			"< ?",
			a.AccountID, a.ID, cause, e.OccurredAt).
		Error
	if err != nil || open.ID == "" || e.SuppressionKind == "bounce" || e.SuppressionKind == "complaint" {
		return db.Wrap(err, "opt-out")
	}
	by := models.Itself(a.AccountID)
	consent := models.Consent{
		AddressID: a.ID,
		Channel:   a.Channel,
		Purpose:   "all",
		GivenBy:   "the customer",
		How:       how,
		GivenAt:   e.OccurredAt,
		Words:     e.Diagnostic,
		Evidence:  models.EvidenceEvent + e.ID,
	}
	if err := recordConsent(t, by, a, &consent); err != nil {
		return err
	}
	if err := Lift(t, by, a, open, Lifting{Reason: models.LiftedByCustomer,
		ConsentID: consent.ID}); err != nil {
		return err
	}
	return markReady(t, a.AccountID, a.ID)
}

// ProveClearing notes on a finished clear request that a message has since been delivered.
func ProveClearing(t *db.Tx, a models.Address, e *models.Event) error {
	if e.Type != models.Delivered {
		return nil
	}
	if cleared, known := db.Known[ClearRequest](t, a.AccountID, unprovenOf(a.ID)); known &&
		len(cleared) == 0 {
		return nil
	}
	return db.Wrap(t.Exec(`UPDATE clear_requests SET proven_at = ? WHERE account_id = ? AND address_id = ?
		AND state = 'done' AND proven_at IS NULL AND done_at < ?`,
		e.OccurredAt, a.AccountID, a.ID, e.OccurredAt).Error, "proving a clearing")
}
