package ledger

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/people"
)

// heldPlaces are the accounts whose zone a transaction holds.
type heldPlaces map[string]models.Account

// PlaceOf is an account whose zone stays as it is until the transaction ends: what is counted here is counted
// on days of that zone, and a change of zone waits for it before it moves the days. It is read once a
// transaction.
func PlaceOf(t *db.Tx, id string) (models.Account, error) {
	places := db.KeptIn[heldPlaces](t)
	if account, known := (*places)[id]; known {
		return account, nil
	}
	var account models.Account
	err := t.Clauses(clause.Locking{Strength: "SHARE"}).Take(&account, "id = ?", id).Error
	if err != nil {
		return account, db.Wrap(err, "account")
	}
	if *places == nil {
		*places = heldPlaces{}
	}
	(*places)[id] = account
	return account, nil
}

// MoveDays puts what an account has counted on the days of its new zone. The account is held.
func MoveDays(t *db.Tx, account models.Account, before *time.Location) error {
	if err := moveSent(t, account, before); err != nil {
		return err
	}
	return rebuildDays(t, account)
}

// rebuildSlice is how many rows get their day anew in one statement's reading.
const rebuildSlice = 1000

// rebuildDays puts every row of an account on its day in the zone the account has now, and counts anew.
func rebuildDays(t *db.Tx, account models.Account) error {
	for last := ""; ; {
		var rows []models.Undelivered
		err := t.Select("id", "failed_at", "day").Where("account_id = ? AND id > ?", account.ID, last).
			Order("id").Limit(rebuildSlice).Find(&rows).Error
		if err != nil {
			return db.Wrap(err, "rows of the report")
		}
		for _, row := range rows {
			day := models.DayOf(row.FailedAt, account.Location())
			if day == row.Day {
				continue
			}
			if err := t.Exec("UPDATE undelivered SET day = ? WHERE account_id = ? AND id = ?",
				day, account.ID, row.ID).Error; err != nil {
				return db.Wrap(err, "day of a row")
			}
		}
		if len(rows) < rebuildSlice {
			return recountAccount(t, account.ID)
		}
		last = rows[len(rows)-1].ID
	}
}

// sentAt is what the sums of what was sent need of a notification.
type sentAt struct {
	ID           string
	Channel      models.Channel
	ConnectionID string
	Kind         string
	SentAt       time.Time
	State        models.NotificationState
	Normal       string // of the original's address
}

// moveSent moves the sums of what was sent from the days of one zone to those of another. Sums of
// notifications that are forgotten already stay where they are.
func moveSent(t *db.Tx, account models.Account, before *time.Location) error {
	for last := ""; ; {
		var slice []sentAt
		err := t.Raw(`SELECT n.id, n.channel, n.connection_id, n.kind, n.sent_at, n.state, COALESCE(a.normal,
			'') AS normal
			FROM notifications n LEFT JOIN attempts o ON o.account_id = n.account_id
				AND o.notification_id = n.id AND o.number = 0
			LEFT JOIN addresses a ON a.account_id = o.account_id AND a.id = o.address_id
			WHERE n.account_id = ? AND n.id > ? ORDER BY n.id`+db.UpTo(rebuildSlice), account.ID, last).
			Scan(&slice).Error
		if err != nil {
			return db.Wrap(err, "what was sent")
		}
		if err := moveSlice(t, account, before, slice); err != nil {
			return err
		}
		if len(slice) < rebuildSlice {
			return nil
		}
		last = slice[len(slice)-1].ID
	}
}

func moveSlice(t *db.Tx, account models.Account, before *time.Location, slice []sentAt) error {
	moved := map[SentDay]SentDay{}
	for _, n := range slice {
		from, to := models.DayOf(n.SentAt, before), models.DayOf(n.SentAt, account.Location())
		if from == to {
			continue
		}
		for day, by := range map[string]int{from: -1, to: 1} {
			key := SentDay{
				AccountID:    account.ID,
				Day:          day,
				Channel:      n.Channel,
				ConnectionID: n.ConnectionID,
				Kind:         n.Kind,
				Domain:       models.DomainOf(n.Channel, n.Normal),
			}
			sum := moved[key]
			sum.Sent += by
			if n.State == models.StateDelivered {
				sum.Delivered += by
			}
			moved[key] = sum
		}
	}
	for key, sum := range moved {
		key.Sent, key.Delivered = sum.Sent, sum.Delivered
		if err := addSent(t, key); err != nil {
			return err
		}
	}
	return nil
}

// RebuildDays counts an account anew, to mend a drift.
func (s *Store) RebuildDays(ctx context.Context, a models.Actor) error {
	if err := a.Need(models.Configure); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := people.HoldAccount(t, a.AccountID); err != nil {
			return err
		}
		account, err := PlaceOf(t, a.AccountID)
		if err != nil {
			return err
		}
		return rebuildDays(t, account)
	})
}
