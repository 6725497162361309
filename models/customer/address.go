package customer

import (
	"context"
	"errors"
	"unicode/utf8"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// AddressEdit is what is typed to give a customer one more address, or another in the place of one.
type AddressEdit struct {
	CustomerID string
	Version    int
	Channel    models.Channel
	Value      string
	Label      string // what it is called: "work", "mother’s phone"
	Replaces   string // id of the address that it stands in for; empty: one more
}

// AddAddress gives a customer an address. The first of its channel, or one that replaces the main one, is the
// main one. Nothing is lifted by it: what is opted out stays so, and the result says so.
func (s *Store) AddAddress(ctx context.Context, a models.Actor, e AddressEdit) (EditResult, error) {
	return s.onCustomer(
		ctx,
		a,
		e.CustomerID,
		e.Version,
		func(t *db.Tx, c models.Customer, r *EditResult) error {
			address, err := checkedAddress(t, a.AccountID, e)
			if err != nil {
				return err
			}
			if e.Replaces == address.ID {
				return label(t, a, c, address, e.Label, r)
			}
			was, err := putAddress(t, c, e, address)
			if err != nil {
				return err
			}
			t.Record(
				a,
				"customer.address",
				models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(e.Channel),
					Before: models.Mask(was.Value), After: models.Mask(address.Value)},
			)
			if err := label(t, a, c, address, e.Label, r); err != nil {
				return err
			}
			r.Changed = true
			r.Hints, err = consent.HintsAbout(t, c, address)
			return err
		},
	)
}

// checkedAddress is the row of an address that was typed, if it may be given to a customer.
func checkedAddress(t *db.Tx, accountID string, e AddressEdit) (models.Address, error) {
	account, err := ledger.AccountByID(t, accountID)
	if err != nil {
		return models.Address{}, err
	}
	if !e.Channel.Valid() {
		return models.Address{}, models.Invalid{"channel": models.Problem{Key: "error.choice"}}
	}
	value, normal, problem := models.Normalise(e.Channel, e.Value, account.Country)
	if problem != "" {
		return models.Address{}, models.Invalid{"value": models.Problem{Key: problem}}
	}
	bad := models.Invalid{}
	if err := refuseErased(t, accountID, e.Channel, normal, "value", bad); err != nil || len(bad) > 0 {
		return models.Address{}, errors.Join(err, bad.Err())
	}
	return typedAddress(t, accountID, e.Channel, value, normal)
}

// putAddress gives the customer an address, as the main one where there is none or where it replaces that
// one. It returns the one that it stands in for.
func putAddress(t *db.Tx, c models.Customer, e AddressEdit,
	address models.Address) (was models.Address, err error) {
	main, err := ledger.MainAddress(t, c.AccountID, c.ID, e.Channel)
	if err != nil {
		return was, err
	}
	if was, err = replaced(t, c, e); err != nil {
		return was, err
	}
	if main.ID == "" || main.ID == was.ID {
		return was, ledger.GiveAddress(t, c, address)
	}
	return was, ledger.LendAddress(t, c, address)
}

// longestLabel is how long the name of an address may be.
const longestLabel = 60

// label keeps what an address of the customer is called; the log does not say it: it may name somebody.
func label(t *db.Tx, a models.Actor, c models.Customer, address models.Address, typed string,
	r *EditResult) error {
	label := people.CleanName(typed)
	if utf8.RuneCountInString(label) > longestLabel {
		return models.Invalid{"label": models.Problem{Key: "error.label_long"}}
	}
	done := t.Model(&ledger.CustomerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ? AND label <> ?", c.AccountID, c.ID,
			address.ID, label).
		Update("label", label)
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "naming an address")
	}
	t.Record(a, "customer.label", models.AuditEntry{
		ObjectKind: "customer",
		ObjectID:   c.ID,
		ObjectName: string(address.Channel),
		After:      models.Mask(address.Value),
	})
	r.Changed = true
	return nil
}

// replaced takes away the address that another stands in for.
func replaced(t *db.Tx, c models.Customer, e AddressEdit) (models.Address, error) {
	if e.Replaces == "" {
		return models.Address{}, nil
	}
	was, err := ledger.AddressOfCustomer(t, c, e.Replaces)
	if err != nil || was.Channel != e.Channel {
		return models.Address{}, err
	}
	return was, ledger.TakeAddress(t, c, was)
}

// RemoveAddress takes an address away from a customer; what is known of the address itself stays. After the
// main one the next is the main one, and the result says which, or that there is none.
func (s *Store) RemoveAddress(ctx context.Context, a models.Actor,
	customerID, addressID string) (EditResult, error) {
	return s.onCustomer(ctx, a, customerID, 0, func(t *db.Tx, c models.Customer, r *EditResult) error {
		address, err := ledger.AddressOfCustomer(t, c, addressID)
		if err != nil {
			return err
		}
		t.Record(
			a,
			"customer.address",
			models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(address.Channel),
				Before: models.Mask(address.Value)},
		)
		r.Changed = true
		main, err := ledger.MainAddress(t, c.AccountID, c.ID, address.Channel)
		if err != nil {
			return err
		}
		if err := ledger.TakeAddress(t, c, address); err != nil || main.ID != address.ID {
			return err
		}
		return nextMain(t, a, c, address, r)
	})
}

// onCustomer runs a change of one customer's addresses, held, and saves the customer as the next version.
func (s *Store) onCustomer(ctx context.Context, a models.Actor, id string, version int,
	change func(*db.Tx, models.Customer, *EditResult) error) (r EditResult, err error) {
	if err := a.Need(models.Work); err != nil {
		return r, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		c, err := ledger.LockCustomer(t, a.AccountID, id)
		if err != nil {
			return err
		}
		switch {
		case c.ErasedAt != nil:
			return models.ErrForbidden
		case version != 0 && version != c.Version:
			return models.Conflict{By: c.UpdatedBy, Version: c.Version}
		}
		r = EditResult{Customer: c}
		if err := change(t, c, &r); err != nil || !r.Changed {
			return err
		}
		return touchCustomer(t, a, &r.Customer)
	})
	return r, err
}
