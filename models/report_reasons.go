package models

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// ReasonCount is how many open notifications have one reason.
type ReasonCount struct {
	Reason Reason
	Status Status // that most of them have
	N      int
}

func (s *Store) reasonCounts(ctx context.Context, account string, w Window) ([]ReasonCount, error) {
	rows, err := s.reporting(ctx).Raw(`SELECT value, status, SUM(open) FROM facet_daily
		WHERE account_id = ? AND facet = ? AND day >= ? AND day <= ? GROUP BY value, status HAVING SUM(open) > 0`, account, byReason, w.From, w.To).Rows()
	if err != nil {
		return nil, found(err, "reasons")
	}
	defer rows.Close()
	byID, most := map[string]ReasonCount{}, map[string]int{}
	for rows.Next() {
		var id string
		var status Status
		var n int
		if err := rows.Scan(&id, &status, &n); err != nil {
			return nil, found(err, "reasons")
		}
		r := byID[id]
		if r.Reason, _ = ReasonByID(id); r.Reason.ID == "" {
			r.Reason = Reason{ID: cmp.Or(id, None), Title: id}
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
	return all, found(rows.Err(), "reasons")
}
