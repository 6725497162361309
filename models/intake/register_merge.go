package intake

import (
	"cmp"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// mergeDiscovered: the failure of this message was reported before it was registered; the two become one.
func mergeDiscovered(t *db.Tx, a models.Actor, n models.Notification, r Registration, c models.Connection,
	address models.Address) (Registered, error) {
	attempt, err := discovered(t, n.AccountID, r, c, address)
	if err != nil || attempt.ID == "" {
		return Registered{}, err
	}
	old, err := ledger.LockNotification(t, n.AccountID, attempt.NotificationID)
	if err != nil {
		return Registered{}, err
	}
	if err := ledger.CountMerged(t, old, -1); err != nil {
		return Registered{}, err
	}
	old.Ref, old.Digest, old.Origin, old.CustomerID, old.Title, old.Kind = n.Ref, n.Digest,
		models.OriginRegistered, n.CustomerID, n.Title, n.Kind
	old.DueAt, old.ValidUntil, old.NoRepeat, old.SentAt, old.ConnectionID = n.DueAt, n.ValidUntil, n.NoRepeat,
		n.SentAt, c.ID
	if err := t.Save(&old).Error; err != nil {
		return Registered{}, db.Wrap(err, "merging")
	}
	attempt.ConnectionID = c.ID
	attempt.ProviderMessageID = cmp.Or(attempt.ProviderMessageID, r.ProviderMessageID)
	attempt.MessageID = cmp.Or(attempt.MessageID, r.MessageID)
	if err := t.Save(&attempt).Error; err != nil {
		return Registered{}, db.Wrap(err, "merging")
	}
	if err := ledger.CountMerged(t, old, 1); err != nil {
		return Registered{}, err
	}
	if err := keepContent(t, old, n, r); err != nil {
		return Registered{}, err
	}
	if err := ledger.Recompute(t, &old, a); err != nil {
		return Registered{}, err
	}
	return Registered{
		ID:        old.ID,
		Ref:       old.Ref,
		AttemptID: attempt.ID,
		State:     old.State,
		Created:   true,
	}, rematchRegistered(t, old, attempt)
}

// discovered is the attempt of a message that only its failure has told of so far: the same address, and the
// provider's id of the message, or the business's own name, which the events API takes.
func discovered(t *db.Tx, accountID string, r Registration, c models.Connection,
	address models.Address) (models.Attempt, error) {
	var attempt models.Attempt
	if r.Send || r.ProviderMessageID == "" && r.MessageID == "" && r.Ref == "" ||
		nothingLoose(t, accountID, address.ID) {
		return attempt, nil
	}
	err := t.Raw(`SELECT a.* FROM attempts a JOIN notifications n ON n.account_id = a.account_id
		AND n.id = a.notification_id
		WHERE a.account_id = ? AND a.address_id = ? AND n.origin = ? AND n.ref = ''
		AND ((a.connection_id = ? AND a.provider_message_id <> '' AND a.provider_message_id = ?)
			OR (a.connection_id = ? AND a.message_id <> '' AND a.message_id = ?)
			OR EXISTS (SELECT 1 FROM events e WHERE e.account_id = n.account_id AND e.notification_id = n.id
				AND e.notification_id <> ''
				AND e.notification_ref <> '' AND e.notification_ref = ?)) LIMIT 1`, accountID, address.ID,
		models.OriginEvent, c.ID, r.ProviderMessageID, c.ID, r.MessageID, r.Ref).Scan(&attempt).Error
	return attempt, db.Wrap(err, "a failure reported before")
}

func keepContent(t *db.Tx, old, n models.Notification, r Registration) error {
	content, err := contentOf(r)
	if err != nil || content == nil {
		return err
	}
	content.NotificationID, content.AccountID, content.CreatedAt = old.ID, old.AccountID, n.SentAt
	return db.Wrap(t.Save(content).Error, "keeping the content")
}

// rematchRegistered gives events that came before their notification another chance.
func rematchRegistered(t *db.Tx, n models.Notification, a models.Attempt) error {
	if n.Ref != "" && !rematchLater(t, n.AccountID, []string{waitingFor(n.Ref)}) {
		err := t.Exec(
			`UPDATE events SET state = 'due', due_at = ? WHERE state = 'unmatched' AND account_id = ?
			AND notification_ref <> '' AND notification_ref = ?`,
			t.Now,
			n.AccountID,
			n.Ref,
		).Error
		if err != nil {
			return db.Wrap(err, "matching again")
		}
	}
	return Rematch(t, a)
}

// holdGeneric keeps registering and discovering apart for what the events API tells by the business's own
// names.
func holdGeneric(t *db.Tx, connections connectionList) error {
	var generic []models.Connection
	for _, c := range connections {
		if c.Provider == "generic" {
			generic = append(generic, c)
		}
	}
	return holdThrough(t, generic)
}

// holdThrough keeps registering and discovering apart for all that goes through these connections.
func holdThrough(t *db.Tx, connections []models.Connection) error {
	var ids []string
	for _, c := range connections {
		ids = append(ids, c.ID)
	}
	if len(ids) == 0 {
		return nil
	}
	return ledger.HoldConnections(t, set(ids), "SHARE")
}
