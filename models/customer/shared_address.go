package customer

import (
	"context"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
)

// Sharer is another customer who has an address too: it is one address, with one state.
type Sharer struct {
	AddressID string
	ID        string // of the customer
	Name      string
}

// Sharers are the other customers of the account who have an address of this customer's now.
func (s *Store) Sharers(ctx context.Context, a models.Actor, customerID string) ([]Sharer, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var all []Sharer
	err := s.db.Reading(ctx).Raw(`SELECT own.address_id, c.id, c.name FROM customer_addresses own
		JOIN customer_addresses other ON other.account_id = own.account_id
			AND other.address_id = own.address_id AND other.customer_id <> own.customer_id
		JOIN customers c ON c.account_id = other.account_id AND c.id = other.customer_id
		WHERE own.account_id = ? AND own.customer_id = ? AND own.removed_at IS NULL
			AND other.removed_at IS NULL AND c.erased_at IS NULL
		ORDER BY c.sort_name, c.id LIMIT 100`, a.AccountID, customerID).Scan(&all).Error
	return all, db.Wrap(err, "customers with the same address")
}

// OpenRequests are the clear requests about a customer's addresses in which something is still to happen.
func (s *Store) OpenRequests(ctx context.Context, a models.Actor,
	customerID string) ([]consent.ClearRequest, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var open []consent.ClearRequest
	err := s.db.Reading(ctx).Where(`account_id = ? AND state IN ? AND address_id IN
		(SELECT address_id FROM customer_addresses WHERE account_id = ? AND customer_id = ?
			AND removed_at IS NULL)`,
		a.AccountID, consent.OpenStates, a.AccountID, customerID).
		Order("asked_at, id").Find(&open).Error
	return open, db.Wrap(err, "open clear requests of a customer")
}
