package callback

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Callback is one thing that a business's own system has not been told yet, or could not be told.
type Callback struct {
	ID        string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	About     string // id of the notification, customer or address: about one thing they go out in order
	Sequence  int64  // grows with the changes of the account
	Body      string
	Tries     int
	DueAt     *time.Time // nil: given up
	Error     string
	CreatedAt time.Time
}

// callbackBody is what is sent: ids and our own words, never a name or an address.
type callbackBody struct {
	Type      CallbackType `json:"type"`
	Timestamp time.Time    `json:"timestamp"`
	Sequence  int64        `json:"sequence"`
	Data      any          `json:"data"`
}

type CalledNotification struct {
	ID      string                   `json:"id"`
	Ref     string                   `json:"ref,omitempty"`
	Channel models.Channel           `json:"channel"`
	State   models.NotificationState `json:"state"`
	Status  models.Status            `json:"status,omitempty"`
	Reason  string                   `json:"reason,omitempty"`
	At      time.Time                `json:"at"`
	Tries   int                      `json:"tries"`
}

type calledCustomer struct {
	ID  string `json:"id"`
	Ref string `json:"ref,omitempty"`
}

type calledAddress struct {
	Customers []calledCustomer `json:"customers"`
	AddressID string           `json:"address,omitempty"`
	Channel   models.Channel   `json:"channel"`
	Cause     string           `json:"cause,omitempty"`
}

// telling is one callback that the transaction at hand is going to keep.
type telling struct {
	accountID, about string
	body             callbackBody
}

type tellings []telling

// Tell has one callback kept at the end of the transaction of the change; without somebody to call nothing
// is.
func Tell(t *db.Tx, accountID string, kind CallbackType, about string, data func() (any, error)) error {
	e, err := endpoint(t, accountID)
	if err != nil || !e.wants(kind) {
		return err
	}
	what, err := data()
	if err != nil {
		return err
	}
	told := db.KeptIn[tellings](t)
	*told = append(*told, telling{accountID, about, callbackBody{Type: kind, Timestamp: t.Now, Data: what}})
	return nil
}

// WriteCalls keeps what is to be told, account by account in a fixed order. The last number of each account
// is held until the commit, so that numbers grow in the order of the commits.
func WriteCalls(t *db.Tx) error {
	told := db.KeptIn[tellings](t)
	slices.SortStableFunc(*told, func(a, b telling) int { return cmp.Compare(a.accountID, b.accountID) })
	for start := 0; start < len(*told); {
		end := start
		for end < len(*told) && (*told)[end].accountID == (*told)[start].accountID {
			end++
		}
		if err := writeCalls(t, (*told)[start:end]); err != nil {
			return err
		}
		start = end
	}
	*told = nil
	return nil
}

// writeCalls keeps what one account is to be told.
func writeCalls(t *db.Tx, told []telling) error {
	e := CallbackEndpoint{}
	done := t.Model(&e).Clauses(clause.Returning{Columns: []clause.Column{{Name: "sequence"}}}).
		Where("account_id = ?", told[0].accountID).Update("sequence", t.Expr("sequence + ?", len(told)))
	if done.Error != nil || done.RowsAffected == 0 { // ended meanwhile
		return db.Wrap(done.Error, "callback")
	}
	rows := make([]Callback, len(told))
	for i, one := range told {
		one.body.Sequence = e.Sequence - int64(len(told)-1-i)
		body, err := json.Marshal(one.body)
		if err != nil {
			return fmt.Errorf("models: callback: %w", err)
		}
		rows[i] = Callback{
			ID:        models.NewID("msg", t.Now),
			AccountID: one.accountID,
			About:     one.about,
			Sequence:  one.body.Sequence,
			Body:      string(body),
			DueAt:     &t.Now,
			CreatedAt: t.Now,
		}
	}
	return db.Wrap(db.Write(t, rows), "callback")
}

// calledActions are the lines of the log that the business's own system is told of: whatever writes one tells
// it.
var calledActions = map[string]CallbackType{
	"customer.address": CallAddressChanged,
	"customer.main":    CallAddressChanged,
	"address.opt_out":  CallOptedOut,
	"address.opt_in":   CallOptedIn,
}

// TellActions tells of what the transaction has written into the log.
func TellActions(t *db.Tx) error {
	for _, line := range t.Audit {
		kind, called := calledActions[line.Action]
		if !called {
			continue
		}
		err := Tell(t, line.AccountID, kind, line.ObjectID, func() (any, error) {
			data := calledAddress{Channel: models.Channel(line.ObjectName), Customers: []calledCustomer{}}
			where, values := "c.id = ?", []any{line.AccountID, line.ObjectID}
			if kind != CallAddressChanged {
				data.AddressID, data.Cause = line.ObjectID, map[CallbackType]string{CallOptedOut: line.After,
					CallOptedIn: line.Before}[kind]
				where,
					values = "c.id IN (SELECT customer_id FROM customer_addresses WHERE account_id = ? AND "+
					"address_id = ? AND removed_at IS NULL)",
					[]any{line.AccountID, line.AccountID, line.ObjectID}
			}
			err := t.Raw("SELECT c.id, c.ref FROM customers c WHERE c.account_id = ? AND "+where+" ORDER BY c.id", values...).
				Scan(&data.Customers).Error
			return data, db.Wrap(err, "customers of a callback")
		})
		if err != nil {
			return err
		}
	}
	return nil
}
