package intake

import (
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// AffectAddress gives an event its effect on the address (RULES.md, Effects on an address): opt-outs, the
// soft counter, and what the provider now lists. Blocked, filtered, autoresponder and faults of sender or
// content never count against it.
func AffectAddress(t *db.Tx, e *models.Event, attempt models.Attempt) error {
	address, err := addressOfEvent(t, e, attempt)
	if err != nil || address.ID == "" {
		return err
	}
	if address.Erased() {
		if err := customer.HideErased(t, e); err != nil {
			return err
		}
	}
	if err := consent.ListAtProvider(t, e, address); err != nil {
		return err
	}
	switch {
	case e.Type == models.Resubscribed:
		return consent.LiftByCustomer(t, e, address)
	case e.Type == models.Delivered || countsSoftly(e.Type, e.Reason):
		return recountSoft(t, address, e)
	}
	cause := CauseOf(e)
	if models.Elsewhere(e, attempt) && (cause == models.CauseHardBounce || cause == models.CauseInvalid) {
		return nil
	}
	if cause == "" {
		return nil
	}
	if err := consent.OptOutByEvent(t, e, address, cause); err != nil || e.Type != models.Unsubscribed {
		return err
	}
	return wishSince(t, e, address)
}

func addressOfEvent(t *db.Tx, e *models.Event, attempt models.Attempt) (models.Address, error) {
	var a models.Address
	if attempt.AddressID != "" {
		return ledger.AddressByID(t, e.AccountID, attempt.AddressID)
	}
	if e.Recipient == "" {
		return a, nil
	}
	account, err := ledger.PlaceOf(t, e.AccountID)
	if err != nil {
		return a, err
	}
	value, normal := models.Loosely(e.Channel, e.Recipient, account.Country)
	return ledger.AddressOf(t, e.AccountID, e.Channel, value, normal)
}

// CauseOf is the cause for which an event opts the address out at once; empty: it does not.
func CauseOf(e *models.Event) models.Cause {
	switch e.Type {
	case models.Complaint:
		return models.CauseComplaint
	case models.Unsubscribed:
		if e.Channel == models.SMS {
			return models.CauseStop
		}
		return models.CauseUnsubscribed
	}
	reason, known := models.ReasonByID(e.Reason)
	if !known || Blameless(reason) {
		return ""
	}
	switch status := models.Status(e.Type); {
	case status.Info().OptOut == models.OptOutMirrors:
		return droppedCauses[reason.ID]
	case status.Info().OptOut != models.OptOutAtOnce || reason.Suppress != "yes" && reason.Suppress != "":
		return ""
	case status == models.InvalidStatus:
		return models.CauseInvalid
	}
	return models.CauseHardBounce
}

// droppedCauses: a dropped reason that names a cause mirrors the provider's list here.
var droppedCauses = map[string]models.Cause{
	"dropped-bounce": models.CauseHardBounce, "dropped-complaint": models.CauseComplaint,
	"dropped-unsubscribed": models.CauseUnsubscribed,
	"sms-opted-out":        models.CauseStop,
}

// Blameless: the customer's address has nothing to do with it.
func Blameless(r models.Reason) bool {
	return r.Who == "sender" || r.Who == "provider" || r.Who == "content"
}

// countsSoftly says whether a failure counts towards "repeated soft failures".
func countsSoftly(kind models.EventType, reasonID string) bool {
	reason, _ := models.ReasonByID(reasonID)
	if Blameless(reason) {
		return false
	}
	switch models.Status(kind).Info().OptOut {
	case models.OptOutRepeated:
		return true
	case models.OptOutAtOnce:
		return reason.Suppress == "repeat"
	}
	return false
}

// softMemory is how many of an address's outcomes are looked at.
const softMemory = 500

// recountSoft counts the final soft failures in a row from the set of attempts, so that the order in which
// reports arrive has no weight, and opts the address out after the third when they spread over more than
// fourteen days.
func recountSoft(t *db.Tx, a models.Address, e *models.Event) error {
	attempts, err := ledger.AttemptsTo(t, a, softMemory)
	if err != nil {
		return err
	}
	// also a message that nobody registered ends a run, in its place among the others
	if a.DeliveredAt != nil {
		attempts = append(attempts,
			models.Attempt{Outcome: models.AttemptDelivered, DecidedAt: *a.DeliveredAt})
	}
	slices.SortStableFunc(attempts, newestFirst)
	from, err := consent.LastLifting(t, a, models.CauseRepeatedSoft)
	if err != nil {
		return err
	}
	run := softRun(attempts, from)
	columns := []any{"soft_failures", "soft_since"}
	if a.SoftFailures, a.SoftSince = len(run), nil; len(run) > 0 {
		a.SoftSince = &run[len(run)-1]
	}
	if e.Type == models.Delivered && (a.DeliveredAt == nil || !a.DeliveredAt.After(e.OccurredAt)) {
		a.DeliveredAt, columns = &e.OccurredAt, append(columns, "delivered_at")
	}
	if err := ledger.SaveAddress(t, a, columns...); err != nil {
		return err
	}
	if err := consent.ProveClearing(t, a, e); err != nil {
		return err
	}
	return followSoft(t, a, e, attempts, from)
}

// softRun is the times of the soft failures since the last delivery and since from, newest first.
func softRun(attempts []models.Attempt, from time.Time) []time.Time {
	var run []time.Time
	for _, a := range attempts {
		if a.Outcome == models.AttemptDelivered {
			break
		}
		if countsSoftly(models.EventType(a.Status), a.Reason) && a.DecidedAt.After(from) {
			run = append(run, a.DecidedAt)
		}
	}
	return slices.Clip(run)
}
