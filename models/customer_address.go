package models

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"
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
		account, err := t.accountByID(a.AccountID)
		if err != nil {
			return err
		}
		if !e.Channel.Valid() {
			return Invalid{"channel": Problem{Key: "error.choice"}}
		}
		value, normal, problem := normalise(e.Channel, e.Value, account.Country)
		if problem != "" {
			return Invalid{"value": Problem{Key: problem}}
		}
		bad := Invalid{}
		if err := t.refuseErased(a.AccountID, e.Channel, normal, "value", bad); err != nil || len(bad) > 0 {
			return errors.Join(err, bad.Err())
		}
		address, err := t.typedAddress(a.AccountID, e.Channel, value, normal)
		if err != nil {
			return err
		}
		main, err := t.mainAddress(c.ID, e.Channel)
		if err != nil {
			return err
		}
		if e.Replaces == address.ID {
			return t.label(a, c, address, e.Label, r)
		}
		was, err := t.replaced(c, e)
		if err != nil {
			return err
		}
		if main.ID == "" || main.ID == was.ID {
			err = t.giveAddress(c, address)
		} else {
			err = t.lendAddress(c, address)
		}
		if err != nil {
			return err
		}
		t.record(a, "customer.address", AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(e.Channel),
			Before: veil(was.Value), After: veil(value)})
		if err := t.label(a, c, address, e.Label, r); err != nil {
			return err
		}
		r.Changed = true
		r.Hints, err = t.hintsAbout(c, address)
		return err
	})
}

// longestLabel is how long the name of an address may be.
const longestLabel = 60

// label keeps what an address of the customer is called; the log does not say it: it may name somebody.
func (t *tx) label(a Actor, c Customer, address Address, typed string, r *EditResult) error {
	label := cleanName(typed)
	if utf8.RuneCountInString(label) > longestLabel {
		return Invalid{"label": Problem{Key: "error.label_long"}}
	}
	done := t.Model(&customerAddress{}).Where("customer_id = ? AND address_id = ? AND label <> ?", c.ID, address.ID, label).Update("label", label)
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
		main, err := t.mainAddress(c.ID, address.Channel)
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
		r.Customer = c
		if err := change(t, c, &r); err != nil || !r.Changed {
			return err
		}
		return t.touchCustomer(a, &r.Customer)
	})
	return r, err
}

// addressOfCustomer is one address that the customer has now.
func (t *tx) addressOfCustomer(c Customer, id string) (Address, error) {
	var address Address
	err := t.Take(&address, `id = ? AND account_id = ? AND EXISTS (SELECT 1 FROM customer_addresses ca
		WHERE ca.address_id = addresses.id AND ca.customer_id = ? AND ca.removed_at IS NULL)`, id, c.AccountID, c.ID).Error
	return address, found(err, "address of a customer")
}

// lendAddress gives the customer an address that is not the main one.
func (t *tx) lendAddress(c Customer, a Address) error {
	var known int64
	held := t.Model(&customerAddress{}).Where("customer_id = ? AND address_id = ?", c.ID, a.ID)
	if err := held.Count(&known).Error; err != nil {
		return found(err, "addresses of a customer")
	}
	if known == 0 {
		row := customerAddress{CustomerID: c.ID, AddressID: a.ID, AccountID: c.AccountID, Channel: a.Channel, AddedAt: t.now}
		return found(t.Create(&row).Error, "giving an address")
	}
	return found(t.Model(&customerAddress{}).Where("customer_id = ? AND address_id = ?", c.ID, a.ID).
		Update("removed_at", nil).Error, "giving an address back")
}

func (t *tx) takeAddress(c Customer, a Address) error {
	err := t.Model(&customerAddress{}).Where("customer_id = ? AND address_id = ?", c.ID, a.ID).
		Updates(map[string]any{"main": false, "removed_at": t.now}).Error
	return found(err, "taking an address away")
}
