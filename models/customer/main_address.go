package customer

import (
	"context"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// MakeMain makes one of a customer's addresses the one of its channel that is written to.
func (s *Store) MakeMain(ctx context.Context, a models.Actor,
	customerID, addressID string) (EditResult, error) {
	return s.onCustomer(ctx, a, customerID, 0, func(t *db.Tx, c models.Customer, r *EditResult) error {
		address, err := ledger.AddressOfCustomer(t, c, addressID)
		if err != nil {
			return err
		}
		main, err := ledger.MainAddress(t, c.AccountID, c.ID, address.Channel)
		if err != nil || main.ID == address.ID {
			return err
		}
		if err := ledger.GiveAddress(t, c, address); err != nil {
			return err
		}
		if main.ID != "" {
			err = ledger.LendAddress(t, c, main)
		}
		t.Record(
			a,
			"customer.main",
			models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(address.Channel),
				Before: models.Mask(main.Value), After: models.Mask(address.Value)},
		)
		r.Changed = true
		return err
	})
}

// nextMain makes another address the main one of a channel whose main one was taken away: of those that can
// be written to the one that the customer has had longest, else of the others. The result says which, or that
// there is none.
func nextMain(t *db.Tx, a models.Actor, c models.Customer, was models.Address, r *EditResult) error {
	var next models.Address
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id
		AND ca.address_id = a.id
		WHERE ca.account_id = ? AND ca.customer_id = ? AND ca.channel = ? AND ca.removed_at IS NULL
			AND a.id <> ?
		ORDER BY CASE WHEN EXISTS (SELECT 1 FROM opt_outs o WHERE o.account_id = a.account_id
			AND o.address_id = a.id AND o.lifted_at IS NULL)
			OR EXISTS (SELECT 1 FROM suppressions s WHERE s.account_id = a.account_id AND s.normal = a.normal
				AND s.cleared_at IS NULL) THEN 1 ELSE 0 END,
			ca.added_at, a.id LIMIT 1`, c.AccountID, c.ID, was.Channel, was.ID).Scan(&next).Error
	if err != nil {
		return db.Wrap(err, "the next main address")
	}
	if next.ID == "" {
		r.Hints = append(r.Hints, models.Problem{
			Key:    "hint.none_left." + string(was.Channel),
			Values: map[string]string{"name": c.Name},
		})
		return nil
	}
	if err := ledger.GiveAddress(t, c, next); err != nil {
		return err
	}
	t.Record(
		a,
		"customer.main",
		models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(next.Channel),
			Before: models.Mask(was.Value), After: models.Mask(next.Value)},
	)
	r.Hints = append(r.Hints, models.Problem{
		Key:    "hint.main_now." + string(next.Channel),
		Values: map[string]string{"address": next.Value},
	})
	hints, err := consent.HintsAbout(t, c, next)
	r.Hints = append(r.Hints, hints...)
	return err
}
