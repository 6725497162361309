package ledger

import (
	"context"
	"strings"
	"unicode/utf8"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Outcomes are why a person takes a notification off the report.
var Outcomes = []string{"reached", "not_needed", "has_left", "cannot_reach", "phoned", "posted"}

// ClearAsk is what a person, or an API key, takes a notification off the report with.
type ClearAsk struct {
	NotificationID string
	RequestID      string // of the program: the same again does nothing more
	Outcome, Note  string
	Version        int // that the page showed; 0: not shown
}

// ClearNotification takes a notification off the report with a reason; it is not sent again, and what is
// queued is cancelled.
func (s *Store) ClearNotification(ctx context.Context, a models.Actor, ask ClearAsk) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	if !KnownOutcome(ask.Outcome) {
		return models.Invalid{"outcome": {Key: "error.outcome_missing"}}
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		what := ask.NotificationID + " " + ask.Outcome + " " + ask.Note
		_, err := t.Idempotent(
			a,
			ask.RequestID,
			db.IdempotentRequest{Action: "clear", What: what},
			func() (string, error) {
				return "", Clear(t, a, ask.NotificationID, ask.Outcome, ask.Note, ask.Version)
			},
		)
		return err
	})
}

func Clear(t *db.Tx, a models.Actor, id, outcome, note string, version int) error {
	n, err := LockNotification(t, a.AccountID, id)
	if err != nil {
		return err
	}
	if n.ClearedAt != nil {
		return models.Refusal{
			Guard:  models.GuardCleared,
			Values: map[string]string{"person": n.ClearedByName},
		}
	}
	if version != 0 && version != n.Version {
		return models.Conflict{Version: n.Version}
	}
	n.ClearedAt, n.ClearedBy, n.ClearedByName, n.Outcome = &t.Now, a.ID, a.Name, outcome
	t.Record(
		a,
		"notification.clear",
		models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title,
			Before: string(n.State), After: outcome, Reason: note},
	)
	if err := t.Save(&n).Error; err != nil {
		return db.Wrap(err, "clearing")
	}
	return Recompute(t, &n, a)
}

// ReopenNotification puts a cleared notification back. With a request id the same again does nothing more.
func (s *Store) ReopenNotification(ctx context.Context, a models.Actor, id, requestID string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		_, err := t.Idempotent(a, requestID, db.IdempotentRequest{Action: "reopen", What: id},
			func() (string, error) { return "", Reopen(t, a, id) })
		return err
	})
}

func Reopen(t *db.Tx, a models.Actor, id string) error {
	n, err := LockNotification(t, a.AccountID, id)
	if err != nil || n.ClearedAt == nil {
		return err
	}
	t.Record(a, "notification.reopen",
		models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title, Before: n.Outcome})
	n.ClearedAt, n.ClearedBy, n.ClearedByName, n.Outcome = nil, "", "", ""
	if err := t.Save(&n).Error; err != nil {
		return db.Wrap(err, "reopening")
	}
	return Recompute(t, &n, a)
}

// ConfirmArrived ends an unknown hand-over: the customer has it. A note is required.
func (s *Store) ConfirmArrived(ctx context.Context, a models.Actor, id, note string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	if utf8.RuneCountInString(strings.TrimSpace(note)) < models.ShortestNote {
		return models.Invalid{"note": {Key: "error.note_missing"}}
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		n, err := LockNotification(t, a.AccountID, id)
		if err != nil {
			return err
		}
		var attempt models.Attempt
		err = t.Where("account_id = ? AND notification_id = ? AND own_state <> 'cancelled'", n.AccountID, id).
			Order("number DESC").Limit(1).Find(&attempt).Error
		if err != nil {
			return db.Wrap(err, "attempt")
		}
		if attempt.OwnState != models.OutcomeUnknown {
			return models.Refusal{Guard: models.GuardDelivered}
		}
		attempt.OwnState, attempt.OwnAt, attempt.DueAt, attempt.Why = models.Presumed, t.Now, nil, "by_person"
		t.Record(a, "notification.arrived",
			models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title, Reason: note})
		return SaveOwn(t, &n, &attempt)
	})
}

func KnownOutcome(outcome string) bool {
	for _, o := range Outcomes {
		if o == outcome {
			return true
		}
	}
	return false
}
