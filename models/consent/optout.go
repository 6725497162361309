package consent

import (
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// OptOutByEvent refuses an address from now on, unless the event is older than the last lifting of the same
// cause.
func OptOutByEvent(t *db.Tx, e *models.Event, a models.Address, cause models.Cause) error {
	lifted, err := LastLifting(t, a, cause)
	if err != nil {
		return err
	}
	if !e.OccurredAt.After(lifted) {
		return nil
	}
	return OptOut(t, models.Itself(a.AccountID), a, models.OptOut{
		Cause:          cause,
		OccurredAt:     e.OccurredAt,
		EventID:        e.ID,
		NotificationID: e.NotificationID,
	})
}

// LastLifting is when the cause was lifted last, by anybody but the set of reports itself; the zero time:
// never.
func LastLifting(t *db.Tx, a models.Address, cause models.Cause) (time.Time, error) {
	var last models.OptOut
	err := t.Where("account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NOT NULL AND "+
		"lift_reason <> ?",
		a.AccountID, a.ID, cause, models.LiftedBySet).
		Order("lifted_at DESC").Limit(1).Find(&last).Error
	if err != nil || last.LiftedAt == nil {
		return time.Time{}, db.Wrap(err, "last lifting")
	}
	return *last.LiftedAt, nil
}

// OptOut adds a cause that does not hold yet, and cancels what is queued to the address, in the same
// transaction.
func OptOut(t *db.Tx, by models.Actor, a models.Address, o models.OptOut) error {
	o.ID, o.AccountID, o.AddressID, o.Channel, o.CreatedAt = models.NewID("opt",
		t.Now), a.AccountID, a.ID, a.Channel, t.Now
	o.SetBy, o.SetByName = by.ID, by.Name
	done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&o)
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "opting out")
	}
	t.Record(
		by,
		"address.opt_out",
		models.AuditEntry{ObjectKind: "address", ObjectID: a.ID, ObjectName: string(a.Channel),
			After: string(o.Cause), Reason: o.Note},
	)
	if err := unmarkReady(t, a.AccountID, a.ID); err != nil {
		return err
	}
	return cancelQueued(t, by, a, "opted_out")
}

// cancelQueued cancels what waits to be sent to an address (RULES.md, Attempts).
func cancelQueued(t *db.Tx, by models.Actor, a models.Address, why string) error {
	var queued []models.Attempt
	if err := t.Where("account_id = ? AND address_id = ? AND own_state = 'queued'", a.AccountID, a.ID).
		Order("notification_id").Find(&queued).Error; err != nil {
		return db.Wrap(err, "queued attempts")
	}
	for _, attempt := range queued {
		n, err := ledger.LockNotification(t, a.AccountID, attempt.NotificationID)
		if err != nil {
			return err
		}
		err = ledger.CancelHeld(t, by, &n, attempt.ID, why)
		if refused := (models.Refusal{}); errors.As(err, &refused) && refused.Guard == models.GuardLive {
			continue // a worker has it since: it goes out once, and nothing after it
		}
		if err != nil {
			return err
		}
	}
	return nil
}
