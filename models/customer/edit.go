package customer

import (
	"context"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// ContactEdit is what is typed into a customer's form. Empty email or phone: the main one is taken away, and
// another that the customer has is the main one.
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
	Customer models.Customer
	Changed  bool
	// EmailChanged: there is another email address on file now.
	EmailChanged bool
	Hints        []models.Problem // sentences of the catalogue: worth knowing, nothing is refused
}

// EditContact saves a customer's name and main addresses. Somebody else's change since the page was made is a
// Conflict; a wrong field is Invalid and nothing is saved.
func (s *Store) EditContact(ctx context.Context, a models.Actor, e ContactEdit) (r EditResult, err error) {
	if err := a.Need(models.Work); err != nil {
		return r, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		c, err := ledger.LockCustomer(t, a.AccountID, e.CustomerID)
		if err != nil {
			return err
		}
		if e.Version != 0 && e.Version != c.Version {
			return models.Conflict{By: c.UpdatedBy, Version: c.Version}
		}
		r, err = editContact(t, a, c, e)
		return err
	})
	return r, err
}

func editContact(t *db.Tx, a models.Actor, c models.Customer, e ContactEdit) (EditResult, error) {
	if c.ErasedAt != nil {
		return EditResult{}, models.ErrForbidden
	}
	account, err := ledger.AccountByID(t, a.AccountID)
	if err != nil {
		return EditResult{}, err
	}
	changes, err := contactChanges(t, account, c, e)
	if err != nil {
		return EditResult{}, err
	}
	r := EditResult{Customer: c}
	for _, change := range changes {
		if err := changeAddress(t, a, c, change, &r); err != nil {
			return r, err
		}
	}
	if name := people.CleanName(e.Name); name != c.Name {
		t.Record(a, "customer.rename", models.AuditEntry{
			ObjectKind: "customer",
			ObjectID:   c.ID,
			Before:     models.Mask(c.Name),
			After:      models.Mask(name),
		})
		r.Customer.Name, r.Customer.SortName, r.Changed = name, ledger.SortName(name), true
	}
	editPlace(t, a, e, &r)
	if r.Changed {
		err = touchCustomer(t, a, &r.Customer)
	}
	return r, err
}

// editPlace is where the customer lives and what they read; both were checked with the rest.
func editPlace(t *db.Tx, a models.Actor, e ContactEdit, r *EditResult) {
	for _, field := range []struct {
		action string
		now    *string
		typed  *string
	}{{"customer.zone", &r.Customer.Zone, e.Zone}, {"customer.locale", &r.Customer.Locale, e.Locale}} {
		if field.typed == nil || strings.TrimSpace(*field.typed) == *field.now {
			continue
		}
		t.Record(a, field.action, models.AuditEntry{
			ObjectKind: "customer",
			ObjectID:   r.Customer.ID,
			Before:     *field.now,
			After:      strings.TrimSpace(*field.typed),
		})
		*field.now, r.Changed = strings.TrimSpace(*field.typed), true
	}
}

// touchCustomer saves a changed customer as the next version, and brings its rows of the report up to date.
func touchCustomer(t *db.Tx, a models.Actor, c *models.Customer) error {
	c.Version, c.UpdatedAt, c.UpdatedBy = c.Version+1, t.Now, a.Name
	if err := t.Save(c).Error; err != nil {
		return db.Wrap(err, "saving a customer")
	}
	if err := ledger.Findable(t, *c); err != nil {
		return err
	}
	return ledger.RefreshRows(t, *c)
}
