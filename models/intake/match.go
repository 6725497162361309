package intake

import (
	"fmt"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// match finds the attempt that an event belongs to, in its order (RULES.md, Matching). The zero Attempt:
// none.
func match(t *db.Tx, e *models.Event) (models.Attempt, error) {
	for _, way := range []func(*db.Tx, *models.Event) (models.Attempt, error){
		byAttemptRef, byProviderMessage, byMessageID, byNotificationRef, byTime,
	} {
		if a, err := way(t, e); err != nil || a.ID != "" {
			return a, err
		}
	}
	return models.Attempt{}, nil
}

func attemptWhere(t *db.Tx, e *models.Event, where string, values ...any) (models.Attempt, error) {
	var a models.Attempt
	err := t.Where("account_id = ?", e.AccountID).Where(where, values...).Order("asked_at DESC, number DESC").
		Limit(1).Find(&a).Error
	if err != nil {
		return a, fmt.Errorf("models: matching: %w", err)
	}
	return a, nil
}

func byAttemptRef(t *db.Tx, e *models.Event) (models.Attempt, error) {
	if e.AttemptRef == "" {
		return models.Attempt{}, nil
	}
	a, err := ledger.AttemptByID(t, e.AccountID, e.AttemptRef)
	if err != nil || a.ID == "" || !models.Elsewhere(e, a) {
		return a, err
	}
	return unlessOfMany(t, e, a)
}

// unlessOfMany takes an attempt back when the mail tells of several other mailboxes: those are the members of
// a list that our one recipient stands for, and one of them is not the list.
func unlessOfMany(t *db.Tx, e *models.Event, a models.Attempt) (models.Attempt, error) {
	if !e.Unproven {
		return a, nil
	}
	var others int64
	err := t.Model(&models.Event{}).
		Where("connection_id = ? AND received_at = ? AND attempt_ref = ? AND message_id = ? AND recipient "+
			"<> ?",
			e.ConnectionID, e.ReceivedAt, e.AttemptRef, e.MessageID, e.Recipient).
		Limit(1).Count(&others).Error
	if err != nil || others > 0 {
		return models.Attempt{}, db.Wrap(err, "the other recipients of a report")
	}
	return a, nil
}

// byProviderMessage asks for the recipient too: one provider message may have had several.
func byProviderMessage(t *db.Tx, e *models.Event) (models.Attempt, error) {
	if e.ProviderMessageID == "" {
		return models.Attempt{}, nil
	}
	all, err := ledger.AttemptsOfMessage(t, e.AccountID, e.ConnectionID, e.ProviderMessageID)
	if err != nil {
		return models.Attempt{}, err
	}
	return ofRecipient(t, all, e)
}

func byMessageID(t *db.Tx, e *models.Event) (models.Attempt, error) {
	if e.MessageID == "" {
		return models.Attempt{}, nil
	}
	all, err := ledger.AttemptsOfHeader(t, e.AccountID, strings.Trim(e.MessageID, "<>"))
	if err != nil {
		return models.Attempt{}, err
	}
	return ofRecipient(t, all, e)
}

// byNotificationRef is the business's own name for the notification (events API): its newest attempt is
// meant of those that were ever handed over; one that still waits can't have been reported.
func byNotificationRef(t *db.Tx, e *models.Event) (models.Attempt, error) {
	if e.NotificationRef == "" {
		return models.Attempt{}, nil
	}
	const named = "own_state <> 'cancelled' AND notification_id IN (SELECT id FROM notifications WHERE " +
		"account_id = ? AND ref IN ? AND ref <> '')"
	names := refs(t, e.NotificationRef)
	a, known := ledger.AttemptNamed(t, e.AccountID, names)
	var err error
	if !known {
		a, err = attemptWhere(t, e, "(sending_at IS NOT NULL OR NOT ours) AND "+named, e.AccountID, names)
	}
	if !known && err == nil && a.ID == "" {
		a, err = attemptWhere(t, e, named, e.AccountID, names)
	}
	if err != nil || a.ID != "" || e.Recipient == "" {
		return a, err
	}
	// Not registered yet: another report may have told of it already.
	_, normal := models.Loosely(e.Channel, e.Recipient, "")
	return attemptWhere(t, e,
		`address_id IN (SELECT id FROM addresses WHERE account_id = ? AND channel = ? AND normal IN ?)
		AND EXISTS (SELECT 1 FROM events k WHERE k.account_id = attempts.account_id
			AND k.notification_id = attempts.notification_id AND k.notification_id <> ''
				AND k.notification_ref = ?)`,
		e.AccountID, e.Channel, ledger.Normals(t, e.Channel, normal), e.NotificationRef)
}

// How near in time an event must be to be taken for one about a message that it does not name.
const (
	probablyWithin = 5 * 24 * time.Hour // after the message
	probablySame   = 10 * time.Minute   // beside the failure that is known already
)

// byTime takes what names no message for the message to its recipient through the same connection: a mail
// that came back when there is only one of which nothing final is known, a line of a provider's list also
// when it was delivered, or when this very failure is known. That is probable, not proven: the event says so.
func byTime(t *db.Tx, e *models.Event) (models.Attempt, error) {
	asked := e.Probable
	e.Probable = false
	nameless := e.AttemptRef+e.MessageID+e.ProviderMessageID == ""
	if !e.Unproven && !asked || !nameless || e.Recipient == "" || e.Type == models.Unrecognised ||
		models.AboutAddress(e.Type) {
		return models.Attempt{}, nil
	}
	open := []models.AttemptState{models.AttemptAccepted, models.Presumed, models.OutcomeUnknown}
	if !e.Unproven {
		open = append(open, models.AttemptDelivered)
		soon := e.OccurredAt.Add(probablySame)
		same, err := toRecipient(t, e, soon,
			"outcome IN ('failed', 'complained') AND decided_at BETWEEN ? AND ?",
			e.OccurredAt.Add(-probablySame), soon)
		if err != nil || same.ID != "" {
			return same, err
		}
	}
	if e.Unproven {
		if rivals, err := rivals(t, e, open); err != nil || rivals {
			return models.Attempt{}, err
		}
	}
	return toRecipient(t, e, e.OccurredAt, "outcome IN ?", open)
}

// rivals says whether several messages to an event's recipient may be meant: then none is guilty.
func rivals(t *db.Tx, e *models.Event, open []models.AttemptState) (bool, error) {
	_, normal := models.Loosely(e.Channel, e.Recipient, "")
	var n int64
	err := t.Model(&models.Attempt{}).
		Where(`account_id = ? AND outcome IN ? AND connection_id = ? AND asked_at BETWEEN ? AND ?
		AND address_id IN (SELECT id FROM addresses WHERE account_id = ? AND channel = ?
			AND normal IN ?)`, e.AccountID, open, e.ConnectionID,
			e.OccurredAt.Add(-probablyWithin),
			e.OccurredAt, e.AccountID, e.Channel, ledger.Normals(t, e.Channel, normal)).
		Count(&n).Error
	return n > 1, db.Wrap(err, "messages to a recipient")
}

// toRecipient is the newest attempt to an event's recipient in the days before it and until a time, of those
// that fulfil a condition.
func toRecipient(t *db.Tx, e *models.Event, until time.Time, where string,
	values ...any) (models.Attempt, error) {
	_, normal := models.Loosely(e.Channel, e.Recipient, "")
	a, err := attemptWhere(
		t,
		e,
		"("+where+`) AND connection_id = ? AND asked_at BETWEEN ? AND ?
		AND address_id IN (SELECT id FROM addresses WHERE account_id = ? AND channel = ? AND normal IN ?)`,
		append(values, e.ConnectionID, e.OccurredAt.Add(-probablyWithin), until, e.AccountID, e.Channel,
			ledger.Normals(t, e.Channel, normal))...)
	e.Probable = a.ID != ""
	return a, err
}

// ofRecipient picks the attempt to the event's recipient; an event that names none fits a message that had
// one. Our id is certain, the recipient as a report writes it is not: a mail about a message with one
// recipient is about that one, wherever a forward has taken it.
func ofRecipient(t *db.Tx, all []models.Attempt, e *models.Event) (models.Attempt, error) {
	if e.Recipient == "" && oneRecipient(all) {
		return all[0], nil
	}
	erased := false
	_, want := models.Loosely(e.Channel, e.Recipient, "")
	for _, a := range all {
		erased = erased || a.Recipient == ""
		if _, has := models.Loosely(a.Channel, a.Recipient, ""); has == want ||
			strings.TrimLeft(has, "+") == strings.TrimLeft(want, "+") {
			return a, nil
		}
	}
	for _, a := range all {
		if e.Channel == models.Email && models.SameMailbox(a.Recipient, e.Recipient) {
			return a, nil
		}
	}
	if erased {
		return ofErased(t, all, e)
	}
	if len(all) == 0 || !oneRecipient(all) {
		return models.Attempt{}, nil
	}
	if e.Unproven {
		return unlessOfMany(t, e, all[0])
	}
	return ofOwnID(t, all[0], e)
}

// oneRecipient says whether all attempts went to the same recipient.
func oneRecipient(all []models.Attempt) bool {
	for _, a := range all {
		if a.AddressID != all[0].AddressID {
			return false
		}
	}
	return len(all) > 0
}

// idEach are the providers that give each recipient's copy an id of its own.
var idEach = map[string]bool{"postmark": true, "mailjet": true}

// ofOwnID takes the attempt when its provider gives each recipient an id: then a report can be about no
// other.
func ofOwnID(t *db.Tx, a models.Attempt, e *models.Event) (models.Attempt, error) {
	var provider string
	err := t.Model(&models.Connection{}).Where("id = ?", e.ConnectionID).Pluck("provider", &provider).Error
	if err != nil || !idEach[provider] || e.ProviderMessageID == "" {
		return models.Attempt{}, db.Wrap(err, "provider of a connection")
	}
	return a, nil
}

// ofErased picks the attempt to a recipient who has been erased since: a late report is no new message.
func ofErased(t *db.Tx, all []models.Attempt, e *models.Event) (models.Attempt, error) {
	address, err := customer.ErasedAddress(t, e.AccountID, e.Channel, e.Recipient)
	for _, a := range all {
		if a.AddressID == address.ID && address.ID != "" {
			return a, err
		}
	}
	return models.Attempt{}, err
}

// RematchProven does so for the hand-overs that were proven in this transaction.
func RematchProven(t *db.Tx) error {
	for _, a := range *db.KeptIn[ledger.ProvenAttempts](t) {
		if err := Rematch(t, a); err != nil {
			return err
		}
	}
	return nil
}

// Rematch gives events that came before the attempt had its provider's id another chance.
func Rematch(t *db.Tx, a models.Attempt) error {
	if a.ProviderMessageID == "" && a.MessageID == "" {
		return nil
	}
	if rematchLater(t, a.AccountID, namesOf(a)) {
		return nil
	}
	err := t.Exec(`UPDATE events SET state = 'due', due_at = ? WHERE state = 'unmatched' AND account_id = ?
		AND connection_id = ?
		AND ((provider_message_id <> '' AND provider_message_id = ?) OR (message_id <> ''
			AND message_id = ?))`,
		t.Now, a.AccountID, a.ConnectionID, a.ProviderMessageID, a.MessageID).Error
	return db.Wrap(err, "matching again")
}
