package models

import (
	"context"
	"fmt"
)

// Drift is a counter that does not say what a recount says. There must be none.
type Drift struct {
	AccountID string
	Day       string
	Reason    string // of the counters by reason
	Channel   Channel
	Status    Status
	Open      int // kept minus counted
	Total     int
}

// Recount counts the rows of every account again and returns where the day counters differ.
func (s *Store) Recount(ctx context.Context) ([]Drift, error) {
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var all []Drift
	for _, account := range accounts {
		for _, sql := range []string{recountDays, recountReasons} {
			var drift []Drift
			if err := s.reading(ctx).Raw(sql, account.ID, account.ID).Scan(&drift).Error; err != nil {
				return all, fmt.Errorf("models: recount: %w", err)
			}
			all = append(all, drift...)
		}
	}
	return all, nil
}

const recountDays = `SELECT account_id, day, channel, status, SUM(open) AS open, SUM(total) AS total FROM (
	SELECT account_id, day, channel, status, open, total FROM undelivered_daily WHERE account_id = ?
	UNION ALL
	SELECT account_id, day, channel, status, CASE WHEN left_at IS NULL THEN -1 ELSE 0 END, -1 FROM undelivered WHERE account_id = ?
) AS both_sides GROUP BY account_id, day, channel, status HAVING SUM(open) <> 0 OR SUM(total) <> 0`

const recountReasons = `SELECT account_id, day, reason, channel, status, SUM(open) AS open FROM (
	SELECT account_id, day, reason, channel, status, open FROM reason_daily WHERE account_id = ?
	UNION ALL
	SELECT account_id, day, reason, channel, status, -1 FROM undelivered WHERE account_id = ? AND left_at IS NULL
) AS both_sides GROUP BY account_id, day, reason, channel, status HAVING SUM(open) <> 0`

// recountAccount replaces an account's counters by a count of its rows.
func (t *tx) recountAccount(id string) error {
	for _, sql := range []string{
		"DELETE FROM undelivered_daily WHERE account_id = ?",
		"DELETE FROM reason_daily WHERE account_id = ?",
		`INSERT INTO undelivered_daily (account_id, day, channel, status, open, total)
			SELECT account_id, day, channel, status, SUM(CASE WHEN left_at IS NULL THEN 1 ELSE 0 END), COUNT(*)
			FROM undelivered WHERE account_id = ? GROUP BY account_id, day, channel, status`,
		`INSERT INTO reason_daily (account_id, day, reason, channel, status, open)
			SELECT account_id, day, reason, channel, status, COUNT(*)
			FROM undelivered WHERE account_id = ? AND left_at IS NULL GROUP BY account_id, day, reason, channel, status`,
	} {
		if err := t.Exec(sql, id).Error; err != nil {
			return fmt.Errorf("models: counting anew: %w", err)
		}
	}
	return nil
}
