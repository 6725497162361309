package models

import (
	"fmt"
	"strings"
)

// match finds the attempt that an event belongs to, in the order of semantics 3.3. The zero Attempt: none.
func (t *tx) match(e *Event) (Attempt, error) {
	for _, way := range []func(*Event) (Attempt, error){t.byAttemptRef, t.byProviderMessage, t.byMessageID, t.byNotificationRef} {
		if a, err := way(e); err != nil || a.ID != "" {
			return a, err
		}
	}
	return Attempt{}, nil
}

func (t *tx) attemptWhere(e *Event, where string, values ...any) (Attempt, error) {
	var a Attempt
	err := t.Where("account_id = ?", e.AccountID).Where(where, values...).Order("number DESC").Limit(1).Find(&a).Error
	if err != nil {
		return a, fmt.Errorf("models: matching: %w", err)
	}
	return a, nil
}

func (t *tx) byAttemptRef(e *Event) (Attempt, error) {
	if e.AttemptRef == "" {
		return Attempt{}, nil
	}
	return t.attemptWhere(e, "id = ?", e.AttemptRef)
}

// byProviderMessage asks for the recipient too: one provider message may have had several.
func (t *tx) byProviderMessage(e *Event) (Attempt, error) {
	if e.ProviderMessageID == "" {
		return Attempt{}, nil
	}
	var all []Attempt
	err := t.Where("connection_id = ? AND provider_message_id = ? AND provider_message_id <> ''", e.ConnectionID, e.ProviderMessageID).
		Order("number DESC").Limit(50).Find(&all).Error
	if err != nil {
		return Attempt{}, fmt.Errorf("models: matching: %w", err)
	}
	return ofRecipient(all, e), nil
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
	return ofRecipient(all, e), nil
}

// byNotificationRef is the business's own name for the notification (events API): its newest attempt is meant.
func (t *tx) byNotificationRef(e *Event) (Attempt, error) {
	if e.NotificationRef == "" {
		return Attempt{}, nil
	}
	return t.attemptWhere(e, "own_state <> 'cancelled' AND notification_id IN (SELECT id FROM notifications WHERE account_id = ? AND ref = ? AND ref <> '')",
		e.AccountID, e.NotificationRef)
}

// ofRecipient picks the attempt to the event's recipient; an event that names none fits a message that had one.
func ofRecipient(all []Attempt, e *Event) Attempt {
	if e.Recipient == "" && len(all) == 1 {
		return all[0]
	}
	_, want := loosely(e.Channel, e.Recipient, "")
	for _, a := range all {
		if _, has := loosely(a.Channel, a.Recipient, ""); has == want || strings.TrimLeft(has, "+") == strings.TrimLeft(want, "+") {
			return a
		}
	}
	return Attempt{}
}
