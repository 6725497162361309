package intake

import (
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// sliceAccounts is how many accounts share a slice.
const sliceAccounts = 16

// busy goes from account to account that has something due, by the index alone: it passes over whatever else
// they have.
const busy = `WITH RECURSIVE busy (account_id) AS (
	SELECT (SELECT MIN(account_id) FROM events WHERE state = 'due' AND account_id > ? AND due_at <= ?)
	UNION ALL
	SELECT (SELECT MIN(account_id) FROM events WHERE state = 'due' AND account_id > busy.account_id
		AND due_at <= ?)
		FROM busy WHERE account_id IS NOT NULL
) SELECT account_id FROM busy WHERE account_id IS NOT NULL LIMIT ?`

// due takes up to limit events that are due: of several accounts in turn, each the oldest first and an equal
// share, so that one with very many keeps no other waiting.
func (s *Store) due(t *db.Tx, limit int) (all []models.Event, err error) {
	accounts, err := s.inTurn(t)
	if err != nil {
		return nil, err
	}
	for i, account := range accounts {
		if limit <= len(all) {
			break
		}
		var some []models.Event
		err := t.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("account_id = ? AND state = 'due' AND due_at <= ?", account, t.Now).Order("due_at, id").
			Limit(max((limit-len(all))/(len(accounts)-i), 1)).Find(&some).Error
		if err != nil {
			return nil, db.Wrap(err, "events that are due")
		}
		all = append(all, some...)
	}
	return all, nil
}

// inTurn are the accounts that have something due, beginning after the one that was served last.
func (s *Store) inTurn(t *db.Tx) (accounts []string, err error) {
	after := ""
	if last := s.after.Load(); last != nil {
		after = *last
	}
	if err := t.Raw(busy, after, t.Now, t.Now, sliceAccounts).Scan(&accounts).Error; err != nil {
		return nil, db.Wrap(err, "accounts with work")
	}
	if len(accounts) == sliceAccounts || after == "" {
		return accounts, nil
	}
	var first []string
	err = t.Raw(busy, "", t.Now, t.Now, sliceAccounts-len(accounts)).Scan(&first).Error
	for _, one := range first {
		if one <= after {
			accounts = append(accounts, one)
		}
	}
	return accounts, db.Wrap(err, "accounts with work")
}
