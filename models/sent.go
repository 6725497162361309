package models

import "gorm.io/gorm/clause"

// sentDay is what was sent on a day, and how much of it was delivered.
type sentDay struct {
	AccountID    string
	Day          string
	Channel      Channel
	ConnectionID string
	Kind         string
	Domain       string
	Sent         int
	Delivered    int
}

func (sentDay) TableName() string { return "sent_daily" }

// countDelivered keeps the sums of what was delivered, by the day on which it was sent.
func (t *tx) countDelivered(before, n Notification) error {
	was, is := before.State == StateDelivered, n.State == StateDelivered
	if was == is {
		return nil
	}
	change := 1
	if was {
		change = -1
	}
	return t.countSent(n, 0, change)
}

func (t *tx) countSent(n Notification, sent, delivered int) error {
	account, err := t.placeOf(n.AccountID)
	if err != nil {
		return err
	}
	// The address of the original: a resend to another domain must not move what was sent.
	var a Address
	err = t.Limit(1).
		Find(&a, "account_id = ? AND id = (SELECT address_id FROM attempts WHERE account_id = ? AND notification_id = ? AND number = 0)",
			n.AccountID, n.AccountID, n.ID).Error
	if err != nil {
		return found(err, "address")
	}
	return t.addSent(sentDay{n.AccountID, dayOf(n.SentAt, account.Location()), n.Channel, n.ConnectionID, n.Kind, a.Domain(), sent, delivered})
}

func (t *tx) addSent(row sentDay) error {
	return found(t.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}, {Name: "day"}, {Name: "channel"}, {Name: "connection_id"}, {Name: "kind"}, {Name: "domain"}},
		DoUpdates: clause.Assignments(map[string]any{
			"sent": t.raw("sent_daily.sent + ?", row.Sent), "delivered": t.raw("sent_daily.delivered + ?", row.Delivered)}),
	}).Create(&row).Error, "counting what was sent")
}
