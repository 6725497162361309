package models

import (
	"context"
	"time"
)

// Story is one notification with all that happened to it: what its page shows.
type Story struct {
	Notification Notification
	Customer     Customer
	Attempts     []Attempt // oldest first
	Events       []Event   // oldest first, without raw bodies
	Content      Content
	Addresses    map[Channel]Address // the customer's main ones
	OptOuts      []OptOut            // that hold for them now
	Suppressions []Suppression       // that hold for them now
	Connections  map[string]Connection
	Notes        []Note
	Also         []Undelivered  // others on the report to the same address
	Row          Undelivered    // its row of the report; zero when it never failed
	Zone         *time.Location // of the account
	WindowDays   int            // of the account
}

// Note is what a person wrote about a notification.
type Note struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	NotificationID string
	ByID           string
	ByName         string
	At             time.Time
	Text           string
}

// Story reads one notification of the account; id may be "ref:…".
func (s *Store) Story(ctx context.Context, a Actor, id string) (Story, error) {
	if err := a.need(See); err != nil {
		return Story{}, err
	}
	t := s.looking(ctx)
	st := Story{Connections: map[string]Connection{}, Addresses: map[Channel]Address{}}
	named, value := idOrRef(id)
	if err := t.Take(&st.Notification, "account_id = ? AND "+named, a.AccountID, value).Error; err != nil {
		return st, found(err, "notification")
	}
	n := st.Notification
	if err := t.Take(&st.Customer, "account_id = ? AND id = ?", n.AccountID, n.CustomerID).Error; err != nil {
		return st, found(err, "customer")
	}
	var account Account
	if err := t.Take(&account, "id = ?", a.AccountID).Error; err != nil {
		return st, found(err, "account")
	}
	st.Zone, st.WindowDays = account.Location(), account.Days()
	for _, step := range []error{
		t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("number").
			Find(&st.Attempts).Error,
		t.Omit("raw").
			Where("account_id = ? AND notification_id = ? AND notification_id <> ''", n.AccountID, n.ID).Order("occurred_at, id").Limit(500).Find(&st.Events).Error,
		t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("at").
			Find(&st.Notes).Error,
		t.Limit(1).Find(&st.Content, "account_id = ? AND notification_id = ?", n.AccountID, n.ID).Error,
		t.Limit(1).Find(&st.Row, "account_id = ? AND id = ?", n.AccountID, n.ID).Error,
		t.Where("account_id = ? AND address_id = ? AND id <> ? AND left_at IS NULL",
			n.AccountID, n.AddressID, n.ID).Order("failed_at DESC").Limit(5).Find(&st.Also).Error,
	} {
		if step != nil {
			return st, found(step, "notification")
		}
	}
	return st, t.around(&st)
}

// around reads the customer's addresses, what holds for them, and the connections by name.
func (t *tx) around(st *Story) error {
	for _, channel := range []Channel{Email, SMS} {
		address, err := t.mainAddress(st.Customer.AccountID, st.Customer.ID, channel)
		if err != nil {
			return err
		}
		if address.ID == "" {
			continue
		}
		st.Addresses[channel] = address
		causes, err := t.openCauses(address.AccountID, address.ID)
		if err != nil {
			return err
		}
		listed, err := t.openSuppressions(address, "")
		if err != nil {
			return err
		}
		st.OptOuts, st.Suppressions = append(st.OptOuts, causes...), append(st.Suppressions, listed...)
	}
	var connections []Connection
	err := t.Where("account_id = ?", st.Notification.AccountID).Find(&connections).Error
	for _, c := range connections {
		st.Connections[c.ID] = c
	}
	return found(err, "connections")
}

// idOrRef tells our id from the business's own name for a thing. The index of names has no empty ones, and a query
// has to say so to use it.
func idOrRef(id string) (named, value string) {
	if len(id) > 4 && id[:4] == "ref:" {
		return "ref = ? AND ref <> ''", id[4:]
	}
	return "id = ?", id
}
