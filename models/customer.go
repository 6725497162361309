package models

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// Customer is a person or organisation that the business writes to.
type Customer struct {
	ID        string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	Ref       string // the business's own name for the customer
	Name      string
	SortName  string // lower case, for order
	Search    string `json:"-"` // what the search finds it by; kept by findable
	Zone      string
	Locale    string
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
	UpdatedBy string // name of who changed it last
	ErasedAt  *time.Time
}

// customerAddress ties an address to a customer; one of each channel is the main one.
type customerAddress struct {
	CustomerID string `gorm:"primaryKey"`
	AddressID  string `gorm:"primaryKey"`
	AccountID  string `gorm:"primaryKey"`
	Channel    Channel
	Main       bool
	Label      string // what the customer or the staff call it
	AddedAt    time.Time
	RemovedAt  *time.Time
}

// Customer is one customer of the account.
func (s *Store) Customer(ctx context.Context, a Actor, id string) (Customer, error) {
	if err := a.need(See); err != nil {
		return Customer{}, err
	}
	var c Customer
	named, value := idOrRef(id)
	err := s.reading(ctx).Take(&c, "account_id = ? AND "+named, a.AccountID, value).Error
	return c, found(err, "customer")
}

// MainAddresses are a customer's main addresses by channel; a channel without one is absent.
func (s *Store) MainAddresses(ctx context.Context, a Actor, customerID string) (map[Channel]Address, error) {
	if err := a.need(See); err != nil {
		return nil, err
	}
	var rows []Address
	err := s.reading(ctx).Raw(`SELECT a.* FROM addresses a
		JOIN customer_addresses c ON c.account_id = a.account_id AND c.address_id = a.id
		WHERE c.account_id = ? AND c.customer_id = ? AND c.main`, a.AccountID, customerID).Scan(&rows).Error
	if err != nil {
		return nil, found(err, "main addresses")
	}
	main := map[Channel]Address{}
	for _, row := range rows {
		main[row.Channel] = row
	}
	return main, nil
}

// lockCustomer holds a customer's row of the account until the transaction ends, and before it the notifications whose rows
// of the report show the customer: reports hold these two in the same order, so that nobody waits crosswise.
func (t *tx) lockCustomer(accountID, id string) (Customer, error) {
	var c Customer
	var held []string
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Model(&Notification{}).
		Where("account_id = ? AND id IN (SELECT id FROM undelivered WHERE account_id = ? AND customer_id = ?)", accountID, accountID, id).Order("id").Pluck("id", &held).Error
	if err != nil {
		return c, found(err, "notifications of a customer")
	}
	err = t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&c, "id = ? AND account_id = ?", id, accountID).Error
	return c, found(err, "customer")
}

// mainAddress is the customer's main address of a channel; the zero Address when there is none.
func (t *tx) mainAddress(accountID, customerID string, channel Channel) (Address, error) {
	var a Address
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses c ON c.account_id = a.account_id
		AND c.address_id = a.id
		WHERE c.account_id = ? AND c.customer_id = ? AND c.channel = ?
			AND c.main`, accountID, customerID, channel).Scan(&a).Error
	return a, found(err, "main address")
}

func sortName(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }
