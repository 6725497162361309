package customer

import (
	"context"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// erasedName is what an erased customer is called.
const erasedName = "Erased customer"

// EraseCustomer forgets a person (RULES.md, Keeping): nothing that is kept afterwards tells who it was.
// Opt-outs stay with a keyed digest of the address, so that nobody writes to it again; consent records stay
// as proof; the counts stay as they were, and the log keeps its lines without what they said.
func (s *Store) EraseCustomer(ctx context.Context, a models.Actor, customerID string, version int) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	if a.Kind == models.APIKey {
		return models.ErrForbidden
	}
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		if err := holdNotifications(t, a.AccountID, customerID); err != nil {
			return err
		}
		c, err := ledger.LockCustomer(t, a.AccountID, customerID)
		if err != nil {
			return err
		}
		if version != 0 && version != c.Version {
			return models.Conflict{By: c.UpdatedBy, Version: c.Version}
		}
		if c.ErasedAt != nil {
			return nil
		}
		return eraseCustomer(t, a, c)
	})
	if err != nil {
		return err
	}
	return s.db.Scrub(context.WithoutCancel(ctx))
}

// erasure is one customer being erased.
type erasure struct {
	by    models.Actor
	c     models.Customer
	mine  []models.Address // addresses that nobody else has
	spell []string         // how reports may have written these
	names []string         // what tells who it was, in lower case
}

func eraseCustomer(t *db.Tx, a models.Actor, c models.Customer) error {
	// what was registered before the customer was held
	if err := holdNotifications(t, c.AccountID, c.ID); err != nil {
		return err
	}
	e, err := erasureOf(t, a, c)
	if err != nil {
		return err
	}
	for _, step := range []func(*db.Tx, erasure) error{
		eraseNotifications, eraseAddresses, eraseRequests, eraseProofs, eraseLoose, eraseTraces,
	} {
		if err := step(t, e); err != nil {
			return err
		}
	}
	left, err := eraseLines(t, e)
	if err != nil {
		return err
	}
	t.Record(a, db.EraseAction, models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID, After: left})
	c.Ref, c.Name, c.SortName, c.Zone, c.Locale, c.ErasedAt = "", erasedName, ledger.SortName(
		erasedName,
	), "", "", &t.Now
	if err := touchCustomer(t, a, &c); err != nil {
		return err
	}
	return leaveReport(t, a, c)
}

// leaveReport takes what nobody can put right any more off the report.
func leaveReport(t *db.Tx, a models.Actor, c models.Customer) error {
	var ids []string
	err := t.Model(&models.Undelivered{}).
		Where("account_id = ? AND customer_id = ? AND left_at IS NULL", c.AccountID, c.ID).Order("id").
		Pluck("id", &ids).Error
	if err != nil {
		return db.Wrap(err, "rows of a customer")
	}
	for _, id := range ids {
		if err := ledger.Clear(t, a, id, "not_needed", "", 0); err != nil {
			return err
		}
	}
	return nil
}

// holdNotifications keeps reports, hand-overs and edits away from all notifications of a customer: what they
// have read before, they would write back.
func holdNotifications(t *db.Tx, accountID, customerID string) error {
	var ids []string
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Model(&models.Notification{}).
		Where("account_id = ? AND customer_id = ?", accountID, customerID).Order("id").Pluck("id", &ids).Error
	return db.Wrap(err, "notifications of a customer")
}

func erasureOf(t *db.Tx, a models.Actor, c models.Customer) (erasure, error) {
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
	return e, db.Wrap(err, "addresses of a customer")
}

func (e erasure) addressIDs() []string {
	ids := []string{""} // an empty list is no SQL
	for _, address := range e.mine {
		ids = append(ids, address.ID)
	}
	return ids
}

// run carries out statements about the customer's rows, one after the other.
func run(t *db.Tx, doing string, statements []statement) error {
	for _, step := range statements {
		if err := t.Exec(step.sql, step.values...).Error; err != nil {
			return db.Wrap(err, doing)
		}
	}
	return nil
}

type statement struct {
	sql    string
	values []any
}
