package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// CustomerAddress ties an address to a customer; one of each channel is the main one.
type CustomerAddress struct {
	CustomerID string `gorm:"primaryKey"`
	AddressID  string `gorm:"primaryKey"`
	AccountID  string `gorm:"primaryKey"`
	Channel    models.Channel
	Main       bool
	Label      string // what the customer or the staff call it
	AddedAt    time.Time
	RemovedAt  *time.Time
}

// Customer is one customer of the account.
func (s *Store) Customer(ctx context.Context, a models.Actor, id string) (models.Customer, error) {
	if err := a.Need(models.See); err != nil {
		return models.Customer{}, err
	}
	var c models.Customer
	named, value := db.ByIDOrRef(id)
	err := s.db.Reading(ctx).Take(&c, "account_id = ? AND "+named, a.AccountID, value).Error
	return c, db.Wrap(err, "customer")
}

// MainAddresses are a customer's main addresses by channel; a channel without one is absent.
func (s *Store) MainAddresses(ctx context.Context, a models.Actor,
	customerID string) (map[models.Channel]models.Address, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var rows []models.Address
	err := s.db.Reading(ctx).Raw(`SELECT a.* FROM addresses a
		JOIN customer_addresses c ON c.account_id = a.account_id AND c.address_id = a.id
		WHERE c.account_id = ? AND c.customer_id = ? AND c.main`, a.AccountID, customerID).Scan(&rows).Error
	if err != nil {
		return nil, db.Wrap(err, "main addresses")
	}
	main := map[models.Channel]models.Address{}
	for _, row := range rows {
		main[row.Channel] = row
	}
	return main, nil
}

// LockCustomer holds a customer's row of the account until the transaction ends, and before it the
// notifications whose rows of the report show the customer: reports hold these two in the same order, so that
// nobody waits crosswise.
func LockCustomer(t *db.Tx, accountID, id string) (models.Customer, error) {
	var c models.Customer
	var held []string
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Model(&models.Notification{}).
		Where("account_id = ? AND id IN (SELECT id FROM undelivered WHERE account_id = ? AND customer_id = ?)", accountID, accountID, id).
		Order("id").Pluck("id", &held).Error
	if err != nil {
		return c, db.Wrap(err, "notifications of a customer")
	}
	err = t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&c, "id = ? AND account_id = ?", id, accountID).
		Error
	return c, db.Wrap(err, "customer")
}

// MainAddress is the customer's main address of a channel; the zero Address when there is none.
func MainAddress(t *db.Tx, accountID, customerID string, channel models.Channel) (models.Address, error) {
	var a models.Address
	if theirs, known := db.Known[CustomerAddress](t, accountID, ofCustomer(customerID)); known {
		for _, one := range theirs {
			if one.Main && one.Channel == channel {
				return AddressByID(t, accountID, one.AddressID)
			}
		}
		return a, nil
	}
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses c ON c.account_id = a.account_id
		AND c.address_id = a.id
		WHERE c.account_id = ? AND c.customer_id = ? AND c.channel = ?
			AND c.main`, accountID, customerID, channel).Scan(&a).Error
	return a, db.Wrap(err, "main address")
}

func SortName(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// Findable keeps what a customer is found by: name, reference and all addresses.
func Findable(t *db.Tx, c models.Customer) error {
	parts := []string{c.Name, c.Ref}
	if c.ErasedAt != nil {
		parts = nil
	}
	if addresses, known := knownAddresses(t, c); known {
		now, _ := db.KnownOne[models.Customer](t, c.AccountID, byID(c.ID))
		now.Search = models.SearchText(append(parts, addresses...)...)
		db.Later(t, c.AccountID, now)
		return nil
	}
	var addresses []string
	err := t.Raw(`SELECT a.normal FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id
		AND ca.address_id = a.id
		WHERE ca.account_id = ? AND ca.customer_id = ? AND a.value <> '' ORDER BY ca.added_at,
			a.id`, c.AccountID, c.ID).
		Scan(&addresses).Error
	if err != nil {
		return db.Wrap(err, "addresses of a customer")
	}
	return db.Wrap(t.Exec(
		"UPDATE customers SET search = ? WHERE account_id = ? AND id = ?",
		models.SearchText(
			append(parts, addresses...)...),
		c.AccountID,
		c.ID,
	).Error, "what a customer is found by")
}

// knownAddresses are what a customer is found by, in the order in which they were given, where all that is
// known.
func knownAddresses(t *db.Tx, c models.Customer) (all []string, known bool) {
	theirs, known := db.Known[CustomerAddress](t, c.AccountID, ofCustomer(c.ID))
	if now, there := db.KnownOne[models.Customer](t, c.AccountID, byID(c.ID)); !known || !there ||
		now.ID == "" {
		return nil, false
	}
	slices.SortFunc(theirs, func(a, b CustomerAddress) int {
		return cmp.Or(a.AddedAt.Compare(b.AddedAt), cmp.Compare(a.AddressID, b.AddressID))
	})
	for _, one := range theirs {
		a, there := db.KnownOne[models.Address](t, c.AccountID, byID(one.AddressID))
		if known = known && there; a.Value != "" {
			all = append(all, a.Normal)
		}
	}
	return all, known
}
