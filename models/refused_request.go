package models

import (
	"context"
	"time"
)

// RefusedRequest counts a request that was not proven to come from the provider. Nothing else of it is kept.
func (s *Store) RefusedRequest(ctx context.Context, c Connection, why string) error {
	return s.inTx(ctx, func(t *tx) error {
		err := t.Exec(`INSERT INTO refusals (connection_id, hour, why, n) VALUES (?, ?, ?, 1)
			ON CONFLICT (connection_id, hour, why) DO UPDATE SET n = refusals.n + 1`, c.ID, t.now.Truncate(time.Hour), why).Error
		if err != nil {
			return found(err, "counting a refused request")
		}
		err = t.Exec("UPDATE connections SET refused = refused + 1, refused_at = ?, refused_why = ? WHERE id = ?", t.now, why, c.ID).Error
		return found(err, "counting a refused request")
	})
}

// Refusals is how many requests were refused for one cause.
type Refusals struct {
	ConnectionID string
	Why          string
	N            int
}

// refusedSince counts the account's refused requests since a time, by connection and cause.
func (s *Store) refusedSince(ctx context.Context, a Actor, since time.Time) (map[string][]Refusals, error) {
	var rows []Refusals
	err := s.reading(ctx).Raw(`SELECT r.connection_id, r.why, SUM(r.n) AS n FROM refusals r JOIN connections c ON c.id = r.connection_id
		WHERE c.account_id = ? AND r.hour >= ? GROUP BY r.connection_id, r.why ORDER BY r.why`, a.AccountID, since.Truncate(time.Hour)).Scan(&rows).Error
	by := map[string][]Refusals{}
	for _, row := range rows {
		by[row.ConnectionID] = append(by[row.ConnectionID], row)
	}
	return by, found(err, "refused requests")
}
