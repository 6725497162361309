package resend

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// ResendAsk is what a person, or an API key, presses Resend with.
type ResendAsk struct {
	NotificationID  string
	RequestID       string // of the form: pressing twice does nothing more
	Version         int    // of the notification that the page showed; 0: not shown
	CustomerVersion int    // of the customer that the page showed; 0: not shown
	// that the page showed; the resend goes to it and to no other; empty: the present one
	AddressID string
	To        string // the same, as it was written on the page
	// the other channel ("send by text instead"); empty: the notification's own
	Channel   models.Channel
	MayGetTwo bool // the box "the customer may get two" is ticked
	Late      bool // the box "although what it is about is over" is ticked
	Bulk      bool
}

// AskResend queues one new attempt when all guards allow it. A refusal is a Refusal and is written to the
// log.
func (s *Store) AskResend(ctx context.Context, a models.Actor, ask ResendAsk) (models.Attempt, error) {
	if err := a.Need(models.Work); err != nil {
		return models.Attempt{}, err
	}
	var attempt models.Attempt
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		id, err := t.Idempotent(
			a,
			ask.RequestID,
			db.IdempotentRequest{Action: "resend", What: ask.all(a)},
			func() (string, error) {
				made, err := askResend(t, a, ask)
				return made.ID, err
			},
		)
		if err != nil {
			return err
		}
		attempt = models.Attempt{}
		return db.Wrap(t.Take(&attempt, "id = ? AND account_id = ?", id, a.AccountID).Error, "attempt")
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = models.Refusal{Guard: models.GuardLive} // the database saw the other person first
	}
	if refusal := (models.Refusal{}); errors.As(err, &refusal) && !ask.Bulk {
		return attempt, errors.Join(err, s.db.Note(ctx, a, "notification.resend_refused", models.AuditEntry{
			ObjectKind: "notification",
			ObjectID:   ask.NotificationID,
			Reason:     string(refusal.Guard),
		}))
	}
	return attempt, err
}

func askResend(t *db.Tx, a models.Actor, ask ResendAsk) (models.Attempt, error) {
	n, err := ledger.LockNotification(t, a.AccountID, ask.NotificationID)
	if err != nil {
		return models.Attempt{}, err
	}
	plan, err := planResend(t, a, n, ask)
	if err != nil {
		return models.Attempt{}, err
	}
	return queueResend(t, a, n, ask, plan)
}

// queueResend makes the attempt of a plan that all guards let through; the notification is held.
func queueResend(t *db.Tx, a models.Actor, n models.Notification, ask ResendAsk,
	plan plan) (models.Attempt, error) {
	if last := plan.live(); last.OwnState == models.OutcomeUnknown {
		if err := t.Model(&models.Attempt{}).Where("account_id = ? AND id = ?", last.AccountID, last.ID).
			Updates(map[string]any{"closed": true, "due_at": nil}).Error; err != nil {
			return models.Attempt{}, db.Wrap(err, "closing an attempt")
		}
	}
	due := t.Now.Add(t.Database.Limits().Undo)
	attempt := models.Attempt{
		ID: models.NewID("att", t.Now), NotificationID: n.ID, AccountID: n.AccountID,
		Number: plan.newest().Number + 1, Channel: ask.channel(n),
		ConnectionID: plan.connection.ID, AddressID: plan.address.ID, Recipient: plan.address.Value,
		Ours:     true,
		OwnState: models.Queued, OwnAt: t.Now, Outcome: models.Queued, DecidedAt: t.Now,
		AskedBy: a.ID, AskedByName: a.Name, AskedAt: t.Now, DueAt: &due, CreatedAt: t.Now,
	}
	if err := t.Create(&attempt).Error; err != nil {
		return attempt, fmt.Errorf("models: queueing a resend: %w", err)
	}
	t.Record(
		a,
		"notification.resend",
		models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title,
			Before: string(n.State), After: string(models.StateRunning)},
	)
	if err := ledger.Recompute(t, &n, a); err != nil {
		return attempt, err
	}
	priority := models.PriorityPressed
	if ask.Bulk {
		priority = models.PrioritySet
	}
	return attempt, ledger.AskHandoverAs(t, attempt, priority)
}

// all is what a program asks for, with what it says in its body; of a person's form the notification says
// enough.
func (ask ResendAsk) all(a models.Actor) string {
	what := ask.NotificationID + " " + string(ask.Channel)
	if a.Kind == models.APIKey && ask.MayGetTwo {
		what += " may get two"
	}
	if a.Kind == models.APIKey && ask.Late {
		what += " late"
	}
	return what
}

func (ask ResendAsk) channel(n models.Notification) models.Channel {
	if ask.Channel != "" {
		return ask.Channel
	}
	return n.Channel
}

// CheckResend says what would refuse a resend now: nil, or the Refusal that AskResend would give.
func (s *Store) CheckResend(ctx context.Context, a models.Actor, notificationID string) error {
	return s.CheckOtherWay(ctx, a, notificationID, "")
}

// CheckOtherWay is CheckResend by another channel than the notification's own.
func (s *Store) CheckOtherWay(ctx context.Context, a models.Actor, notificationID string,
	channel models.Channel) error {
	if err := a.Need(models.See); err != nil {
		return err
	}
	t := s.db.ReadTx(ctx)
	var n models.Notification
	if err := t.Take(&n, "id = ? AND account_id = ?", notificationID, a.AccountID).Error; err != nil {
		return db.Wrap(err, "notification")
	}
	_, err := planResend(t, a, n, ResendAsk{NotificationID: notificationID, Channel: channel})
	return err
}
