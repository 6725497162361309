package intake

import (
	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// discover makes a notification of a failure that nobody registered: a message of a system that we do not
// know yet. When the business registers it later, the two become one (Register).
func discover(t *db.Tx, e *models.Event) (models.Attempt, error) {
	if err := ledger.HoldConnection(t, e.ConnectionID, "UPDATE"); err != nil {
		return models.Attempt{}, err
	}
	if attempt, err := match(t, e); err != nil || attempt.ID != "" {
		return attempt, err // another instance was first
	}
	account, err := ledger.PlaceOf(t, e.AccountID)
	if err != nil {
		return models.Attempt{}, err
	}
	value, normal := models.Loosely(e.Channel, e.Recipient, account.Country)
	address, err := ledger.AddressOf(t, e.AccountID, e.Channel, value, normal)
	if err != nil {
		return models.Attempt{}, err
	}
	cust, err := ledger.CustomerWith(t, account, address)
	if err != nil {
		return models.Attempt{}, err
	}
	n := models.Notification{
		ID: models.NewID("ntf", t.Now), AccountID: e.AccountID, Origin: models.OriginEvent,
		CustomerID: cust.ID, Channel: e.Channel,
		Title: ledger.TitleOf[e.Channel], ConnectionID: e.ConnectionID, State: models.StatePending,
		DecidedAt: e.OccurredAt, AddressID: address.ID,
		Tries: 1, Version: 1, SentAt: e.OccurredAt, CreatedAt: t.Now, UpdatedAt: t.Now,
	}
	attempt := models.Attempt{
		ID: models.NewID("att", t.Now), NotificationID: n.ID, AccountID: n.AccountID, Channel: n.Channel,
		ConnectionID: e.ConnectionID,
		AddressID:    address.ID, Recipient: address.Value, OwnState: models.AttemptAccepted,
		OwnAt: e.OccurredAt, Outcome: models.AttemptAccepted,
		DecidedAt: e.OccurredAt, ProviderMessageID: e.ProviderMessageID, MessageID: e.MessageID,
		AskedAt: e.OccurredAt, CreatedAt: e.OccurredAt,
	}
	if err := ledger.CreateNotification(t, &n, &attempt, nil); err != nil {
		return attempt, err
	}
	return attempt, rematchRegistered(t, models.Notification{AccountID: n.AccountID, Ref: e.NotificationRef},
		attempt)
}
