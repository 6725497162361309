package models

import (
	"context"
)

// EraseCustomer forgets a person (semantics 6.4): contact data and contents go; opt-outs stay as a keyed digest of the
// address, so that nobody writes to it again; the counts stay as they were.
func (s *Store) EraseCustomer(ctx context.Context, a Actor, customerID string, version int) error {
	if err := a.need(Work); err != nil {
		return err
	}
	if a.Kind == APIKey {
		return ErrForbidden
	}
	return s.inTx(ctx, func(t *tx) error {
		c, err := t.lockCustomer(a.AccountID, customerID)
		if err != nil {
			return err
		}
		if version != 0 && version != c.Version {
			return Conflict{By: c.UpdatedBy, Version: c.Version}
		}
		if c.ErasedAt != nil {
			return nil
		}
		if err := t.eraseAddresses(a, c); err != nil {
			return err
		}
		if err := t.eraseContents(c); err != nil {
			return err
		}
		c.Ref, c.Name, c.Zone, c.Locale, c.ErasedAt = "", "Erased customer", "", "", &t.now
		c.SortName = sortName(c.Name)
		t.record(a, "customer.erase", AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
		return t.touchCustomer(a, &c)
	})
}

// eraseAddresses replaces the addresses that nobody else has by their digests, and refuses to write to them for good.
// One that another customer shares stays that customer's.
func (t *tx) eraseAddresses(a Actor, c Customer) error {
	var mine []Address
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses ca ON ca.address_id = a.id WHERE ca.customer_id = ?
		AND NOT EXISTS (SELECT 1 FROM customer_addresses o WHERE o.address_id = a.id AND o.customer_id <> ? AND o.removed_at IS NULL)
		ORDER BY a.id`, c.ID, c.ID).Scan(&mine).Error
	if err != nil {
		return found(err, "addresses of a customer")
	}
	for _, address := range mine {
		if err := t.optOut(a, address, OptOut{Cause: CauseErased, OccurredAt: t.now}); err != nil {
			return err
		}
		digest := t.s.seal.addressDigest(address.Channel, address.Normal)
		for _, step := range []struct {
			sql    string
			values []any
		}{
			{"UPDATE addresses SET value = '', normal = ? WHERE id = ?", []any{digest, address.ID}},
			{"UPDATE suppressions SET address = '', normal = ?, provider_reason = '' WHERE account_id = ? AND normal = ?", []any{digest, c.AccountID, address.Normal}},
			{"UPDATE attempts SET recipient = '', diagnostic = '' WHERE address_id = ?", []any{address.ID}},
		} {
			if err := t.Exec(step.sql, step.values...).Error; err != nil {
				return found(err, "erasing an address")
			}
		}
	}
	if err := t.endRequests(a, c); err != nil {
		return err
	}
	return found(t.Exec("UPDATE customer_addresses SET main = FALSE, label = '', removed_at = COALESCE(removed_at, ?) WHERE customer_id = ?", t.now, c.ID).Error,
		"erasing addresses")
}

// eraseContents forgets what was written to and about the customer.
func (t *tx) eraseContents(c Customer) error {
	const ofCustomer = "(SELECT id FROM notifications WHERE customer_id = ?)"
	for _, sql := range []string{
		"DELETE FROM contents WHERE notification_id IN " + ofCustomer,
		"DELETE FROM notes WHERE notification_id IN " + ofCustomer,
		"UPDATE events SET recipient = '', diagnostic = '', raw = NULL WHERE notification_id IN " + ofCustomer,
		"UPDATE attempts SET recipient = '', diagnostic = '' WHERE notification_id IN " + ofCustomer,
	} {
		if err := t.Exec(sql, c.ID).Error; err != nil {
			return found(err, "erasing contents")
		}
	}
	return nil
}

// endRequests ends what was asked for addresses that are erased now: nobody is to be opted in again.
func (t *tx) endRequests(a Actor, c Customer) error {
	var open []ClearRequest
	err := t.Where(`account_id = ? AND state IN ? AND address_id IN (SELECT o.address_id FROM opt_outs o JOIN customer_addresses ca
		ON ca.address_id = o.address_id WHERE ca.customer_id = ? AND o.cause = ? AND o.lifted_at IS NULL)`,
		c.AccountID, OpenStates, c.ID, CauseErased).Order("id").Find(&open).Error
	if err != nil {
		return found(err, "clear requests")
	}
	for i := range open {
		r := &open[i]
		before := string(r.State)
		r.State, r.DueAt = RequestLapsed, nil
		t.recordRequest(a, *r, "erase", before, "")
		if err := t.saveRequest(r); err != nil {
			return err
		}
	}
	return nil
}
