package connection

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// RefusedRequest counts a request that was not proven to come from the provider. Nothing else of it is kept.
func (s *Store) RefusedRequest(ctx context.Context, c models.Connection, why string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		err := t.Exec(`INSERT INTO refusals (connection_id, hour, why, n) VALUES (?, ?, ?, 1)
			ON CONFLICT (connection_id, hour, why) DO UPDATE
				SET n = refusals.n + 1`, c.ID, t.Now.Truncate(time.Hour), why).Error
		if err != nil {
			return db.Wrap(err, "counting a refused request")
		}
		err = t.Exec(
			"UPDATE connections SET refused = refused + 1, refused_at = ?, refused_why = ? WHERE id = ?",
			t.Now,
			why,
			c.ID,
		).Error
		return db.Wrap(err, "counting a refused request")
	})
}

// Refusals is how many requests were refused for one cause.
type Refusals struct {
	ConnectionID string
	Why          string
	N            int
}

// refusedSince counts the account's refused requests since a time, by connection and cause.
func (s *Store) refusedSince(ctx context.Context, a models.Actor,
	since time.Time) (map[string][]Refusals, error) {
	var rows []Refusals
	err := s.db.Reading(ctx).
		Raw(`SELECT r.connection_id, r.why, SUM(r.n) AS n FROM refusals r
			JOIN connections c ON c.id = r.connection_id
		WHERE c.account_id = ? AND r.hour >= ? GROUP BY r.connection_id, r.why
			ORDER BY r.why`, a.AccountID, since.Truncate(time.Hour)).
		Scan(&rows).Error
	by := map[string][]Refusals{}
	for _, row := range rows {
		by[row.ConnectionID] = append(by[row.ConnectionID], row)
	}
	return by, db.Wrap(err, "refused requests")
}
