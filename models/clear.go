package models

import "context"

// Outcomes are why a person takes a notification off the report.
var Outcomes = []string{"reached", "not_needed", "has_left", "cannot_reach", "phoned", "posted"}

// ClearNotification takes a notification off the report with a reason; it is not sent again, and what is queued is
// cancelled. A version of 0 skips the check that nobody else changed it.
func (s *Store) ClearNotification(ctx context.Context, a Actor, id, outcome, note string, version int) error {
	if err := a.need(Work); err != nil {
		return err
	}
	if !knownOutcome(outcome) {
		return Invalid{"outcome": {Key: "error.outcome_missing"}}
	}
	return s.inTx(ctx, func(t *tx) error { return t.clear(a, id, outcome, note, version) })
}

func (t *tx) clear(a Actor, id, outcome, note string, version int) error {
	n, err := t.lockNotification(a.AccountID, id)
	if err != nil {
		return err
	}
	if n.ClearedAt != nil {
		return Refusal{GuardCleared, map[string]string{"person": n.ClearedByName}}
	}
	if version != 0 && version != n.Version {
		return Conflict{Version: n.Version}
	}
	n.ClearedAt, n.ClearedBy, n.ClearedByName, n.Outcome = &t.now, a.ID, a.Name, outcome
	t.record(a, "notification.clear", AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title,
		Before: string(n.State), After: outcome, Reason: note})
	if err := t.Save(&n).Error; err != nil {
		return found(err, "clearing")
	}
	return t.recompute(&n, a)
}

// ReopenNotification puts a cleared notification back.
func (s *Store) ReopenNotification(ctx context.Context, a Actor, id string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error { return t.reopen(a, id) })
}

func (t *tx) reopen(a Actor, id string) error {
	n, err := t.lockNotification(a.AccountID, id)
	if err != nil || n.ClearedAt == nil {
		return err
	}
	t.record(a, "notification.reopen", AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title, Before: n.Outcome})
	n.ClearedAt, n.ClearedBy, n.ClearedByName, n.Outcome = nil, "", "", ""
	if err := t.Save(&n).Error; err != nil {
		return found(err, "reopening")
	}
	return t.recompute(&n, a)
}

// SayArrived ends an unknown hand-over: the customer has it. A note is required (A16).
func (s *Store) SayArrived(ctx context.Context, a Actor, id, note string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	if note == "" {
		return Invalid{"note": {Key: "error.note_missing"}}
	}
	return s.inTx(ctx, func(t *tx) error {
		n, err := t.lockNotification(a.AccountID, id)
		if err != nil {
			return err
		}
		var attempt Attempt
		if err := t.Where("notification_id = ?", id).Order("number DESC").Limit(1).Find(&attempt).Error; err != nil {
			return found(err, "attempt")
		}
		if attempt.OwnState != OutcomeUnknown {
			return Refusal{Guard: GuardDelivered}
		}
		attempt.OwnState, attempt.OwnAt, attempt.DueAt, attempt.Why = Presumed, t.now, nil, "by_person"
		t.record(a, "notification.arrived", AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title, Reason: note})
		return t.saveOwn(&n, &attempt)
	})
}

func knownOutcome(outcome string) bool {
	for _, o := range Outcomes {
		if o == outcome {
			return true
		}
	}
	return false
}
