package models

import (
	"slices"
	"time"
)

// affectAddress gives an event its effect on the address (semantics 7.4): opt-outs, the soft counter, and what the
// provider now lists. Blocked, filtered, autoresponder and faults of sender or content never count against it.
func (t *tx) affectAddress(e *Event, attempt Attempt) error {
	address, err := t.addressOfEvent(e, attempt)
	if err != nil || address.ID == "" {
		return err
	}
	if address.Erased() {
		if err := t.hideErased(e); err != nil {
			return err
		}
	}
	if err := t.listAtProvider(e, address); err != nil {
		return err
	}
	switch {
	case e.Type == Resubscribed:
		return t.liftByCustomer(e, address)
	case e.Type == Delivered || countsSoftly(e.Type, e.Reason):
		return t.recountSoft(address, e)
	}
	cause := causeOf(e)
	if elsewhere(e, attempt) && (cause == CauseHardBounce || cause == CauseInvalid) {
		return nil
	}
	if cause == "" {
		return nil
	}
	if err := t.optOutByEvent(e, address, cause); err != nil || e.Type != Unsubscribed {
		return err
	}
	return t.wishSince(e, address)
}

func (t *tx) addressOfEvent(e *Event, attempt Attempt) (Address, error) {
	var a Address
	if attempt.AddressID != "" {
		err := t.Limit(1).Find(&a, "account_id = ? AND id = ?", e.AccountID, attempt.AddressID).Error
		return a, found(err, "address of an attempt")
	}
	if e.Recipient == "" {
		return a, nil
	}
	var account Account
	if err := t.Take(&account, "id = ?", e.AccountID).Error; err != nil {
		return a, found(err, "account")
	}
	value, normal := loosely(e.Channel, e.Recipient, account.Country)
	return t.addressOf(e.AccountID, e.Channel, value, normal)
}

// causeOf is the cause for which an event opts the address out at once; empty: it does not.
func causeOf(e *Event) Cause {
	switch e.Type {
	case Complaint:
		return CauseComplaint
	case Unsubscribed:
		if e.Channel == SMS {
			return CauseStop
		}
		return CauseUnsubscribed
	}
	reason, known := ReasonByID(e.Reason)
	if !known || blameless(reason) {
		return ""
	}
	switch Status(e.Type) {
	case HardBounce:
		return onlyIf(reason.Suppress == "yes" || reason.Suppress == "", CauseHardBounce)
	case InvalidStatus:
		return onlyIf(reason.Suppress == "yes" || reason.Suppress == "", CauseInvalid)
	case Dropped:
		return droppedCauses[reason.ID]
	}
	return ""
}

func onlyIf(holds bool, c Cause) Cause {
	if holds {
		return c
	}
	return ""
}

// droppedCauses: a dropped reason that names a cause mirrors the provider's list here.
var droppedCauses = map[string]Cause{
	"dropped-bounce": CauseHardBounce, "dropped-complaint": CauseComplaint, "dropped-unsubscribed": CauseUnsubscribed,
	"sms-opted-out": CauseStop,
}

// blameless: the customer's address has nothing to do with it.
func blameless(r Reason) bool { return r.Who == "sender" || r.Who == "provider" || r.Who == "content" }

// countsSoftly says whether a failure counts towards "repeated soft failures".
func countsSoftly(kind EventType, reasonID string) bool {
	reason, _ := ReasonByID(reasonID)
	if blameless(reason) {
		return false
	}
	switch Status(kind) {
	case SoftBounce, MailboxError:
		return true
	case HardBounce, InvalidStatus:
		return reason.Suppress == "repeat"
	}
	return false
}

// softMemory is how many of an address's outcomes are looked at.
const softMemory = 500

// recountSoft counts the final soft failures in a row from the set of attempts, so that the order in which reports
// arrive has no weight, and opts the address out after the third when they spread over more than fourteen days.
func (t *tx) recountSoft(a Address, e *Event) error {
	var attempts []Attempt
	err := t.Where("account_id = ? AND address_id = ? AND outcome IN ('failed', 'delivered')",
		a.AccountID, a.ID).Order("decided_at DESC, id").Limit(softMemory).Find(&attempts).Error
	if err != nil {
		return found(err, "attempts to an address")
	}
	if a.DeliveredAt != nil { // also a message that nobody registered ends a run, in its place among the others
		attempts = append(attempts, Attempt{Outcome: AttemptDelivered, DecidedAt: *a.DeliveredAt})
	}
	slices.SortStableFunc(attempts, newestFirst)
	from, err := t.lastLifting(a, CauseRepeatedSoft)
	if err != nil {
		return err
	}
	run := softRun(attempts, from)
	changes := map[string]any{"soft_failures": len(run), "soft_since": nil}
	if len(run) > 0 {
		changes["soft_since"] = run[len(run)-1]
	}
	if e.Type == Delivered && (a.DeliveredAt == nil || !a.DeliveredAt.After(e.OccurredAt)) {
		changes["delivered_at"] = e.OccurredAt
	}
	if err := t.Model(&Address{}).Where("account_id = ? AND id = ?", a.AccountID, a.ID).
		Updates(changes).Error; err != nil {
		return found(err, "soft counter")
	}
	if err := t.proveClearing(a, e); err != nil {
		return err
	}
	return t.followSoft(a, e, attempts, from)
}

// softRun is the times of the soft failures since the last delivery and since from, newest first.
func softRun(attempts []Attempt, from time.Time) []time.Time {
	var run []time.Time
	for _, a := range attempts {
		if a.Outcome == AttemptDelivered {
			break
		}
		if countsSoftly(EventType(a.Status), a.Reason) && a.DecidedAt.After(from) {
			run = append(run, a.DecidedAt)
		}
	}
	return slices.Clip(run)
}
