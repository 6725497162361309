package models

import (
	"context"

	"gorm.io/gorm/clause"
)

// erasedName is what an erased customer is called.
const erasedName = "Erased customer"

// EraseCustomer forgets a person (semantics 6.4): nothing that is kept afterwards tells who it was. Opt-outs stay with a
// keyed digest of the address, so that nobody writes to it again; consent records stay as proof; the counts stay as they
// were, and the log keeps its lines without what they said.
func (s *Store) EraseCustomer(ctx context.Context, a Actor, customerID string, version int) error {
	if err := a.need(Work); err != nil {
		return err
	}
	if a.Kind == APIKey {
		return ErrForbidden
	}
	err := s.inTx(ctx, func(t *tx) error {
		if err := t.holdNotifications(a.AccountID, customerID); err != nil {
			return err
		}
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
		return t.eraseCustomer(a, c)
	})
	if err != nil {
		return err
	}
	return s.Scrub(context.WithoutCancel(ctx))
}

// erasure is one customer being erased.
type erasure struct {
	by    Actor
	c     Customer
	mine  []Address // addresses that nobody else has
	spell []string  // how reports may have written these
	names []string  // what tells who it was, in lower case
}

func (t *tx) eraseCustomer(a Actor, c Customer) error {
	if err := t.holdNotifications(c.AccountID, c.ID); err != nil { // what was registered before the customer was held
		return err
	}
	e, err := t.erasureOf(a, c)
	if err != nil {
		return err
	}
	for _, step := range []func(*tx, erasure) error{
		(*tx).eraseNotifications, (*tx).eraseAddresses, (*tx).eraseRequests, (*tx).eraseProofs, (*tx).eraseLoose, (*tx).eraseTraces,
	} {
		if err := step(t, e); err != nil {
			return err
		}
	}
	left, err := t.eraseLines(e)
	if err != nil {
		return err
	}
	t.record(a, eraseAction, AuditEntry{ObjectKind: "customer", ObjectID: c.ID, After: left})
	c.Ref, c.Name, c.SortName, c.Zone, c.Locale, c.ErasedAt = "", erasedName, sortName(erasedName), "", "", &t.now
	return t.touchCustomer(a, &c)
}

// holdNotifications keeps reports, hand-overs and edits away from all notifications of a customer: what they have read
// before, they would write back.
func (t *tx) holdNotifications(accountID, customerID string) error {
	var ids []string
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Model(&Notification{}).Where("account_id = ? AND customer_id = ?", accountID, customerID).
		Order("id").Pluck("id", &ids).Error
	return found(err, "notifications of a customer")
}

func (t *tx) erasureOf(a Actor, c Customer) (erasure, error) {
	e := erasure{by: a, c: c, names: identifying(c.Name, c.Ref)}
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id
		AND ca.address_id = a.id WHERE ca.account_id = ? AND ca.customer_id = ? AND a.value <> ''
		AND NOT EXISTS (SELECT 1 FROM customer_addresses o WHERE o.account_id = a.account_id
			AND o.address_id = a.id AND o.customer_id <> ? AND o.removed_at IS NULL)
		ORDER BY a.id`, c.AccountID, c.ID, c.ID).Scan(&e.mine).Error
	for _, address := range e.mine {
		e.spell = append(e.spell, spellings(address)...)
	}
	e.names = append(e.names, e.spell...)
	return e, found(err, "addresses of a customer")
}

func (e erasure) addressIDs() []string {
	ids := []string{""} // an empty list is no SQL
	for _, address := range e.mine {
		ids = append(ids, address.ID)
	}
	return ids
}

// run carries out statements about the customer's rows, one after the other.
func (t *tx) run(doing string, statements []statement) error {
	for _, step := range statements {
		if err := t.Exec(step.sql, step.values...).Error; err != nil {
			return found(err, doing)
		}
	}
	return nil
}

type statement struct {
	sql    string
	values []any
}
