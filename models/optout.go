package models

import (
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// Cause is why we refuse to send to an address.
type Cause string

// The causes (semantics 7.3).
const (
	CauseHardBounce   Cause = "hard_bounce"
	CauseInvalid      Cause = "invalid"
	CauseRepeatedSoft Cause = "repeated_soft"
	CauseComplaint    Cause = "complaint"
	CauseUnsubscribed Cause = "unsubscribed"
	CauseStop         Cause = "stop"
	CauseStaff        Cause = "staff"
	CauseErased       Cause = "erased"
)

// OptOut is our own refusal to send to an address, for one cause; it holds until it is lifted.
type OptOut struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	AddressID      string
	Channel        Channel
	Cause          Cause
	OccurredAt     time.Time
	EventID        string
	NotificationID string
	SetBy          string
	SetByName      string
	Note           string
	CreatedAt      time.Time
	LiftedAt       *time.Time
	LiftedBy       string
	LiftedByName   string
	LiftReason     string
	LiftChecked    string
	ConsentID      string
	Why            string `gorm:"-" json:"-"` // reason of the event, where it was asked for
}

// optOutByEvent refuses an address from now on, unless the event is older than the last lifting of the same cause.
func (t *tx) optOutByEvent(e *Event, a Address, cause Cause) error {
	lifted, err := t.lastLifting(a, cause)
	if err != nil {
		return err
	}
	if !e.OccurredAt.After(lifted) {
		return nil
	}
	return t.optOut(Itself(a.AccountID), a, OptOut{Cause: cause, OccurredAt: e.OccurredAt, EventID: e.ID, NotificationID: e.NotificationID})
}

// lastLifting is when the cause was lifted last, by anybody but the set of reports itself; the zero time: never.
func (t *tx) lastLifting(a Address, cause Cause) (time.Time, error) {
	var last OptOut
	err := t.Where("account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NOT NULL AND lift_reason <> ?",
		a.AccountID, a.ID, cause, LiftedBySet).
		Order("lifted_at DESC").Limit(1).Find(&last).Error
	if err != nil || last.LiftedAt == nil {
		return time.Time{}, found(err, "last lifting")
	}
	return *last.LiftedAt, nil
}

// optOut adds a cause that does not hold yet, and cancels what is queued to the address, in the same transaction.
func (t *tx) optOut(by Actor, a Address, o OptOut) error {
	o.ID, o.AccountID, o.AddressID, o.Channel, o.CreatedAt = newID("opt", t.now), a.AccountID, a.ID, a.Channel, t.now
	o.SetBy, o.SetByName = by.ID, by.Name
	done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&o)
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "opting out")
	}
	t.record(by, "address.opt_out", AuditEntry{ObjectKind: "address", ObjectID: a.ID, ObjectName: string(a.Channel),
		After: string(o.Cause), Reason: o.Note})
	if err := t.offerNoMore(a.AccountID, a.ID); err != nil {
		return err
	}
	return t.cancelQueued(by, a, "opted_out")
}

// cancelQueued cancels what waits to be sent to an address (semantics 4.2, A4b).
func (t *tx) cancelQueued(by Actor, a Address, why string) error {
	var queued []Attempt
	if err := t.Where("account_id = ? AND address_id = ? AND own_state = 'queued'", a.AccountID, a.ID).
		Order("notification_id").Find(&queued).Error; err != nil {
		return found(err, "queued attempts")
	}
	for _, attempt := range queued {
		n, err := t.lockNotification(a.AccountID, attempt.NotificationID)
		if err != nil {
			return err
		}
		err = t.cancelHeld(by, &n, attempt.ID, why)
		if refused := (Refusal{}); errors.As(err, &refused) && refused.Guard == GuardLive {
			continue // a worker has it since: it goes out once, and nothing after it
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// openCauses are the causes that hold for an address now.
func (t *tx) openCauses(accountID, addressID string) ([]OptOut, error) {
	var open []OptOut
	err := t.Where("account_id = ? AND address_id = ? AND lifted_at IS NULL", accountID, addressID).
		Order("occurred_at").Find(&open).Error
	return open, found(err, "opt-outs")
}
