package ledger

import (
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// SentDay is what was sent on a day, and how much of it was delivered.
type SentDay struct {
	AccountID    string
	Day          string
	Channel      models.Channel
	ConnectionID string
	Kind         string
	Domain       string
	Sent         int
	Delivered    int
}

func (SentDay) TableName() string { return "sent_daily" }

// countDelivered keeps the sums of what was delivered, by the day on which it was sent.
func countDelivered(t *db.Tx, before, n models.Notification) error {
	was, is := before.State == models.StateDelivered, n.State == models.StateDelivered
	if was == is {
		return nil
	}
	change := 1
	if was {
		change = -1
	}
	return countSent(t, n, 0, change)
}

func countSent(t *db.Tx, n models.Notification, sent, delivered int) error {
	account, err := PlaceOf(t, n.AccountID)
	if err != nil {
		return err
	}
	// The address of the original: a resend to another domain must not move what was sent.
	var a models.Address
	err = t.Limit(1).
		Find(&a, "account_id = ? AND id = (SELECT address_id FROM attempts WHERE account_id = ? AND "+
			"notification_id = ? AND number = 0)",
			n.AccountID, n.AccountID, n.ID).
		Error
	if err != nil {
		return db.Wrap(err, "address")
	}
	return addSent(t, SentDay{
		n.AccountID,
		models.DayOf(n.SentAt, account.Location()),
		n.Channel,
		n.ConnectionID,
		n.Kind,
		a.Domain(),
		sent,
		delivered,
	})
}

func addSent(t *db.Tx, row SentDay) error {
	return db.Wrap(t.Clauses(clause.OnConflict{
		Columns: []clause.Column{
			{Name: "account_id"},
			{Name: "day"},
			{Name: "channel"},
			{Name: "connection_id"},
			{Name: "kind"},
			{Name: "domain"},
		},
		DoUpdates: clause.Assignments(map[string]any{
			"sent": t.Expr("sent_daily.sent + ?",
				row.Sent), "delivered": t.Expr("sent_daily.delivered + ?", row.Delivered)}),
	}).Create(&row).Error, "counting what was sent")
}

// CountMerged takes a notification out of the sums of what was sent, or puts it where it belongs: its day,
// its kind and its connection are known only now.
func CountMerged(t *db.Tx, n models.Notification, by int) error {
	delivered := 0
	if n.State == models.StateDelivered {
		delivered = by
	}
	return countSent(t, n, by, delivered)
}
