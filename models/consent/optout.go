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
	if all, known := knownOptOuts(t, a); known {
		var last time.Time
		for _, o := range all {
			if o.Cause == cause && o.LiftedAt != nil && o.LiftReason != models.LiftedBySet &&
				o.LiftedAt.After(last) {
				last = *o.LiftedAt
			}
		}
		return last, nil
	}
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
	if added, err := addOptOut(t, a, o); err != nil || !added {
		return err
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

// SetByReports is the opt-out of a cause that reports have set and that holds now; the zero OptOut: there is
// none.
func SetByReports(t *db.Tx, a models.Address, cause models.Cause) (open models.OptOut, err error) {
	if all, known := knownOptOuts(t, a); known {
		if open, _ = openOptOut(all, cause); open.EventID == "" {
			open = models.OptOut{}
		}
		return open, nil
	}
	err = t.Limit(1).
		Find(&open, "account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NULL AND event_id <> ''", a.AccountID, a.ID, cause).
		Error
	return open, db.Wrap(err, "opt-out")
}

// FollowOptOut dates the opt-out of a cause that reports have set, where it holds.
func FollowOptOut(t *db.Tx, a models.Address, cause models.Cause, at time.Time) error {
	open, err := SetByReports(t, a, cause)
	if err != nil || open.ID == "" || open.OccurredAt.Equal(at) {
		return err
	}
	return db.Wrap(
		t.Model(&models.OptOut{}).
			Where("account_id = ? AND id = ? AND lifted_at IS NULL", a.AccountID, open.ID).
			Update("occurred_at", at).
			Error,
		"opt-out",
	)
}

// addOptOut adds a cause, unless it holds already.
func addOptOut(t *db.Tx, a models.Address, o models.OptOut) (bool, error) {
	if all, known := knownOptOuts(t, a); known {
		_, holds := openOptOut(all, o.Cause)
		return !holds && db.Later(t, o.AccountID, o), nil
	}
	done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&o)
	return done.RowsAffected > 0, db.Wrap(done.Error, "opting out")
}

// cancelQueued cancels what waits to be sent to an address (RULES.md, Attempts).
func cancelQueued(t *db.Tx, by models.Actor, a models.Address, why string) error {
	if ledger.NothingQueued(t, a) {
		return nil
	}
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
