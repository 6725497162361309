package models

import (
	"fmt"
	"strings"
	"time"
)

// match finds the attempt that an event belongs to, in the order of semantics 3.3. The zero Attempt: none.
func (t *tx) match(e *Event) (Attempt, error) {
	for _, way := range []func(*tx, *Event) (Attempt, error){
		(*tx).byAttemptRef, (*tx).byProviderMessage, (*tx).byMessageID, (*tx).byNotificationRef, (*tx).byTime,
	} {
		if a, err := way(t, e); err != nil || a.ID != "" {
			return a, err
		}
	}
	return Attempt{}, nil
}

func (t *tx) attemptWhere(e *Event, where string, values ...any) (Attempt, error) {
	var a Attempt
	err := t.Where("account_id = ?", e.AccountID).Where(where, values...).Order("asked_at DESC, number DESC").Limit(1).Find(&a).Error
	if err != nil {
		return a, fmt.Errorf("models: matching: %w", err)
	}
	return a, nil
}

func (t *tx) byAttemptRef(e *Event) (Attempt, error) {
	if e.AttemptRef == "" {
		return Attempt{}, nil
	}
	a, err := t.attemptWhere(e, "id = ?", e.AttemptRef)
	if err != nil || a.ID == "" || !elsewhere(e, a) {
		return a, err
	}
	return t.unlessOfMany(e, a)
}

// unlessOfMany takes an attempt back when the mail tells of several other mailboxes: those are the members of a list that
// our one recipient stands for, and one of them is not the list.
func (t *tx) unlessOfMany(e *Event, a Attempt) (Attempt, error) {
	if !e.Unproven {
		return a, nil
	}
	var others int64
	err := t.Model(&Event{}).Where("connection_id = ? AND received_at = ? AND attempt_ref = ? AND message_id = ? AND recipient <> ?",
		e.ConnectionID, e.ReceivedAt, e.AttemptRef, e.MessageID, e.Recipient).Limit(1).Count(&others).Error
	if err != nil || others > 0 {
		return Attempt{}, found(err, "the other recipients of a report")
	}
	return a, nil
}

// byProviderMessage asks for the recipient too: one provider message may have had several.
func (t *tx) byProviderMessage(e *Event) (Attempt, error) {
	if e.ProviderMessageID == "" {
		return Attempt{}, nil
	}
	var all []Attempt
	err := t.Where("account_id = ? AND connection_id = ? AND provider_message_id = ? AND provider_message_id <> ''", e.AccountID, e.ConnectionID, e.ProviderMessageID).
		Order("number DESC").Limit(50).Find(&all).Error
	if err != nil {
		return Attempt{}, fmt.Errorf("models: matching: %w", err)
	}
	return t.ofRecipient(all, e)
}

func (t *tx) byMessageID(e *Event) (Attempt, error) {
	if e.MessageID == "" {
		return Attempt{}, nil
	}
	var all []Attempt
	err := t.Where("account_id = ? AND message_id = ? AND message_id <> ''", e.AccountID, strings.Trim(e.MessageID, "<>")).
		Order("number DESC").Limit(50).Find(&all).Error
	if err != nil {
		return Attempt{}, fmt.Errorf("models: matching: %w", err)
	}
	return t.ofRecipient(all, e)
}

// byNotificationRef is the business's own name for the notification (events API): its newest attempt is
// meant of those that were ever handed over; one that still waits can't have been reported.
func (t *tx) byNotificationRef(e *Event) (Attempt, error) {
	if e.NotificationRef == "" {
		return Attempt{}, nil
	}
	const named = "own_state <> 'cancelled' AND notification_id IN (SELECT id FROM notifications WHERE account_id = ? AND ref IN ? AND ref <> '')"
	a, err := t.attemptWhere(e, "(sending_at IS NOT NULL OR NOT ours) AND "+named, e.AccountID, t.refs(e.NotificationRef))
	if err == nil && a.ID == "" {
		a, err = t.attemptWhere(e, named, e.AccountID, t.refs(e.NotificationRef))
	}
	if err != nil || a.ID != "" || e.Recipient == "" {
		return a, err
	}
	// Not registered yet: another report may have told of it already.
	_, normal := loosely(e.Channel, e.Recipient, "")
	return t.attemptWhere(e, `address_id IN (SELECT id FROM addresses WHERE account_id = ? AND channel = ? AND normal IN ?)
		AND EXISTS (SELECT 1 FROM events k WHERE k.account_id = attempts.account_id
			AND k.notification_id = attempts.notification_id AND k.notification_id <> '' AND k.notification_ref = ?)`,
		e.AccountID, e.Channel, t.normals(e.Channel, normal), e.NotificationRef)
}

// How near in time an event must be to be taken for one about a message that it does not name.
const (
	probablyWithin = 5 * 24 * time.Hour // after the message
	probablySame   = 10 * time.Minute   // beside the failure that is known already
)

// byTime takes what names no message for the message to its recipient through the same connection: a mail that came back
// when there is only one of which nothing final is known, a line of a provider's list also when it was delivered, or when
// this very failure is known. That is probable, not proven: the event says so.
func (t *tx) byTime(e *Event) (Attempt, error) {
	asked := e.Probable
	e.Probable = false
	nameless := e.AttemptRef+e.MessageID+e.ProviderMessageID == ""
	if !e.Unproven && !asked || !nameless || e.Recipient == "" || e.Type == Unrecognised || aboutAddress(e.Type) {
		return Attempt{}, nil
	}
	open := []AttemptState{AttemptAccepted, Presumed, OutcomeUnknown}
	if !e.Unproven {
		open = append(open, AttemptDelivered)
		soon := e.OccurredAt.Add(probablySame)
		same, err := t.toRecipient(e, soon, "outcome IN ('failed', 'complained') AND decided_at BETWEEN ? AND ?", e.OccurredAt.Add(-probablySame), soon)
		if err != nil || same.ID != "" {
			return same, err
		}
	}
	if e.Unproven {
		if rivals, err := t.rivals(e, open); err != nil || rivals {
			return Attempt{}, err
		}
	}
	return t.toRecipient(e, e.OccurredAt, "outcome IN ?", open)
}

// rivals says whether several messages to an event's recipient may be meant: then none is guilty.
func (t *tx) rivals(e *Event, open []AttemptState) (bool, error) {
	_, normal := loosely(e.Channel, e.Recipient, "")
	var n int64
	err := t.Model(&Attempt{}).Where(`account_id = ? AND outcome IN ? AND connection_id = ? AND asked_at BETWEEN ? AND ?
		AND address_id IN (SELECT id FROM addresses WHERE account_id = ? AND channel = ? AND normal IN ?)`, e.AccountID, open, e.ConnectionID,
		e.OccurredAt.Add(-probablyWithin), e.OccurredAt, e.AccountID, e.Channel, t.normals(e.Channel, normal)).Count(&n).Error
	return n > 1, found(err, "messages to a recipient")
}

// toRecipient is the newest attempt to an event's recipient in the days before it and until a time, of those that fulfil
// a condition.
func (t *tx) toRecipient(e *Event, until time.Time, where string, values ...any) (Attempt, error) {
	_, normal := loosely(e.Channel, e.Recipient, "")
	a, err := t.attemptWhere(e, "("+where+`) AND connection_id = ? AND asked_at BETWEEN ? AND ?
		AND address_id IN (SELECT id FROM addresses WHERE account_id = ? AND channel = ? AND normal IN ?)`,
		append(values, e.ConnectionID, e.OccurredAt.Add(-probablyWithin), until, e.AccountID, e.Channel, t.normals(e.Channel, normal))...)
	e.Probable = a.ID != ""
	return a, err
}

// ofRecipient picks the attempt to the event's recipient; an event that names none fits a message that had one. Our id
// is certain, the recipient as a report writes it is not: a mail about a message with one recipient is about that one,
// wherever a forward has taken it.
func (t *tx) ofRecipient(all []Attempt, e *Event) (Attempt, error) {
	if e.Recipient == "" && oneRecipient(all) {
		return all[0], nil
	}
	erased := false
	_, want := loosely(e.Channel, e.Recipient, "")
	for _, a := range all {
		erased = erased || a.Recipient == ""
		if _, has := loosely(a.Channel, a.Recipient, ""); has == want || strings.TrimLeft(has, "+") == strings.TrimLeft(want, "+") {
			return a, nil
		}
	}
	for _, a := range all {
		if e.Channel == Email && sameMailbox(a.Recipient, e.Recipient) {
			return a, nil
		}
	}
	if erased {
		return t.ofErased(all, e)
	}
	if len(all) == 0 || !oneRecipient(all) {
		return Attempt{}, nil
	}
	if e.Unproven {
		return t.unlessOfMany(e, all[0])
	}
	return t.ofOwnID(all[0], e)
}

// oneRecipient says whether all attempts went to the same recipient.
func oneRecipient(all []Attempt) bool {
	for _, a := range all {
		if a.AddressID != all[0].AddressID {
			return false
		}
	}
	return len(all) > 0
}

// idEach are the providers that give each recipient's copy an id of its own.
var idEach = map[string]bool{"postmark": true, "mailjet": true}

// ofOwnID takes the attempt when its provider gives each recipient an id: then a report can be about no other.
func (t *tx) ofOwnID(a Attempt, e *Event) (Attempt, error) {
	var provider string
	err := t.Model(&Connection{}).Where("id = ?", e.ConnectionID).Pluck("provider", &provider).Error
	if err != nil || !idEach[provider] || e.ProviderMessageID == "" {
		return Attempt{}, found(err, "provider of a connection")
	}
	return a, nil
}

// ofErased picks the attempt to a recipient who has been erased since: a late report is no new message.
func (t *tx) ofErased(all []Attempt, e *Event) (Attempt, error) {
	address, err := t.erasedAddress(e.AccountID, e.Channel, e.Recipient)
	for _, a := range all {
		if a.AddressID == address.ID && address.ID != "" {
			return a, err
		}
	}
	return Attempt{}, err
}
