package ledger

import (
	"context"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// UndismissSuggestion takes back that the customer's email address is right as it is: it may be suggested
// again.
func (s *Store) UndismissSuggestion(ctx context.Context, a models.Actor, customerID string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		c, err := LockCustomer(t, a.AccountID, customerID)
		if err != nil {
			return err
		}
		main, err := MainAddress(t, c.AccountID, c.ID, models.Email)
		if err != nil || main.ID == "" {
			return err
		}
		done := t.Delete(&Dismissal{}, "account_id = ? AND address = ?", a.AccountID,
			strings.ToLower(main.Value))
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "a dismissed suggestion")
		}
		t.Record(a, "suggestion.undismiss", models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
		return RefreshRows(t, c)
	})
}
