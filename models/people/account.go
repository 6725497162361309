package people

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Account is the actor's own account.
func (s *Store) Account(ctx context.Context, a models.Actor) (models.Account, error) {
	var account models.Account
	err := s.db.Reading(ctx).Take(&account, "id = ?", a.AccountID).Error
	return account, db.Wrap(err, "account")
}

// Accounts lists all accounts, for whoever runs the installation and for the program itself.
func (s *Store) Accounts(ctx context.Context) ([]models.Account, error) {
	var all []models.Account
	err := s.db.Reading(ctx).Order("name, id").Find(&all).Error
	return all, db.Wrap(err, "accounts")
}

// Zone is the account's time zone.
func (s *Store) Zone(ctx context.Context, a models.Actor) (*time.Location, error) {
	account, err := s.Account(ctx, a)
	if err != nil {
		return nil, err
	}
	return account.Location(), nil
}
