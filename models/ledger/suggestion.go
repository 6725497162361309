package ledger

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

type Dismissal struct {
	AccountID string
	Address   string
	ByName    string
	At        time.Time
}

// suggestionFor is what an address was probably meant to be: by what is well known, else by what this
// account's people have corrected before, if what was typed takes no mail. Addresses that they said are right
// are left alone.
func suggestionFor(t *db.Tx, accountID, typed string) (string, error) {
	if right, err := saidRight(t, accountID, strings.ToLower(typed)); err != nil || right {
		return "", err
	}
	local, domain, ok := strings.Cut(models.RepairAt(typed), "@")
	known := models.SuggestEmail(typed)
	if ok && known == "" {
		learnt, err := learnt(t, accountID, strings.ToLower(domain))
		if err != nil {
			return "", err
		}
		if learnt != "" {
			return local + "@" + learnt, nil
		}
	}
	return known, nil
}

// saidRight says whether people have said that an address is right as it is.
func saidRight(t *db.Tx, accountID, address string) (bool, error) {
	if said, known := db.Known[Dismissal](t, accountID, address); known {
		return len(said) > 0, nil
	}
	var right int64
	err := t.Model(&Dismissal{}).Where("account_id = ? AND address = ?", accountID, address).Count(&right).
		Error
	return right > 0, db.Wrap(err, "dismissed suggestions")
}

// Suggestion is what the account's address was probably meant to be; empty: nothing is suggested.
func (s *Store) Suggestion(ctx context.Context, a models.Actor, typed string) (string, error) {
	if err := a.Need(models.See); err != nil {
		return "", err
	}
	return suggestionFor(s.db.ReadTx(ctx), a.AccountID, typed)
}

// DismissSuggestion says that the customer's email address is right as it is.
func (s *Store) DismissSuggestion(ctx context.Context, a models.Actor, customerID string) error {
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
		row := Dismissal{
			AccountID: a.AccountID,
			Address:   strings.ToLower(main.Value),
			ByName:    a.Name,
			At:        t.Now,
		}
		if err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return db.Wrap(err, "dismissing a suggestion")
		}
		t.Record(a, "suggestion.dismiss", models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
		return RefreshRows(t, c)
	})
}
