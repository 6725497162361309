package models

import (
	"time"

	"gorm.io/gorm/clause"
)

// Suppression is an entry on a provider's do-not-send list.
type Suppression struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	ConnectionID   string
	AddressID      string
	Channel        Channel
	Address        string
	Normal         string
	Kind           string // bounce, complaint, unsubscribe, invalid, manual
	ProviderReason string
	ByHand         bool // its provider has no interface to remove it
	ListedAt       time.Time
	SeenAt         *time.Time // last seen on the provider's own list
	Times          int        // how often it has been listed
	EventID        string
	NotificationID string
	ClearedAt      *time.Time
	Differed       Side       // what the last comparison found: where alone the entry was
	DifferedAt     *time.Time // and when
}

// Side is where alone an entry was when the lists were compared; empty: on both.
type Side string

// The two sides.
const (
	OnlyThere Side = "there" // on the provider's list: added to ours
	OnlyHere  Side = "here"  // on ours: closed, because the provider does not keep it any more
)

// kindOfDrop is the list that a dropped reason names.
var kindOfDrop = map[string]string{
	"dropped-bounce": "bounce", "dropped-complaint": "complaint", "dropped-unsubscribed": "unsubscribe",
	"dropped-manual": "manual", "sms-opted-out": "unsubscribe",
}

// listAtProvider records that the provider now keeps the address on a list, or has taken it off.
func (t *tx) listAtProvider(e *Event, a Address) error {
	kind := e.SuppressionKind
	if kind == "" && Status(e.Type) == Dropped {
		kind = kindOfDrop[e.Reason]
	}
	switch {
	case kind == "" && e.Type != Resubscribed:
		return nil
	case e.Type == Resubscribed:
		return t.takenOff(e, a, kind)
	}
	return t.suppress(Suppression{
		AccountID: a.AccountID, ConnectionID: e.ConnectionID, AddressID: a.ID, Channel: a.Channel, Address: a.Value, Normal: a.Normal,
		Kind: kind, ProviderReason: e.Diagnostic, ListedAt: e.OccurredAt, EventID: e.ID, NotificationID: e.NotificationID,
	})
}

// suppress adds an entry, or opens it again when it is listed after it had been cleared.
func (t *tx) suppress(s Suppression) error {
	var old Suppression
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Limit(1).
		Find(&old, "account_id = ? AND connection_id = ? AND normal = ? AND kind = ?",
			s.AccountID, s.ConnectionID, s.Normal, s.Kind).Error
	if err != nil {
		return found(err, "suppression")
	}
	if old.ID == "" {
		s.ID, s.Times = newID("sup", t.now), 1
		err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&s).Error
		if err != nil {
			return found(err, "adding a suppression")
		}
		t.record(Itself(s.AccountID), "suppression.list", AuditEntry{ObjectKind: "suppression", ObjectID: s.ID, After: s.Kind})
		return t.offerNoMore(s.AccountID, s.AddressID)
	}
	if old.ClearedAt == nil || !s.ListedAt.After(*old.ClearedAt) {
		return nil
	}
	if err := t.offerNoMore(old.AccountID, old.AddressID); err != nil {
		return err
	}
	times := old.Times + 1
	err = t.Model(&Suppression{}).Where("account_id = ? AND id = ?", old.AccountID, old.ID).
		Updates(map[string]any{"cleared_at": nil, "listed_at": s.ListedAt, "times": times,
			"event_id": s.EventID, "notification_id": s.NotificationID, "provider_reason": s.ProviderReason}).Error
	if err != nil {
		return found(err, "listing again")
	}
	t.record(Itself(s.AccountID), "suppression.list", AuditEntry{ObjectKind: "suppression", ObjectID: old.ID, Before: "cleared", After: s.Kind})
	return found(t.Exec("UPDATE clear_requests SET relisted_at = ?, relisted_times = ? WHERE account_id = ? AND suppression_id = ? AND state = 'done' AND relisted_at IS NULL",
		t.now, times, old.AccountID, old.ID).Error, "marking a request")
}

// takenOff closes the entries of an address at a connection that the provider says it has removed.
func (t *tx) takenOff(e *Event, a Address, kind string) error {
	q := t.Model(&Suppression{}).
		Where("account_id = ? AND connection_id = ? AND normal = ? AND cleared_at IS NULL AND listed_at <= ?",
			e.AccountID, e.ConnectionID, a.Normal, e.OccurredAt)
	if kind != "" {
		q = q.Where("kind = ?", kind)
	} else {
		q = q.Where("kind = 'unsubscribe'")
	}
	done := q.Update("cleared_at", e.OccurredAt)
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "closing a suppression")
	}
	t.record(Itself(a.AccountID), "suppression.off", AuditEntry{ObjectKind: "address", ObjectID: a.ID, Before: kind})
	return t.offerDropped(a.AccountID, a.ID)
}

// openSuppressions are the entries that providers keep for an address, at one connection or (empty) at all.
func (t *tx) openSuppressions(a Address, connectionID string) ([]Suppression, error) {
	q := t.Where("account_id = ? AND normal = ? AND cleared_at IS NULL", a.AccountID, a.Normal)
	if connectionID != "" {
		q = q.Where("connection_id = ?", connectionID)
	}
	var open []Suppression
	return open, found(q.Order("listed_at").Find(&open).Error, "suppressions")
}

// liftByCustomer lifts what the customer's own act undoes: START lifts STOP, a new subscription the unsubscribe.
// The consent record is written by the product, with the message as evidence (semantics 7.4).
func (t *tx) liftByCustomer(e *Event, a Address) error {
	cause, how := CauseUnsubscribed, "web_form"
	if a.Channel == SMS {
		cause, how = CauseStop, "text_message"
	}
	var open OptOut
	err := t.Limit(1).
		Find(&open, "account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NULL AND occurred_at < ?",
			a.AccountID, a.ID, cause, e.OccurredAt).Error
	if err != nil || open.ID == "" || e.SuppressionKind == "bounce" || e.SuppressionKind == "complaint" {
		return found(err, "opt-out")
	}
	by := Itself(a.AccountID)
	consent := Consent{AddressID: a.ID, Channel: a.Channel, Purpose: "all", GivenBy: "the customer", How: how, GivenAt: e.OccurredAt,
		Words: e.Diagnostic, Evidence: EvidenceEvent + e.ID}
	if err := t.recordConsent(by, a, &consent); err != nil {
		return err
	}
	if err := t.lift(by, a, open, Lifting{Reason: LiftedByCustomer, ConsentID: consent.ID}); err != nil {
		return err
	}
	return t.offerDropped(a.AccountID, a.ID)
}

// proveClearing notes on a finished clear request that a message has since been delivered.
func (t *tx) proveClearing(a Address, e *Event) error {
	if e.Type != Delivered {
		return nil
	}
	return found(t.Exec(`UPDATE clear_requests SET proven_at = ? WHERE account_id = ? AND address_id = ?
		AND state = 'done' AND proven_at IS NULL AND done_at < ?`,
		e.OccurredAt, a.AccountID, a.ID, e.OccurredAt).Error, "proving a clearing")
}
