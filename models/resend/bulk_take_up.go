package resend

import (
	"context"

	"undelivered/migrations"
	"undelivered/models/internal/db"
)

// setOfJob is the set that a job works on.
var setOfJob = map[migrations.Dialect]string{
	migrations.SQLite:   "json_extract(args, '$.job_id')",
	migrations.Postgres: "args->>'job_id'",
}

// TakeUpSets asks again for the work on sets that stand still: their job has been given up, or is gone.
func (s *Store) TakeUpSets(ctx context.Context) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var still []string
		err := t.Raw(`SELECT id FROM bulk_jobs WHERE state IN ? AND id NOT IN (SELECT `+setOfJob[s.db.Kind]+`
			FROM river_job
			WHERE kind = 'bulk' AND state IN ('available', 'pending', 'running', 'retryable', 'scheduled'))
				ORDER BY id`,
			[]BulkState{BulkChecking, BulkRunning, BulkUndoing}).
			Scan(&still).Error
		if err != nil {
			return db.Wrap(err, "sets that stand still")
		}
		for _, id := range still {
			if err := askBulk(t, id); err != nil {
				return err
			}
		}
		return nil
	})
}
