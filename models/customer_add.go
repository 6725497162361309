package models

import (
	"context"
	"strings"
)

// NewCustomer is what is typed to add a customer.
type NewCustomer struct {
	Ref, Name, Email, Phone, Zone, Locale string
}

// AddCustomer adds a customer to the account.
func (s *Store) AddCustomer(ctx context.Context, a Actor, n NewCustomer) (r EditResult, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		account, err := t.accountByID(a.AccountID)
		if err != nil {
			return err
		}
		c := Customer{Ref: strings.TrimSpace(n.Ref), Name: cleanName(n.Name), Zone: n.Zone, Locale: n.Locale}
		if c.Name == "" {
			return Invalid{"name": Problem{Key: "error.name_missing"}}
		}
		if err := t.createCustomer(account, &c); err != nil {
			return err
		}
		t.record(a, "customer.add", AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
		r, err = t.editContact(a, c, ContactEdit{Name: c.Name, Email: n.Email, Phone: n.Phone})
		return err
	})
	return r, err
}
