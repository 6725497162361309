package models

import "cmp"

// mergeDiscovered: the failure of this message was reported before it was registered; the two become one.
func (t *tx) mergeDiscovered(a Actor, n Notification, r Registration, c Connection, address Address) (Registered, error) {
	attempt, err := t.discovered(n.AccountID, r, c, address)
	if err != nil || attempt.ID == "" {
		return Registered{}, err
	}
	old, err := t.lockNotification(n.AccountID, attempt.NotificationID)
	if err != nil {
		return Registered{}, err
	}
	if err := t.countMerged(old, -1); err != nil {
		return Registered{}, err
	}
	old.Ref, old.Digest, old.Origin, old.CustomerID, old.Title, old.Kind = n.Ref, n.Digest, OriginRegistered, n.CustomerID, n.Title, n.Kind
	old.DueAt, old.ValidUntil, old.NoRepeat, old.SentAt, old.ConnectionID = n.DueAt, n.ValidUntil, n.NoRepeat, n.SentAt, c.ID
	if err := t.Save(&old).Error; err != nil {
		return Registered{}, found(err, "merging")
	}
	attempt.ConnectionID = c.ID
	attempt.ProviderMessageID = cmp.Or(attempt.ProviderMessageID, r.ProviderMessageID)
	attempt.MessageID = cmp.Or(attempt.MessageID, r.MessageID)
	if err := t.Save(&attempt).Error; err != nil {
		return Registered{}, found(err, "merging")
	}
	if err := t.countMerged(old, 1); err != nil {
		return Registered{}, err
	}
	if err := t.keepContent(old, n, r); err != nil {
		return Registered{}, err
	}
	if err := t.recompute(&old, a); err != nil {
		return Registered{}, err
	}
	return Registered{ID: old.ID, Ref: old.Ref, AttemptID: attempt.ID, State: old.State, Created: true}, t.rematchRegistered(old, attempt)
}

// discovered is the attempt of a message that only its failure has told of so far: the same address, and the provider's
// id of the message, or the business's own name, which the events API takes.
func (t *tx) discovered(accountID string, r Registration, c Connection, address Address) (Attempt, error) {
	var attempt Attempt
	if r.Send || r.ProviderMessageID == "" && r.MessageID == "" && r.Ref == "" {
		return attempt, nil
	}
	err := t.Raw(`SELECT a.* FROM attempts a JOIN notifications n ON n.account_id = a.account_id
		AND n.id = a.notification_id
		WHERE a.account_id = ? AND a.address_id = ? AND n.origin = ? AND n.ref = ''
		AND ((a.connection_id = ? AND a.provider_message_id <> '' AND a.provider_message_id = ?)
			OR (a.connection_id = ? AND a.message_id <> '' AND a.message_id = ?)
			OR EXISTS (SELECT 1 FROM events e WHERE e.account_id = n.account_id AND e.notification_id = n.id
				AND e.notification_id <> ''
				AND e.notification_ref <> '' AND e.notification_ref = ?)) LIMIT 1`,
		accountID, address.ID, OriginEvent, c.ID, r.ProviderMessageID, c.ID, r.MessageID, r.Ref).Scan(&attempt).Error
	return attempt, found(err, "a failure reported before")
}

// countMerged takes a notification out of the sums of what was sent, or puts it where it belongs: its day, its kind and
// its connection are known only now.
func (t *tx) countMerged(n Notification, by int) error {
	delivered := 0
	if n.State == StateDelivered {
		delivered = by
	}
	return t.countSent(n, by, delivered)
}

func (t *tx) keepContent(old, n Notification, r Registration) error {
	content, err := contentOf(r)
	if err != nil || content == nil {
		return err
	}
	content.NotificationID, content.AccountID, content.CreatedAt = old.ID, old.AccountID, n.SentAt
	return found(t.Save(content).Error, "keeping the content")
}

// rematchRegistered gives events that came before their notification another chance.
func (t *tx) rematchRegistered(n Notification, a Attempt) error {
	if n.Ref != "" {
		err := t.Exec(`UPDATE events SET state = 'due', due_at = ? WHERE state = 'unmatched' AND account_id = ?
			AND notification_ref <> '' AND notification_ref = ?`, t.now, n.AccountID, n.Ref).Error
		if err != nil {
			return found(err, "matching again")
		}
	}
	return t.rematch(a)
}

// holdGeneric keeps registering and discovering apart for what the events API tells by the business's own names.
func (t *tx) holdGeneric(connections connectionList) error {
	for _, c := range connections {
		if c.Provider == "generic" {
			if err := t.holdConnection(c.ID, "SHARE"); err != nil {
				return err
			}
		}
	}
	return nil
}
