package customer

import (
	"context"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// NewCustomer is what is typed to add a customer.
type NewCustomer struct {
	Ref, Name, Email, Phone, Zone, Locale string
}

// AddCustomer adds a customer to the account.
func (s *Store) AddCustomer(ctx context.Context, a models.Actor, n NewCustomer) (r EditResult, err error) {
	if err := a.Need(models.Work); err != nil {
		return r, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		account, err := ledger.AccountByID(t, a.AccountID)
		if err != nil {
			return err
		}
		c := models.Customer{
			Ref:    strings.TrimSpace(n.Ref),
			Name:   people.CleanName(n.Name),
			Zone:   n.Zone,
			Locale: n.Locale,
		}
		if c.Name == "" {
			return models.Invalid{"name": models.Problem{Key: "error.name_missing"}}
		}
		if err := ledger.CreateCustomer(t, account, &c); err != nil {
			return err
		}
		t.Record(a, "customer.add", models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
		r, err = editContact(t, a, c, ContactEdit{Name: c.Name, Email: n.Email, Phone: n.Phone})
		return err
	})
	return r, err
}
