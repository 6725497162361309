package models

import (
	"context"
	"errors"
	"unicode/utf8"
)

// AddressEdit is what is typed to give a customer one more address, or another in the place of one.
type AddressEdit struct {
	CustomerID string
	Version    int
	Channel    Channel
	Value      string
	Label      string // what it is called: "work", "mother’s phone"
	Replaces   string // id of the address that it stands in for; empty: one more
}

// AddAddress gives a customer an address. The first of its channel, or one that replaces the main one, is the main
// one. Nothing is lifted by it: what is opted out stays so, and the result says so.
func (s *Store) AddAddress(ctx context.Context, a Actor, e AddressEdit) (EditResult, error) {
	return s.onCustomer(ctx, a, e.CustomerID, e.Version, func(t *tx, c Customer, r *EditResult) error {
		address, err := t.checkedAddress(a.AccountID, e)
		if err != nil {
			return err
		}
		if e.Replaces == address.ID {
			return t.label(a, c, address, e.Label, r)
		}
		was, err := t.putAddress(c, e, address)
		if err != nil {
			return err
		}
		t.record(a, "customer.address", AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(e.Channel),
			Before: veil(was.Value), After: veil(address.Value)})
		if err := t.label(a, c, address, e.Label, r); err != nil {
			return err
		}
		r.Changed = true
		r.Hints, err = t.hintsAbout(c, address)
		return err
	})
}

// checkedAddress is the row of an address that was typed, if it may be given to a customer.
func (t *tx) checkedAddress(accountID string, e AddressEdit) (Address, error) {
	account, err := t.accountByID(accountID)
	if err != nil {
		return Address{}, err
	}
	if !e.Channel.Valid() {
		return Address{}, Invalid{"channel": Problem{Key: "error.choice"}}
	}
	value, normal, problem := normalise(e.Channel, e.Value, account.Country)
	if problem != "" {
		return Address{}, Invalid{"value": Problem{Key: problem}}
	}
	bad := Invalid{}
	if err := t.refuseErased(accountID, e.Channel, normal, "value", bad); err != nil || len(bad) > 0 {
		return Address{}, errors.Join(err, bad.Err())
	}
	return t.typedAddress(accountID, e.Channel, value, normal)
}

// putAddress gives the customer an address, as the main one where there is none or where it replaces that one. It returns
// the one that it stands in for.
func (t *tx) putAddress(c Customer, e AddressEdit, address Address) (was Address, err error) {
	main, err := t.mainAddress(c.AccountID, c.ID, e.Channel)
	if err != nil {
		return was, err
	}
	if was, err = t.replaced(c, e); err != nil {
		return was, err
	}
	if main.ID == "" || main.ID == was.ID {
		return was, t.giveAddress(c, address)
	}
	return was, t.lendAddress(c, address)
}

// longestLabel is how long the name of an address may be.
const longestLabel = 60

// label keeps what an address of the customer is called; the log does not say it: it may name somebody.
func (t *tx) label(a Actor, c Customer, address Address, typed string, r *EditResult) error {
	label := cleanName(typed)
	if utf8.RuneCountInString(label) > longestLabel {
		return Invalid{"label": Problem{Key: "error.label_long"}}
	}
	done := t.Model(&customerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ? AND label <> ?", c.AccountID, c.ID, address.ID, label).Update("label", label)
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "naming an address")
	}
	t.record(a, "customer.label", AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(address.Channel), After: veil(address.Value)})
	r.Changed = true
	return nil
}

// replaced takes away the address that another stands in for.
func (t *tx) replaced(c Customer, e AddressEdit) (Address, error) {
	if e.Replaces == "" {
		return Address{}, nil
	}
	was, err := t.addressOfCustomer(c, e.Replaces)
	if err != nil || was.Channel != e.Channel {
		return Address{}, err
	}
	return was, t.takeAddress(c, was)
}

// RemoveAddress takes an address away from a customer; what is known of the address itself stays. After the main one the
// next is the main one, and the result says which, or that there is none.
func (s *Store) RemoveAddress(ctx context.Context, a Actor, customerID, addressID string) (EditResult, error) {
	return s.onCustomer(ctx, a, customerID, 0, func(t *tx, c Customer, r *EditResult) error {
		address, err := t.addressOfCustomer(c, addressID)
		if err != nil {
			return err
		}
		t.record(a, "customer.address", AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(address.Channel),
			Before: veil(address.Value)})
		r.Changed = true
		main, err := t.mainAddress(c.AccountID, c.ID, address.Channel)
		if err != nil {
			return err
		}
		if err := t.takeAddress(c, address); err != nil || main.ID != address.ID {
			return err
		}
		return t.nextMain(a, c, address, r)
	})
}

// onCustomer runs a change of one customer's addresses, held, and saves the customer as the next version.
func (s *Store) onCustomer(ctx context.Context, a Actor, id string, version int, change func(*tx, Customer, *EditResult) error) (r EditResult, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		c, err := t.lockCustomer(a.AccountID, id)
		if err != nil {
			return err
		}
		switch {
		case c.ErasedAt != nil:
			return ErrForbidden
		case version != 0 && version != c.Version:
			return Conflict{By: c.UpdatedBy, Version: c.Version}
		}
		r = EditResult{Customer: c}
		if err := change(t, c, &r); err != nil || !r.Changed {
			return err
		}
		return t.touchCustomer(a, &r.Customer)
	})
	return r, err
}
