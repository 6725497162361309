package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/migrations"
)

// instance is one program that runs on the database.
type instance struct {
	ID     string
	BeatAt time.Time
}

func (instance) TableName() string { return "instances" }

// InstanceBeat is how often a program says that it lives; one that has been silent for three times as long is dead, and
// what it had in hand is taken up by the others.
const InstanceBeat = 5 * time.Second

const instanceSilent = 3 * InstanceBeat

// Live says that this program lives, takes up what programs had in hand that do not any more, and sets its clock by the
// database's.
func (s *Store) Live(ctx context.Context) error {
	err := s.syncClock(ctx)
	if err == nil {
		err = s.inTx(ctx, func(t *tx) error {
			beat := instance{ID: s.instance, BeatAt: t.now}
			if err := t.Clauses(clause.OnConflict{UpdateAll: true}).Create(&beat).Error; err != nil {
				return found(err, "a sign of life")
			}
			return t.takeUpOrphans()
		})
	}
	return err
}

// Begin is the first sign of life. An embedded database has one program at a time, so that all others are dead.
func (s *Store) Begin(ctx context.Context) error {
	if s.kind == migrations.SQLite {
		if err := s.write.WithContext(ctx).Exec("DELETE FROM instances").Error; err != nil {
			return found(err, "other programs")
		}
	}
	return errors.Join(s.Live(ctx), s.TakeUpSets(ctx))
}

// End says that this program ends in good order.
func (s *Store) End(ctx context.Context) error {
	return found(s.write.WithContext(ctx).Exec("DELETE FROM instances WHERE id = ?", s.instance).Error, "a program's end")
}

// lastWorker is who took a job last, as River keeps it.
var lastWorker = map[migrations.Dialect]string{
	migrations.SQLite:   "json_extract(attempted_by, '$[#-1]')",
	migrations.Postgres: "attempted_by[array_upper(attempted_by, 1)]",
}

// takeUpOrphans gives jobs back whose worker is dead: River itself waits for minutes, and counts each as a try that
// failed. What comes round by itself is not repeated. Every job may run twice: what it is about decides, never the job.
func (t *tx) takeUpOrphans() error {
	orphans := "state = 'running' AND " + lastWorker[t.s.kind] + " NOT IN (SELECT id FROM instances WHERE beat_at > ?)"
	alive := t.now.Add(-instanceSilent)
	err := t.Exec("UPDATE river_job SET state = 'discarded', finalized_at = ? WHERE max_attempts = 1 AND "+orphans, t.now, alive).Error
	if err == nil {
		err = t.Exec(`UPDATE river_job SET state = 'available', scheduled_at = ?, max_attempts = CASE WHEN max_attempts > attempt THEN max_attempts
			ELSE attempt + 1 END WHERE `+orphans, t.now, alive).Error
	}
	if err == nil {
		err = t.Exec("DELETE FROM instances WHERE beat_at < ?", t.now.Add(-time.Hour)).Error
	}
	return found(err, "taking up what nobody works on")
}

// setOfJob is the set that a job works on.
var setOfJob = map[migrations.Dialect]string{
	migrations.SQLite:   "json_extract(args, '$.job_id')",
	migrations.Postgres: "args->>'job_id'",
}

// TakeUpSets asks again for the work on sets that stand still: their job has been given up, or is gone.
func (s *Store) TakeUpSets(ctx context.Context) error {
	return s.inTx(ctx, func(t *tx) error {
		var still []string
		err := t.Raw(`SELECT id FROM bulk_jobs WHERE state IN ? AND id NOT IN (SELECT `+setOfJob[s.kind]+` FROM river_job
			WHERE kind = 'bulk' AND state IN ('available', 'pending', 'running', 'retryable', 'scheduled')) ORDER BY id`,
			[]BulkState{BulkChecking, BulkRunning, BulkUndoing}).Scan(&still).Error
		if err != nil {
			return found(err, "sets that stand still")
		}
		for _, id := range still {
			if err := t.askBulk(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// syncClock takes the database's clock for ours: instances whose machines differ must agree on what is due.
func (s *Store) syncClock(ctx context.Context) error {
	if s.kind == migrations.SQLite || !s.machine {
		return nil
	}
	before := time.Now()
	var there time.Time
	if err := s.main.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&there); err != nil {
		return found(err, "the database's clock")
	}
	took := time.Since(before)
	s.ahead.Store(int64(there.Sub(s.clock().Add(-took / 2))))
	return nil
}
