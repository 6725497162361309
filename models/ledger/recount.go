package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Drift is a counter that does not say what a recount says. There must be none.
type Drift struct {
	AccountID string
	Day       string
	Facet     Facet  // empty: of the whole
	Value     string // of the facet
	Channel   models.Channel
	Status    models.Status
	Open      int // kept minus counted
	Total     int
	Waiting   int
	Cleared   int
	Fixed     int
}

// Recount counts the rows of every account again and returns where the day counters differ.
func (s *Store) Recount(ctx context.Context) ([]Drift, error) {
	accounts, err := s.people.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var all []Drift
	for _, account := range accounts {
		var drift []Drift
		if err := s.db.Reading(ctx).Raw(recountDays, account.ID, account.ID).Scan(&drift).Error; err != nil {
			return all, fmt.Errorf("models: recount: %w", err)
		}
		all = append(all, drift...)
		for _, facet := range slices.Sorted(maps.Keys(FacetColumns)) {
			var drift []Drift
			if err := s.db.Reading(ctx).Raw(facet.recount(), facet, account.ID, account.ID,
				facet).Scan(&drift).Error; err != nil {
				return all, fmt.Errorf("models: recount by %s: %w", facet, err)
			}
			all = append(all, drift...)
		}
	}
	return all, nil
}

// What one row counts as, in SQL: the same as Undelivered.count.
const (
	isOpen    = "CASE WHEN left_at IS NULL THEN 1 ELSE 0 END"
	isWaiting = "CASE WHEN left_at IS NOT NULL AND left_why = 'waiting' THEN 1 ELSE 0 END"
	isCleared = "CASE WHEN left_at IS NOT NULL AND left_why = 'cleared' THEN 1 ELSE 0 END"
	isFixed   = "CASE WHEN left_at IS NOT NULL AND left_why IN ('delivered', 'cleared') THEN 1 ELSE 0 END"
)

const recountDays = `SELECT account_id, day, channel, status, SUM(open) AS open, SUM(total) AS total,
	SUM(waiting) AS waiting, SUM(cleared) AS cleared FROM (
	SELECT account_id, day, channel, status, open, total, waiting, cleared FROM undelivered_daily
		WHERE account_id = ?
	UNION ALL
	SELECT account_id, day, channel, status, -(` + isOpen + `), -1, -(` + isWaiting + `), -(` + isCleared + `)
		FROM undelivered WHERE account_id = ?
) AS both_sides GROUP BY account_id, day, channel, status
	HAVING SUM(open) <> 0 OR SUM(total) <> 0 OR SUM(waiting) <> 0 OR SUM(cleared) <> 0`

// rows narrows the rows of the report to those that a facet counts.
func (f Facet) rows() string {
	if f == ByOutcome {
		return " AND outcome <> ''"
	}
	return ""
}

func (f Facet) recount() string {
	return `SELECT account_id, ? AS facet, day, value, channel, status, SUM(open) AS open, SUM(fixed) AS fixed
		FROM (
	SELECT account_id, day, ` + FacetColumns[f] + ` AS value, channel, status, -(` + isOpen + `) AS open,
		-(` + isFixed + `) AS fixed
		FROM undelivered WHERE account_id = ?` + f.rows() + `
	UNION ALL
	SELECT account_id, day, value, channel, status, open, fixed FROM facet_daily WHERE account_id = ?
		AND facet = ?
) AS both_sides GROUP BY account_id, day, value, channel, status HAVING SUM(open) <> 0 OR SUM(fixed) <> 0`
}

// recountAccount replaces an account's counters by a count of its rows.
func recountAccount(t *db.Tx, id string) error {
	for _, sql := range []string{
		"DELETE FROM undelivered_daily WHERE account_id = ?",
		"DELETE FROM facet_daily WHERE account_id = ?",
		`INSERT INTO undelivered_daily (account_id, day, channel, status, open, total, waiting, cleared)
			SELECT account_id, day, channel, status, SUM(` + isOpen + `), COUNT(*), SUM(` + isWaiting + `),
				SUM(` + isCleared + `)
			FROM undelivered WHERE account_id = ? GROUP BY account_id, day, channel, status`,
	} {
		if err := t.Exec(sql, id).Error; err != nil {
			return fmt.Errorf("models: counting anew: %w", err)
		}
	}
	for _, facet := range slices.Sorted(maps.Keys(FacetColumns)) {
		if err := recountFacet(t, id, facet); err != nil {
			return fmt.Errorf("models: counting anew by %s: %w", facet, err)
		}
	}
	return nil
}

func recountFacet(t *db.Tx, account string, f Facet) error {
	column := FacetColumns[f]
	return t.Exec(`INSERT INTO facet_daily (account_id, facet, day, value, channel, status, open, fixed)
		SELECT account_id, '`+string(f)+`', day, `+column+`, channel, status, SUM(`+isOpen+`),
			SUM(`+isFixed+`)
		FROM undelivered WHERE account_id = ?`+f.rows()+` GROUP BY account_id, day, `+column+`, channel, status`, account).Error
}
