package models

import (
	"context"
	"strings"
	"unicode/utf8"
)

// shortestNote is how much a person has to write where only they know.
const shortestNote = 10

// Outcomes are why a person takes a notification off the report.
var Outcomes = []string{"reached", "not_needed", "has_left", "cannot_reach", "phoned", "posted"}

// ClearAsk is what a person, or an API key, takes a notification off the report with.
type ClearAsk struct {
	NotificationID string
	RequestID      string // of the program: the same again does nothing more
	Outcome, Note  string
	Version        int // that the page showed; 0: not shown
}

// ClearNotification takes a notification off the report with a reason; it is not sent again, and what is queued is
// cancelled.
func (s *Store) ClearNotification(ctx context.Context, a Actor, ask ClearAsk) error {
	if err := a.need(Work); err != nil {
		return err
	}
	if !knownOutcome(ask.Outcome) {
		return Invalid{"outcome": {Key: "error.outcome_missing"}}
	}
	return s.inTx(ctx, func(t *tx) error {
		what := ask.NotificationID + " " + ask.Outcome + " " + ask.Note
		_, err := t.once(a, ask.RequestID, asked{"clear", what}, func() (string, error) {
			return "", t.clear(a, ask.NotificationID, ask.Outcome, ask.Note, ask.Version)
		})
		return err
	})
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

// ReopenNotification puts a cleared notification back. With a request id the same again does nothing more.
func (s *Store) ReopenNotification(ctx context.Context, a Actor, id, requestID string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		_, err := t.once(a, requestID, asked{"reopen", id}, func() (string, error) { return "", t.reopen(a, id) })
		return err
	})
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
	if utf8.RuneCountInString(strings.TrimSpace(note)) < shortestNote {
		return Invalid{"note": {Key: "error.note_missing"}}
	}
	return s.inTx(ctx, func(t *tx) error {
		n, err := t.lockNotification(a.AccountID, id)
		if err != nil {
			return err
		}
		var attempt Attempt
		err = t.Where("account_id = ? AND notification_id = ? AND own_state <> 'cancelled'", n.AccountID, id).
			Order("number DESC").Limit(1).Find(&attempt).Error
		if err != nil {
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
