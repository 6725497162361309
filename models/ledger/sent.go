package ledger

import (
	"cmp"
	"maps"
	"slices"

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
	a, err := addressOfOriginal(t, n)
	if err != nil {
		return err
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

func addressOfOriginal(t *db.Tx, n models.Notification) (models.Address, error) {
	if attempts, known := db.Known[models.Attempt](t, n.AccountID, ofNotification(n.ID)); known {
		for _, a := range attempts {
			if a.Number == 0 {
				return AddressByID(t, n.AccountID, a.AddressID)
			}
		}
	}
	var a models.Address
	err := t.Limit(1).
		Find(&a, "account_id = ? AND id = (SELECT address_id FROM attempts WHERE account_id = ? AND "+
			"notification_id = ? AND number = 0)",
			n.AccountID, n.AccountID, n.ID).
		Error
	return a, db.Wrap(err, "address")
}

// sentChanges are the changes of one transaction, added up so that each sum is written once.
type sentChanges map[SentDay]SentDay

func addSent(t *db.Tx, row SentDay) error {
	changes := db.KeptIn[sentChanges](t)
	if *changes == nil {
		*changes = sentChanges{}
	}
	key := row
	key.Sent, key.Delivered = 0, 0
	sum := (*changes)[key]
	row.Sent, row.Delivered = row.Sent+sum.Sent, row.Delivered+sum.Delivered
	(*changes)[key] = row
	return nil
}

// WriteSent writes the sums in a fixed order.
func WriteSent(t *db.Tx) error {
	changes := db.KeptIn[sentChanges](t)
	rows := slices.SortedFunc(maps.Values(*changes), func(a, b SentDay) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Day, b.Day),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.ConnectionID, b.ConnectionID),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Domain, b.Domain))
	})
	*changes = nil
	rows = slices.DeleteFunc(rows, func(d SentDay) bool { return d.Sent == 0 && d.Delivered == 0 })
	return db.Add(t, rows, []string{"account_id", "day", "channel", "connection_id", "kind", "domain"},
		"sent", "delivered")
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
