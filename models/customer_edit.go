package models

import (
	"context"
	"strings"
)

// ContactEdit is what is typed into a customer's form. Empty email or phone: the main one is taken away, and another that
// the customer has is the main one.
type ContactEdit struct {
	CustomerID string
	Version    int // that the page showed; 0: not shown
	Name       string
	Email      string
	Phone      string
	Zone       *string // nil: stays as it is
	Locale     *string
}

// EditResult is what an edit or an addition led to, and what the page should say about it.
type EditResult struct {
	Customer Customer
	Changed  bool
	Hints    []Problem // sentences of the catalogue: worth knowing, nothing is refused
}

// EditContact saves a customer's name and main addresses. Somebody else's change since the page was made is a
// Conflict; a wrong field is Invalid and nothing is saved.
func (s *Store) EditContact(ctx context.Context, a Actor, e ContactEdit) (r EditResult, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		c, err := t.lockCustomer(a.AccountID, e.CustomerID)
		if err != nil {
			return err
		}
		if e.Version != 0 && e.Version != c.Version {
			return Conflict{By: c.UpdatedBy, Version: c.Version}
		}
		r, err = t.editContact(a, c, e)
		return err
	})
	return r, err
}

func (t *tx) editContact(a Actor, c Customer, e ContactEdit) (EditResult, error) {
	if c.ErasedAt != nil {
		return EditResult{}, ErrForbidden
	}
	account, err := t.accountByID(a.AccountID)
	if err != nil {
		return EditResult{}, err
	}
	changes, err := t.contactChanges(account, c, e)
	if err != nil {
		return EditResult{}, err
	}
	r := EditResult{Customer: c}
	for _, change := range changes {
		if err := t.changeAddress(a, c, change, &r); err != nil {
			return r, err
		}
	}
	if name := cleanName(e.Name); name != c.Name {
		t.record(a, "customer.rename", AuditEntry{ObjectKind: "customer", ObjectID: c.ID, Before: veil(c.Name), After: veil(name)})
		r.Customer.Name, r.Customer.SortName, r.Changed = name, sortName(name), true
	}
	t.editPlace(a, e, &r)
	if r.Changed {
		err = t.touchCustomer(a, &r.Customer)
	}
	return r, err
}

// editPlace is where the customer lives and what they read; both were checked with the rest.
func (t *tx) editPlace(a Actor, e ContactEdit, r *EditResult) {
	for _, field := range []struct {
		action string
		now    *string
		typed  *string
	}{{"customer.zone", &r.Customer.Zone, e.Zone}, {"customer.locale", &r.Customer.Locale, e.Locale}} {
		if field.typed == nil || strings.TrimSpace(*field.typed) == *field.now {
			continue
		}
		t.record(a, field.action, AuditEntry{ObjectKind: "customer", ObjectID: r.Customer.ID, Before: *field.now, After: strings.TrimSpace(*field.typed)})
		*field.now, r.Changed = strings.TrimSpace(*field.typed), true
	}
}

// touchCustomer saves a changed customer as the next version, and brings its rows of the report up to date.
func (t *tx) touchCustomer(a Actor, c *Customer) error {
	c.Version, c.UpdatedAt, c.UpdatedBy = c.Version+1, t.now, a.Name
	if err := t.Save(c).Error; err != nil {
		return found(err, "saving a customer")
	}
	if err := t.findable(*c); err != nil {
		return err
	}
	return t.refreshRows(*c)
}
