package models

import (
	"context"
	"errors"
	"time"
)

// Handover is one attempt that this worker, and nobody else, may hand over now.
type Handover struct {
	Attempt      Attempt
	Notification Notification
	Content      Content
	Connection   Connection
	CustomerName string
}

// ErrNotYours: the attempt is not to be sent, or not by this worker.
var ErrNotYours = errors.New("models: nothing to hand over")

// NotYet: the attempt is to be sent, but later.
type NotYet struct{ Wait time.Duration }

func (n NotYet) Error() string { return "models: not yet, in " + n.Wait.String() }

// Is makes it one of the reasons for which nothing is handed over now.
func (n NotYet) Is(target error) bool { return target == ErrNotYours }

// TakeAttempt gives a queued attempt to a worker: the guards are asked again, and "sending" is committed before any
// byte goes out (semantics 4.2, A2, A3, A5). ErrNotYours: another worker has it, or it is not to be sent any more.
func (s *Store) TakeAttempt(ctx context.Context, id string) (h Handover, err error) {
	taken := false
	err = s.inTx(ctx, func(t *tx) error {
		taken, h = false, Handover{}
		var asked Attempt
		if err := t.Take(&asked, "id = ? AND ours", id).Error; err != nil {
			return found(err, "attempt")
		}
		if err := t.loadHandover(&h, asked); err != nil {
			return err
		}
		a := &h.Attempt
		if a.OwnState != Queued {
			return nil
		}
		if a.DueAt != nil && a.DueAt.After(t.now.Add(time.Second)) {
			return NotYet{a.DueAt.Sub(t.now)}
		}
		if waits, err := t.newsWaits(*a); err != nil {
			return err
		} else if waits {
			return t.waitForNews(a)
		}
		why, err := t.stillHolds(&h)
		if err != nil {
			return err
		}
		if why != "" {
			t.record(Itself(a.AccountID), "notification.stop", AuditEntry{ObjectKind: "notification", ObjectID: a.NotificationID,
				ObjectName: h.Notification.Title, Reason: why})
			return t.cancelHeld(Itself(a.AccountID), &h.Notification, a.ID, why)
		}
		until := t.now.Add(t.s.limits.Lease)
		a.Lease, _ = newToken()
		a.OwnState, a.OwnAt, a.LeaseUntil, a.Tries, a.DueAt = Sending, t.now, &until, a.Tries+1, nil
		if a.SendingAt == nil {
			a.SendingAt = &t.now
		}
		taken = true
		if err := t.inUse(); err != nil {
			return err
		}
		return t.saveOwn(&h.Notification, a)
	})
	if err == nil && taken {
		err = s.noteInUse(*h.Attempt.SendingAt)
	}
	if err == nil && !taken {
		err = ErrNotYours
	}
	return h, err
}

func (t *tx) loadHandover(h *Handover, a Attempt) error {
	if err := t.Take(&h.Attempt, "account_id = ? AND id = ?", a.AccountID, a.ID).Error; err != nil {
		return found(err, "attempt")
	}
	var err error
	if h.Notification, err = t.lockNotification(h.Attempt.AccountID, h.Attempt.NotificationID); err != nil {
		return err
	}
	if err := t.
		Take(&h.Attempt, "account_id = ? AND id = ?", a.AccountID, a.ID).Error; err != nil { // again: now it is held
		return found(err, "attempt")
	}
	var c Customer
	if err := t.
		Take(&c, "account_id = ? AND id = ?", h.Notification.AccountID, h.Notification.CustomerID).Error; err != nil {
		return found(err, "customer")
	}
	h.CustomerName = c.Name
	h.Content, err = t.content(h.Notification)
	return err
}

// stillHolds asks guards 4 to 8 again for the address that was fixed when the person pressed Resend, and whether it
// has become too late. It returns why the attempt must stop; empty: it may go out.
func (t *tx) stillHolds(h *Handover) (why string, err error) {
	a, n := h.Attempt, h.Notification
	if t.now.Sub(a.AskedAt) > t.s.limits.Stale || (n.ValidUntil != nil && t.now.After(*n.ValidUntil)) {
		return "too_late", nil
	}
	connection, refused := t.connectionOf(h)
	h.Connection = connection
	var address Address
	if err := t.Take(&address, "account_id = ? AND id = ?", a.AccountID, a.AddressID).Error; err != nil {
		return "", found(err, "address")
	}
	for _, ask := range []func() error{
		func() error { return t.guardAddress(plan{address: address, connection: connection}) },
		func() error { return refused },
		func() error { return h.guardText() },
	} {
		err := ask()
		if refusal := (Refusal{}); errors.As(err, &refusal) {
			return stopWhy(refusal.Guard), nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

func (t *tx) connectionOf(h *Handover) (Connection, error) {
	asked := h.Notification
	asked.ConnectionID = h.Attempt.ConnectionID
	connection, err := t.sendingConnection(asked, h.Attempt.Channel)
	if err == nil && connection.ID != h.Attempt.ConnectionID && h.Attempt.Tries > 0 {
		// A provider that was tried may still come up with it; another one must not send it as well.
		return connection, Refusal{Guard: GuardNoConnection}
	}
	h.Attempt.ConnectionID = connection.ID
	return connection, err
}

func (h *Handover) guardText() error {
	if h.Content.empty() {
		return Refusal{Guard: GuardNoContent}
	}
	if h.Notification.NoRepeat && h.Attempt.Resend() {
		return Refusal{Guard: GuardNoRepeat}
	}
	return nil
}

// saveOwn stores our own side of an attempt of a held notification and recomputes.
func (t *tx) saveOwn(n *Notification, a *Attempt) error {
	if err := t.Save(a).Error; err != nil {
		return found(err, "saving an attempt")
	}
	return t.recompute(n, Itself(a.AccountID))
}
