package models

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// ResendAsk is what a person, or an API key, presses Resend with.
type ResendAsk struct {
	NotificationID  string
	RequestID       string  // of the form: pressing twice does nothing more
	Version         int     // of the notification that the page showed; 0: not shown
	CustomerVersion int     // of the customer that the page showed; 0: not shown
	AddressID       string  // that the page showed; the resend goes to it and to no other; empty: the present one
	To              string  // the same, as it was written on the page
	Channel         Channel // the other channel ("send by text instead"); empty: the notification's own
	MayGetTwo       bool    // the box "the customer may get two" is ticked
	Late            bool    // the box "although what it is about is over" is ticked
	Bulk            bool
}

// AskResend queues one new attempt when all guards allow it. A refusal is a Refusal and is written to the log.
func (s *Store) AskResend(ctx context.Context, a Actor, ask ResendAsk) (Attempt, error) {
	if err := a.need(Work); err != nil {
		return Attempt{}, err
	}
	var attempt Attempt
	err := s.inTx(ctx, func(t *tx) error {
		id, err := t.once(a, ask.RequestID, asked{"resend", ask.all(a)}, func() (string, error) {
			made, err := t.askResend(a, ask)
			return made.ID, err
		})
		if err != nil {
			return err
		}
		attempt = Attempt{}
		return found(t.Take(&attempt, "id = ? AND account_id = ?", id, a.AccountID).Error, "attempt")
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = Refusal{Guard: GuardLive} // the database saw the other person first
	}
	if refusal := (Refusal{}); errors.As(err, &refusal) && !ask.Bulk {
		return attempt, errors.Join(err, s.Note(ctx, a, "notification.resend_refused",
			AuditEntry{ObjectKind: "notification", ObjectID: ask.NotificationID, Reason: string(refusal.Guard)}))
	}
	return attempt, err
}

func (t *tx) askResend(a Actor, ask ResendAsk) (Attempt, error) {
	n, err := t.lockNotification(a.AccountID, ask.NotificationID)
	if err != nil {
		return Attempt{}, err
	}
	plan, err := t.plan(a, n, ask)
	if err != nil {
		return Attempt{}, err
	}
	return t.queueResend(a, n, ask, plan)
}

// queueResend makes the attempt of a plan that all guards let through; the notification is held.
func (t *tx) queueResend(a Actor, n Notification, ask ResendAsk, plan plan) (Attempt, error) {
	if last := plan.live(); last.OwnState == OutcomeUnknown {
		if err := t.Model(&Attempt{}).Where("account_id = ? AND id = ?", last.AccountID, last.ID).
			Updates(map[string]any{"closed": true, "due_at": nil}).Error; err != nil {
			return Attempt{}, found(err, "closing an attempt")
		}
	}
	due := t.now.Add(t.s.limits.Undo)
	attempt := Attempt{
		ID: newID("att", t.now), NotificationID: n.ID, AccountID: n.AccountID, Number: plan.newest().Number + 1, Channel: ask.channel(n),
		ConnectionID: plan.connection.ID, AddressID: plan.address.ID, Recipient: plan.address.Value, Ours: true,
		OwnState: Queued, OwnAt: t.now, Outcome: Queued, DecidedAt: t.now,
		AskedBy: a.ID, AskedByName: a.Name, AskedAt: t.now, DueAt: &due, CreatedAt: t.now,
	}
	if err := t.Create(&attempt).Error; err != nil {
		return attempt, fmt.Errorf("models: queueing a resend: %w", err)
	}
	t.record(a, "notification.resend", AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title,
		Before: string(n.State), After: string(StateRunning)})
	if err := t.recompute(&n, a); err != nil {
		return attempt, err
	}
	priority := priorityPressed
	if ask.Bulk {
		priority = prioritySet
	}
	return attempt, t.askHandoverAs(attempt, priority)
}

// all is what a program asks for, with what it says in its body; of a person's form the notification says enough.
func (ask ResendAsk) all(a Actor) string {
	what := ask.NotificationID + " " + string(ask.Channel)
	if a.Kind == APIKey && ask.MayGetTwo {
		what += " may get two"
	}
	if a.Kind == APIKey && ask.Late {
		what += " late"
	}
	return what
}

func (ask ResendAsk) channel(n Notification) Channel {
	if ask.Channel != "" {
		return ask.Channel
	}
	return n.Channel
}

// CheckResend says what would refuse a resend now: nil, or the Refusal that AskResend would give.
func (s *Store) CheckResend(ctx context.Context, a Actor, notificationID string) error {
	return s.CheckOtherWay(ctx, a, notificationID, "")
}

// CheckOtherWay is CheckResend by another channel than the notification's own.
func (s *Store) CheckOtherWay(ctx context.Context, a Actor, notificationID string, channel Channel) error {
	if err := a.need(See); err != nil {
		return err
	}
	t := s.looking(ctx)
	var n Notification
	if err := t.Take(&n, "id = ? AND account_id = ?", notificationID, a.AccountID).Error; err != nil {
		return found(err, "notification")
	}
	_, err := t.plan(a, n, ResendAsk{NotificationID: notificationID, Channel: channel})
	return err
}

// looking is a tx for the same questions as in a transaction, outside of one; it cannot write.
func (s *Store) looking(ctx context.Context) *tx {
	return &tx{DB: s.reading(ctx), ctx: ctx, s: s, now: s.now()}
}

// lookingNow is looking where every commit is seen at once: a replica may be late.
func (s *Store) lookingNow(ctx context.Context) *tx {
	return &tx{DB: s.write.WithContext(ctx), ctx: ctx, s: s, now: s.now()}
}
