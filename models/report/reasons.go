package report

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// ReasonCount is how many open notifications have one reason.
type ReasonCount struct {
	Reason models.Reason
	Status models.Status // that most of them have
	N      int
}

func (s *Store) reasonCounts(ctx context.Context, account string, w models.Window) ([]ReasonCount, error) {
	rows, err := s.db.Reporting(ctx).Raw(`SELECT value, status, SUM(open) FROM facet_daily
		WHERE account_id = ? AND facet = ? AND day >= ? AND day <= ? GROUP BY value,
			status HAVING SUM(open) > 0`, account, ledger.ByReason, w.From, w.To).Rows()
	if err != nil {
		return nil, db.Wrap(err, "reasons")
	}
	defer rows.Close()
	byID, most := map[string]ReasonCount{}, map[string]int{}
	for rows.Next() {
		var id string
		var status models.Status
		var n int
		if err := rows.Scan(&id, &status, &n); err != nil {
			return nil, db.Wrap(err, "reasons")
		}
		r := byID[id]
		if r.Reason, _ = models.ReasonByID(id); r.Reason.ID == "" {
			r.Reason = models.Reason{ID: cmp.Or(id, None), Title: id}
		}
		if r.N += n; n > most[id] {
			r.Status, most[id] = status, n
		}
		byID[id] = r
	}
	all := make([]ReasonCount, 0, len(byID))
	for _, r := range byID {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b ReasonCount) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Reason.ID, b.Reason.ID)
	})
	return all, db.Wrap(rows.Err(), "reasons")
}
