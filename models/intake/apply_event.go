package intake

import (
	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// apply gives one stored event its effect, in the transaction at hand: the only way in which what a provider
// says changes a notification or an address (RULES.md, Taking an event in).
func apply(t *db.Tx, e *models.Event) error {
	if e.Sample || e.Type == models.Unrecognised {
		return keepAs(t, e, models.EventIgnored)
	}
	attempt, err := match(t, e)
	if err != nil {
		return err
	}
	if attempt.ID == "" {
		return applyUnmatched(t, e)
	}
	return applyTo(t, e, attempt)
}

// applyUnmatched: a failure makes a notification of its own, what is about an address only reaches the
// address, and everything else is kept until its attempt appears.
func applyUnmatched(t *db.Tx, e *models.Event) error {
	switch {
	case e.Unproven: // of a message that we know nothing of
		return keepAs(t, e, models.EventUnmatched)
	case (e.Type.Failure() || e.Type == models.Complaint) && e.Recipient != "":
		attempt, err := discover(t, e)
		if err != nil {
			return err
		}
		return applyTo(t, e, attempt)
	case models.AboutAddress(e.Type):
		if err := AffectAddress(t, e, models.Attempt{}); err != nil {
			return err
		}
		return mark(t, e, models.EventApplied)
	}
	if err := noteLooseDelivery(t, e); err != nil {
		return err
	}
	return keepAs(t, e, models.EventUnmatched)
}

// keepAs keeps an event that belongs to no attempt.
func keepAs(t *db.Tx, e *models.Event, state models.EventState) error {
	if err := mark(t, e, state); err != nil {
		return err
	}
	erased, err := customer.ErasedAddress(t, e.AccountID, e.Channel, e.Recipient)
	if err != nil || erased.ID == "" {
		return err
	}
	return customer.HideErased(t, e)
}

func applyTo(t *db.Tx, e *models.Event, attempt models.Attempt) error {
	n, err := ledger.LockNotification(t, e.AccountID, attempt.NotificationID)
	if err != nil {
		return err
	}
	e.NotificationID, e.AttemptID = n.ID, attempt.ID
	if err := mark(t, e, models.EventApplied); err != nil {
		return err
	}
	if !models.AboutAddress(e.Type) {
		if err := ledger.Recompute(t, &n, models.Itself(e.AccountID)); err != nil {
			return err
		}
	}
	if attempt.Recipient == "" {
		if err := customer.HideErased(t, e); err != nil {
			return err
		}
	}
	if e.Probable && e.Unproven {
		return nil // anybody could have written it: nobody's address is refused for it
	}
	return AffectAddress(t, e, attempt)
}

func mark(t *db.Tx, e *models.Event, state models.EventState) error {
	e.State = state
	marked := *e
	marked.Raw, marked.Error = nil, ""
	if db.Later(t, e.AccountID, marked) {
		return nil
	}
	err := t.Model(&models.Event{}).Where("account_id = ? AND id = ?", e.AccountID, e.ID).
		Updates(map[string]any{
			"state": state, "notification_id": e.NotificationID, "attempt_id": e.AttemptID,
			"probable": e.Probable, "error": ""}).
		Error
	return db.Wrap(err, "marking an event")
}
