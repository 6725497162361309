package consent

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// AddressState is one address of a customer with all that is known against it.
type AddressState struct {
	models.Address
	CustomerID string
	Main       bool
	Label      string
	Causes     []models.OptOut      `gorm:"-"` // that hold now, the oldest first
	Listed     []models.Suppression `gorm:"-"` // open entries at providers
}

// The states of an address (RULES.md, States of an address), as the catalogue names them.
const (
	AddressActive   = "active"
	AddressShaky    = "shaky"
	AddressFailed   = "opted_out_failure"
	AddressOptedOut = "opted_out_customer"
	AddressListed   = "listed"
	AddressNone     = "none"
)

// byFailure are the causes that failures set; the others are somebody's wish.
var byFailure = map[models.Cause]bool{
	models.CauseHardBounce:   true,
	models.CauseInvalid:      true,
	models.CauseRepeatedSoft: true,
}

// State is the one word for an address: the customer's wish weighs more than a failure, and both more than a
// list.
func (a AddressState) State() string {
	if a.ID == "" {
		return AddressNone
	}
	for _, cause := range a.Causes {
		if !byFailure[cause.Cause] {
			return AddressOptedOut
		}
	}
	switch {
	case len(a.Causes) > 0:
		return AddressFailed
	case len(a.Listed) > 0:
		return AddressListed
	case a.SoftFailures > 0:
		return AddressShaky
	}
	return AddressActive
}

// CustomerAddresses are the addresses that a customer has now, the main ones first.
func (s *Store) CustomerAddresses(ctx context.Context, a models.Actor,
	customerID string) ([]AddressState, error) {
	if _, err := s.ledger.Customer(ctx, a, customerID); err != nil {
		return nil, err
	}
	return s.AddressStates(ctx, a.AccountID, []string{customerID})
}

// AddressOf is one address of a customer; ErrNotFound when the customer does not have it now.
func (s *Store) AddressOf(ctx context.Context, a models.Actor,
	customerID, addressID string) (AddressState, error) {
	all, err := s.CustomerAddresses(ctx, a, customerID)
	if err != nil {
		return AddressState{}, err
	}
	for _, one := range all {
		if one.ID == addressID {
			return one, nil
		}
	}
	return AddressState{}, models.ErrNotFound
}

func (s *Store) AddressStates(ctx context.Context, accountID string,
	customers []string) ([]AddressState, error) {
	var rows []AddressState
	err := s.db.Reading(ctx).Raw(`SELECT a.*, ca.customer_id, ca.main, ca.label FROM addresses a
		JOIN customer_addresses ca ON ca.account_id = a.account_id AND ca.address_id = a.id
		WHERE ca.account_id = ? AND ca.customer_id IN ? AND ca.removed_at IS NULL
			ORDER BY ca.channel, ca.main DESC, ca.added_at`, accountID, customers).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Wrap(err, "addresses of customers")
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	var causes []models.OptOut
	if err := s.db.Reading(ctx).
		Where("account_id = ? AND address_id IN ? AND lifted_at IS NULL", accountID,
			ids).Order("occurred_at").Find(&causes).Error; err != nil {
		return nil, db.Wrap(err, "opt-outs")
	}
	if err := s.whyOptedOut(ctx, causes); err != nil {
		return nil, err
	}
	var listed []models.Suppression
	err = s.db.Reading(ctx).
		Where("account_id = ? AND address_id IN ? AND cleared_at IS NULL", accountID, ids).Order("listed_at").
		Find(&listed).Error
	for i := range rows {
		rows[i].Add(causes, listed)
	}
	return rows, db.Wrap(err, "suppressions")
}

// whyOptedOut adds the dictionary's reason of the events that opted addresses out.
func (s *Store) whyOptedOut(ctx context.Context, causes []models.OptOut) error {
	var events []string
	for _, cause := range causes {
		if cause.EventID != "" {
			events = append(events, cause.EventID)
		}
	}
	if len(events) == 0 {
		return nil
	}
	var rows []struct{ ID, Reason string }
	err := s.db.Reading(ctx).
		Raw("SELECT id, reason FROM events WHERE account_id = ? AND id IN ?", causes[0].AccountID, events).
		Scan(&rows).Error
	for _, row := range rows {
		for i := range causes {
			if causes[i].EventID == row.ID {
				causes[i].Why = row.Reason
			}
		}
	}
	return db.Wrap(err, "why addresses are opted out")
}

func (a *AddressState) Add(causes []models.OptOut, listed []models.Suppression) {
	for _, cause := range causes {
		if cause.AddressID == a.ID {
			a.Causes = append(a.Causes, cause)
		}
	}
	for _, entry := range listed {
		if entry.AddressID == a.ID {
			a.Listed = append(a.Listed, entry)
		}
	}
}

// AddressPast is when the addresses of a customer, also those taken away, were opted out and in again, and
// listed at providers and cleared.
func (s *Store) AddressPast(ctx context.Context, a models.Actor,
	customerID string) (optOuts []models.OptOut, listed []models.Suppression, err error) {
	if _, err := s.ledger.Customer(ctx, a, customerID); err != nil {
		return nil, nil, err
	}
	const addresses = "account_id = ? AND address_id IN (SELECT address_id FROM customer_addresses WHERE " +
		"account_id = ? AND customer_id = ?)"
	if err := s.db.Reading(ctx).Where(addresses, a.AccountID, a.AccountID,
		customerID).Order("occurred_at DESC").
		Limit(pastLimit).Find(&optOuts).Error; err != nil {
		return nil, nil, db.Wrap(err, "opt-outs")
	}
	if err := s.whyOptedOut(ctx, optOuts); err != nil {
		return nil, nil, err
	}
	err = s.db.Reading(ctx).Where(`account_id = ? AND normal IN (SELECT normal FROM addresses
		WHERE account_id = ?
		AND id IN (SELECT address_id FROM customer_addresses WHERE account_id = ? AND customer_id = ?))`,
		a.AccountID, a.AccountID, a.AccountID, customerID).Order("listed_at DESC").Limit(pastLimit).
		Find(&listed).Error
	return optOuts, listed, db.Wrap(err, "suppressions")
}

// pastLimit is how much of an address's past is read.
const pastLimit = 100

// ConsentsOf are the consent records of a customer's addresses, the latest first.
func (s *Store) ConsentsOf(ctx context.Context, a models.Actor, customerID string) ([]models.Consent, error) {
	if _, err := s.ledger.Customer(ctx, a, customerID); err != nil {
		return nil, err
	}
	var all []models.Consent
	err := s.db.Reading(ctx).
		Where(`account_id = ? AND address_id IN (SELECT address_id FROM customer_addresses
		WHERE account_id = ? AND customer_id = ?)`,
			a.AccountID, a.AccountID, customerID).
		Order("given_at DESC, id").Find(&all).Error
	return all, db.Wrap(err, "consents")
}
