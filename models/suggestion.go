package models

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

type dismissal struct {
	AccountID string
	Address   string
	ByName    string
	At        time.Time
}

// suggestionFor is what an address was probably meant to be: by what is well known, else by what this account's
// people have corrected before, if what was typed takes no mail. Addresses that they said are right are left alone.
func (t *tx) suggestionFor(accountID, typed string) (string, error) {
	var right int64
	if err := t.Model(&dismissal{}).Where("account_id = ? AND address = ?", accountID, strings.ToLower(typed)).Count(&right).Error; err != nil || right > 0 {
		return "", found(err, "dismissed suggestions")
	}
	local, domain, ok := strings.Cut(repairAt(typed), "@")
	known := SuggestEmail(typed)
	if ok && known == "" {
		learnt, err := t.learnt(accountID, strings.ToLower(domain))
		if err != nil {
			return "", err
		}
		if learnt.Corrected != "" {
			return local + "@" + learnt.Corrected, nil
		}
	}
	return known, nil
}

// Suggestion is what the account's address was probably meant to be; empty: nothing is suggested.
func (s *Store) Suggestion(ctx context.Context, a Actor, typed string) (string, error) {
	if err := a.need(See); err != nil {
		return "", err
	}
	return s.looking(ctx).suggestionFor(a.AccountID, typed)
}

// DismissSuggestion says that the customer's email address is right as it is.
func (s *Store) DismissSuggestion(ctx context.Context, a Actor, customerID string) error {
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
		row := dismissal{AccountID: a.AccountID, Address: strings.ToLower(main.Value), ByName: a.Name, At: t.now}
		if err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return found(err, "dismissing a suggestion")
		}
		t.record(a, "suggestion.dismiss", AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
		return t.refreshRows(c)
	})
}
