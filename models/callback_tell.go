package models

import (
	"encoding/json"
	"fmt"
	"time"
)

// Callback is one thing that a business's own system has not been told yet, or could not be told.
type Callback struct {
	ID        string
	AccountID string
	Body      string
	Tries     int
	DueAt     *time.Time // nil: given up
	Error     string
	CreatedAt time.Time
}

// callbackBody is what is sent: ids and words of our vocabulary, never a name or an address.
type callbackBody struct {
	Type      CallbackType `json:"type"`
	Timestamp time.Time    `json:"timestamp"`
	Data      any          `json:"data"`
}

type calledNotification struct {
	ID      string            `json:"id"`
	Ref     string            `json:"ref,omitempty"`
	Channel Channel           `json:"channel"`
	State   NotificationState `json:"state"`
	Status  Status            `json:"status,omitempty"`
	Reason  string            `json:"reason,omitempty"`
	At      time.Time         `json:"at"`
	Tries   int               `json:"tries"`
}

type calledCustomer struct {
	ID  string `json:"id"`
	Ref string `json:"ref,omitempty"`
}

type calledAddress struct {
	Customers []calledCustomer `json:"customers"`
	AddressID string           `json:"address,omitempty"`
	Channel   Channel          `json:"channel"`
	Cause     string           `json:"cause,omitempty"`
}

// tell puts one callback into the transaction of the change; without somebody to call nothing is written.
func (t *tx) tell(accountID string, kind CallbackType, data func() (any, error)) error {
	e, err := t.endpoint(accountID)
	if err != nil || !e.wants(kind) {
		return err
	}
	what, err := data()
	if err != nil {
		return err
	}
	body, err := json.Marshal(callbackBody{kind, t.now, what})
	if err != nil {
		return fmt.Errorf("models: callback: %w", err)
	}
	row := Callback{ID: newID("msg", t.now), AccountID: accountID, Body: string(body), DueAt: &t.now, CreatedAt: t.now}
	return found(t.Create(&row).Error, "callback")
}

// tellMove tells that a notification has come onto the report, or has been delivered.
func (t *tx) tellMove(before, n Notification) error {
	kind := CallDelivered
	switch {
	case n.State == before.State:
		return nil
	case n.State == StateFailed:
		kind = CallUndelivered
	case n.State != StateDelivered:
		return nil
	}
	return t.tell(n.AccountID, kind, func() (any, error) {
		return calledNotification{n.ID, n.Ref, n.Channel, n.State, n.Status, n.Reason, n.DecidedAt, n.Tries}, nil
	})
}

// calledActions are the lines of the log that the business's own system is told of: whatever writes one tells it.
var calledActions = map[string]CallbackType{"customer.address": CallAddressChanged, "customer.main": CallAddressChanged,
	"address.opt_out": CallOptedOut, "address.opt_in": CallOptedIn}

// tellActions tells of what the transaction has written into the log.
func (t *tx) tellActions() error {
	for _, line := range t.audit {
		kind, called := calledActions[line.Action]
		if !called {
			continue
		}
		err := t.tell(line.AccountID, kind, func() (any, error) {
			data := calledAddress{Channel: Channel(line.ObjectName), Customers: []calledCustomer{}}
			where, id := "c.id = ?", line.ObjectID
			if kind != CallAddressChanged {
				data.AddressID, data.Cause = id, map[CallbackType]string{CallOptedOut: line.After, CallOptedIn: line.Before}[kind]
				where = "c.id IN (SELECT customer_id FROM customer_addresses WHERE address_id = ? AND removed_at IS NULL)"
			}
			err := t.Raw("SELECT c.id, c.ref FROM customers c WHERE "+where+" ORDER BY c.id", id).Scan(&data.Customers).Error
			return data, found(err, "customers of a callback")
		})
		if err != nil {
			return err
		}
	}
	return nil
}
