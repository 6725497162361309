package resend

import (
	"context"
	"errors"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// NotYet: the attempt is to be sent, but later.
type NotYet struct{ Wait time.Duration }

func (n NotYet) Error() string { return "models: not yet, in " + n.Wait.String() }

// Is makes it one of the reasons for which nothing is handed over now.
func (n NotYet) Is(target error) bool { return target == models.ErrNotYours }

// TakeAttempt gives a queued attempt to a worker: the guards are asked again, and "sending" is committed
// before any byte goes out (RULES.md, Attempts). ErrNotYours: another worker has it, or it is not to be sent
// any more.
func (s *Store) TakeAttempt(ctx context.Context, id string) (h models.Handover, err error) {
	taken := false
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		taken, h = false, models.Handover{}
		var asked models.Attempt
		if err := t.Take(&asked, "id = ? AND ours", id).Error; err != nil {
			return db.Wrap(err, "attempt")
		}
		if err := loadHandover(t, &h, asked); err != nil {
			return err
		}
		a := &h.Attempt
		if a.OwnState != models.Queued {
			return nil
		}
		if a.DueAt != nil && a.DueAt.After(t.Now.Add(time.Second)) {
			return NotYet{a.DueAt.Sub(t.Now)}
		}
		if waits, err := ledger.NewsWaits(t, *a); err != nil {
			return err
		} else if waits {
			return ledger.WaitForNews(t, a)
		}
		why, err := stillHolds(t, &h)
		if err != nil {
			return err
		}
		if why != "" {
			t.Record(
				models.Itself(a.AccountID),
				"notification.stop",
				models.AuditEntry{ObjectKind: "notification", ObjectID: a.NotificationID,
					ObjectName: h.Notification.Title, Reason: why},
			)
			return ledger.CancelHeld(t, models.Itself(a.AccountID), &h.Notification, a.ID, why)
		}
		until := t.Now.Add(t.Database.Limits().Lease)
		a.Lease, _ = db.NewToken()
		a.OwnState, a.OwnAt, a.LeaseUntil, a.Tries, a.DueAt = models.Sending, t.Now, &until, a.Tries+1, nil
		if a.SendingAt == nil {
			a.SendingAt = &t.Now
		}
		taken = true
		if err := inUse(t); err != nil {
			return err
		}
		return ledger.SaveOwn(t, &h.Notification, a)
	})
	if err == nil && taken {
		err = s.noteInUse(*h.Attempt.SendingAt)
	}
	if err == nil && !taken {
		err = models.ErrNotYours
	}
	return h, err
}

func loadHandover(t *db.Tx, h *models.Handover, a models.Attempt) error {
	if err := t.Take(&h.Attempt, "account_id = ? AND id = ?", a.AccountID, a.ID).Error; err != nil {
		return db.Wrap(err, "attempt")
	}
	var err error
	if h.Notification, err = ledger.LockNotification(t, h.Attempt.AccountID,
		h.Attempt.NotificationID); err != nil {
		return err
	}
	if err := t.
		// again: now it is held
		Take(&h.Attempt, "account_id = ? AND id = ?", a.AccountID, a.ID).Error; err != nil {
		return db.Wrap(err, "attempt")
	}
	var c models.Customer
	if err := t.
		Take(&c, "account_id = ? AND id = ?", h.Notification.AccountID,
			h.Notification.CustomerID).Error; err != nil {
		return db.Wrap(err, "customer")
	}
	h.CustomerName = c.Name
	h.Content, err = ledger.Content(t, h.Notification)
	return err
}

// stillHolds asks guards 4 to 8 again for the address that was fixed when the person pressed Resend, and
// whether it has become too late. It returns why the attempt must stop; empty: it may go out.
func stillHolds(t *db.Tx, h *models.Handover) (why string, err error) {
	a, n := h.Attempt, h.Notification
	if t.Now.Sub(a.AskedAt) > t.Database.Limits().Stale ||
		(n.ValidUntil != nil && t.Now.After(*n.ValidUntil)) {
		return "too_late", nil
	}
	connection, refused := connectionOf(t, h)
	h.Connection = connection
	var address models.Address
	if err := t.Take(&address, "account_id = ? AND id = ?", a.AccountID, a.AddressID).Error; err != nil {
		return "", db.Wrap(err, "address")
	}
	for _, ask := range []func() error{
		func() error { return guardAddressNow(t, plan{address: address, connection: connection}) },
		func() error { return refused },
		func() error { return guardText(h) },
	} {
		err := ask()
		if refusal := (models.Refusal{}); errors.As(err, &refusal) {
			return stopWhy(refusal.Guard), nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

func connectionOf(t *db.Tx, h *models.Handover) (models.Connection, error) {
	asked := h.Notification
	asked.ConnectionID = h.Attempt.ConnectionID
	connection, err := sendingConnection(t, asked, h.Attempt.Channel)
	if err == nil && connection.ID != h.Attempt.ConnectionID && h.Attempt.Tries > 0 {
		// A provider that was tried may still come up with it; another one must not send it as well.
		return connection, models.Refusal{Guard: models.GuardNoConnection}
	}
	h.Attempt.ConnectionID = connection.ID
	return connection, err
}

func guardText(h *models.Handover) error {
	if ledger.Empty(h.Content) {
		return models.Refusal{Guard: models.GuardNoContent}
	}
	if h.Notification.NoRepeat && h.Attempt.Resend() {
		return models.Refusal{Guard: models.GuardNoRepeat}
	}
	return nil
}
