package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// heldPlaces are the accounts whose zone a transaction holds.
type heldPlaces map[string]Account

// placeOf is an account whose zone stays as it is until the transaction ends: what is counted here is counted on days
// of that zone, and a change of zone waits for it before it moves the days. It is read once a transaction.
func (t *tx) placeOf(id string) (Account, error) {
	places := keptIn[heldPlaces](t)
	if account, known := (*places)[id]; known {
		return account, nil
	}
	var account Account
	err := t.Clauses(clause.Locking{Strength: "SHARE"}).Take(&account, "id = ?", id).Error
	if err != nil {
		return account, found(err, "account")
	}
	if *places == nil {
		*places = heldPlaces{}
	}
	(*places)[id] = account
	return account, nil
}

// moveDays puts what an account has counted on the days of its new zone. The account is held.
func (t *tx) moveDays(account Account, before *time.Location) error {
	if err := t.moveSent(account, before); err != nil {
		return err
	}
	return t.rebuildDays(account)
}

// rebuildSlice is how many rows get their day anew in one statement's reading.
const rebuildSlice = 1000

// rebuildDays puts every row of an account on its day in the zone the account has now, and counts anew.
func (t *tx) rebuildDays(account Account) error {
	for last := ""; ; {
		var rows []Undelivered
		err := t.Select("id", "failed_at", "day").Where("account_id = ? AND id > ?", account.ID, last).
			Order("id").Limit(rebuildSlice).Find(&rows).Error
		if err != nil {
			return found(err, "rows of the report")
		}
		for _, row := range rows {
			day := dayOf(row.FailedAt, account.Location())
			if day == row.Day {
				continue
			}
			if err := t.Exec("UPDATE undelivered SET day = ? WHERE account_id = ? AND id = ?",
				day, account.ID, row.ID).Error; err != nil {
				return found(err, "day of a row")
			}
		}
		if len(rows) < rebuildSlice {
			return t.recountAccount(account.ID)
		}
		last = rows[len(rows)-1].ID
	}
}

// sentAt is what the sums of what was sent need of a notification.
type sentAt struct {
	ID           string
	Channel      Channel
	ConnectionID string
	Kind         string
	SentAt       time.Time
	State        NotificationState
	Normal       string // of the original's address
}

// moveSent moves the sums of what was sent from the days of one zone to those of another. Sums of notifications that
// are forgotten already stay where they are.
func (t *tx) moveSent(account Account, before *time.Location) error {
	for last := ""; ; {
		var slice []sentAt
		err := t.Raw(`SELECT n.id, n.channel, n.connection_id, n.kind, n.sent_at, n.state, COALESCE(a.normal, '') AS normal
			FROM notifications n LEFT JOIN attempts o ON o.account_id = n.account_id
				AND o.notification_id = n.id AND o.number = 0
			LEFT JOIN addresses a ON a.account_id = o.account_id AND a.id = o.address_id
			WHERE n.account_id = ? AND n.id > ? ORDER BY n.id`+upTo(rebuildSlice), account.ID, last).Scan(&slice).Error
		if err != nil {
			return found(err, "what was sent")
		}
		if err := t.moveSlice(account, before, slice); err != nil {
			return err
		}
		if len(slice) < rebuildSlice {
			return nil
		}
		last = slice[len(slice)-1].ID
	}
}

func (t *tx) moveSlice(account Account, before *time.Location, slice []sentAt) error {
	moved := map[sentDay]sentDay{}
	for _, n := range slice {
		from, to := dayOf(n.SentAt, before), dayOf(n.SentAt, account.Location())
		if from == to {
			continue
		}
		for day, by := range map[string]int{from: -1, to: 1} {
			key := sentDay{AccountID: account.ID, Day: day, Channel: n.Channel, ConnectionID: n.ConnectionID, Kind: n.Kind,
				Domain: domainOf(n.Channel, n.Normal)}
			sum := moved[key]
			sum.Sent += by
			if n.State == StateDelivered {
				sum.Delivered += by
			}
			moved[key] = sum
		}
	}
	for key, sum := range moved {
		key.Sent, key.Delivered = sum.Sent, sum.Delivered
		if err := t.addSent(key); err != nil {
			return err
		}
	}
	return nil
}

// RebuildDays counts an account anew, to mend a drift.
func (s *Store) RebuildDays(ctx context.Context, a Actor) error {
	if err := a.need(Configure); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		if err := t.holdAccount(a.AccountID); err != nil {
			return err
		}
		account, err := t.placeOf(a.AccountID)
		if err != nil {
			return err
		}
		return t.rebuildDays(account)
	})
}
