package store

import (
	"context"
	"fmt"

	"undelivered/models"
	"undelivered/models/sample"
)

// Seed fills the database with a large, reproducible set of sample data, straight into the tables: for
// benchmarks and for trying things at size. It is for whoever runs the installation.
func (s *Store) Seed(ctx context.Context, a models.Actor, plan sample.SeedPlan) ([]models.Account, error) {
	if a.Kind != models.Command {
		return nil, models.ErrForbidden
	}
	if bad := plan.Check(); bad != nil {
		return nil, bad
	}
	var accounts []models.Account
	for i := range plan.Accounts {
		account, err := s.AddAccount(ctx, a, models.Account{
			Name:   fmt.Sprintf("Sample business %d", i+1),
			Zone:   "Europe/London",
			Locale: "en-GB",
		})
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account)
		share := plan.Notifications / plan.Accounts
		if i == 0 {
			share += plan.Notifications % plan.Accounts
		}
		if err := s.Sample.Fill(ctx, account, plan, share, i); err != nil {
			return nil, err
		}
	}
	return accounts, s.Sample.Tidy(ctx)
}
