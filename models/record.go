package models

import (
	"slices"

	"gorm.io/gorm/clause"
)

// apply gives one stored event its effect, in the transaction at hand: the only way in which what a provider says
// changes a notification or an address (semantics 3.1, step 5).
func (t *tx) apply(e *Event) error {
	if e.Sample || e.Type == Unrecognised {
		return t.keepAs(e, EventIgnored)
	}
	attempt, err := t.match(e)
	if err != nil {
		return err
	}
	if attempt.ID == "" {
		return t.applyUnmatched(e)
	}
	return t.applyTo(e, attempt)
}

// applyUnmatched: a failure makes a notification of its own, what is about an address only reaches the address, and
// everything else is kept until its attempt appears.
func (t *tx) applyUnmatched(e *Event) error {
	switch {
	case e.Unproven: // of a message that we know nothing of
		return t.keepAs(e, EventUnmatched)
	case (e.Type.Failure() || e.Type == Complaint) && e.Recipient != "":
		attempt, err := t.discover(e)
		if err != nil {
			return err
		}
		return t.applyTo(e, attempt)
	case aboutAddress(e.Type):
		if err := t.affectAddress(e, Attempt{}); err != nil {
			return err
		}
		return t.mark(e, EventApplied)
	}
	if err := t.noteLooseDelivery(e); err != nil {
		return err
	}
	return t.keepAs(e, EventUnmatched)
}

// keepAs keeps an event that belongs to no attempt.
func (t *tx) keepAs(e *Event, state EventState) error {
	if err := t.mark(e, state); err != nil {
		return err
	}
	erased, err := t.erasedAddress(e.AccountID, e.Channel, e.Recipient)
	if err != nil || erased.ID == "" {
		return err
	}
	return t.hideErased(e)
}

func aboutAddress(kind EventType) bool {
	return kind == Unsubscribed || kind == Resubscribed || kind == AddressSuppressed
}

func (t *tx) applyTo(e *Event, attempt Attempt) error {
	n, err := t.lockNotification(e.AccountID, attempt.NotificationID)
	if err != nil {
		return err
	}
	e.NotificationID, e.AttemptID = n.ID, attempt.ID
	if err := t.mark(e, EventApplied); err != nil {
		return err
	}
	if !aboutAddress(e.Type) {
		if err := t.recompute(&n, Itself(e.AccountID)); err != nil {
			return err
		}
	}
	if attempt.Recipient == "" {
		if err := t.hideErased(e); err != nil {
			return err
		}
	}
	if e.Probable && e.Unproven {
		return nil // anybody could have written it: nobody's address is refused for it
	}
	return t.affectAddress(e, attempt)
}

func (t *tx) mark(e *Event, state EventState) error {
	e.State = state
	err := t.Model(&Event{}).Where("account_id = ? AND id = ?", e.AccountID, e.ID).Updates(map[string]any{
		"state": state, "notification_id": e.NotificationID, "attempt_id": e.AttemptID, "probable": e.Probable, "error": ""}).Error
	return found(err, "marking an event")
}

// lockNotification holds a notification of the account until the transaction ends.
func (t *tx) lockNotification(accountID, id string) (Notification, error) {
	var n Notification
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&n, "id = ? AND account_id = ?", id, accountID).Error
	return n, found(err, "notification")
}

// eventColumns are what an outcome is computed from; raw bodies stay where they are.
var eventColumns = []string{"id", "attempt_id", "type", "reason", "occurred_at", "by_rank", "after_delivery", "dedupe_key", "connection_id", "provider_message_id"}

// recompute brings a held notification, its attempts, its row of the report and the counters up to what the set of
// its events says.
func (t *tx) recompute(n *Notification, by Actor) error {
	var attempts []Attempt
	if err := t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("number").
		Find(&attempts).Error; err != nil {
		return found(err, "attempts")
	}
	var events []Event
	if err := t.Select(eventColumns).
		Where("account_id = ? AND notification_id = ? AND notification_id <> '' AND state = 'applied'", n.AccountID, n.ID).Find(&events).Error; err != nil {
		return found(err, "events")
	}
	byAttempt := map[string][]Event{}
	for _, e := range events {
		byAttempt[e.AttemptID] = append(byAttempt[e.AttemptID], e)
	}
	before, was := *n, slices.Clone(attempts)
	n.judge(attempts, byAttempt)
	proven, changed := t.followEvidence(n, attempts, byAttempt)
	if changed {
		n.judge(attempts, byAttempt)
	}
	if err := t.saveAttempts(was, attempts); err != nil {
		return err
	}
	keptProven := keptIn[provenAttempts](t)
	*keptProven = append(*keptProven, proven...)
	return t.saveNotification(before, n, attempts, by)
}

// provenAttempts are hand-overs that a transaction has proven: what waits for them is matched at its end (rematchProven).
type provenAttempts []Attempt

func (t *tx) saveAttempts(was, attempts []Attempt) error {
	for i := range attempts {
		if attempts[i] == was[i] {
			continue
		}
		if err := t.Save(&attempts[i]).Error; err != nil {
			return found(err, "saving an attempt")
		}
	}
	return nil
}

func (t *tx) saveNotification(before Notification, n *Notification, attempts []Attempt, by Actor) error {
	if *n != before {
		n.Version, n.UpdatedAt = n.Version+1, t.now
		if err := t.Save(n).Error; err != nil {
			return found(err, "saving a notification")
		}
	}
	if err := t.countDelivered(before, *n); err != nil {
		return err
	}
	if err := t.tellMove(before, *n); err != nil {
		return err
	}
	if before.State != n.State && n.FirstFailedAt != nil {
		t.recordMove(before, *n, by)
	}
	return t.syncRow(n, attempts)
}

// recordMove writes the line of an item's coming or going, when it was not a person's act, nor that of a job that has
// said more: those have their own.
func (t *tx) recordMove(before, n Notification, by Actor) {
	told := slices.ContainsFunc(t.audit, func(e AuditEntry) bool {
		return e.ObjectID == n.ID && (e.Action == "notification.stop" || e.Action == "notification.unknown")
	})
	if by.Kind != Product || told {
		return
	}
	after := string(n.State)
	if n.State == StateFailed {
		after = string(n.Status)
	}
	t.record(by, "notification."+string(n.State), AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title,
		Before: string(before.State), After: after})
}
