package models

import (
	"context"
	"strings"
)

// UndismissSuggestion takes back that the customer's email address is right as it is: it may be suggested again.
func (s *Store) UndismissSuggestion(ctx context.Context, a Actor, customerID string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		c, err := t.lockCustomer(a.AccountID, customerID)
		if err != nil {
			return err
		}
		main, err := t.mainAddress(c.AccountID, c.ID, Email)
		if err != nil || main.ID == "" {
			return err
		}
		done := t.Delete(&dismissal{}, "account_id = ? AND address = ?", a.AccountID, strings.ToLower(main.Value))
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "a dismissed suggestion")
		}
		t.record(a, "suggestion.undismiss", AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
		return t.refreshRows(c)
	})
}
