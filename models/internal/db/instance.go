package db

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/migrations"
	"undelivered/models"
)

// Instance is one program that runs on the database.
type Instance struct {
	ID     string
	BeatAt time.Time
}

func (Instance) TableName() string { return "instances" }

const instanceSilent = 3 * models.InstanceBeat

// Live says that this program lives, takes up what programs had in hand that do not any more, and sets its
// clock by the database's.
func (s *DB) Live(ctx context.Context) error {
	err := s.syncClock(ctx)
	if err == nil {
		err = s.InTx(ctx, func(t *Tx) error {
			beat := Instance{ID: s.instance, BeatAt: t.Now}
			if err := t.Clauses(clause.OnConflict{UpdateAll: true}).Create(&beat).Error; err != nil {
				return Wrap(err, "a sign of life")
			}
			return t.takeUpOrphans()
		})
	}
	return err
}

// Begin is the first sign of life. An embedded database has one program at a time, so that all others are
// dead.
func (s *DB) Begin(ctx context.Context) error {
	if s.Kind == migrations.SQLite {
		if err := s.Main.WithContext(ctx).Exec("DELETE FROM instances").Error; err != nil {
			return Wrap(err, "other programs")
		}
	}
	return s.Live(ctx)
}

// End says that this program ends in good order.
func (s *DB) End(ctx context.Context) error {
	return Wrap(s.Main.WithContext(ctx).Exec("DELETE FROM instances WHERE id = ?", s.instance).Error,
		"a program's end")
}

// lastWorker is who took a job last, as River keeps it.
var lastWorker = map[migrations.Dialect]string{
	migrations.SQLite:   "json_extract(attempted_by, '$[#-1]')",
	migrations.Postgres: "attempted_by[array_upper(attempted_by, 1)]",
}

// takeUpOrphans gives jobs back whose worker is dead: River itself waits for minutes, and counts each as a
// try that failed. What comes round by itself is not repeated. Every job may run twice: what it is about
// decides, never the job.
func (t *Tx) takeUpOrphans() error {
	orphans := "state = 'running' AND " + lastWorker[t.Database.Kind] +
		" NOT IN (SELECT id FROM instances WHERE beat_at > ?)"
	alive := t.Now.Add(-instanceSilent)
	err := t.Exec(
		"UPDATE river_job SET state = 'discarded', finalized_at = ? WHERE max_attempts = 1 AND "+orphans,
		t.Now,
		alive,
	).Error
	if err == nil {
		err = t.Exec(
			`UPDATE river_job SET state = 'available', scheduled_at = ?, max_attempts = CASE
				WHEN max_attempts > attempt THEN max_attempts
			ELSE attempt + 1 END WHERE `+orphans,
			t.Now,
			alive,
		).Error
	}
	if err == nil {
		err = t.Exec("DELETE FROM instances WHERE beat_at < ?", t.Now.Add(-time.Hour)).Error
	}
	return Wrap(err, "taking up what nobody works on")
}

// syncClock takes the database's clock for ours: instances whose machines differ must agree on what is due.
func (s *DB) syncClock(ctx context.Context) error {
	if s.Kind == migrations.SQLite || !s.machine {
		return nil
	}
	before := time.Now()
	var there time.Time
	if err := s.Pool.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&there); err != nil {
		return Wrap(err, "the database's clock")
	}
	took := time.Since(before)
	s.ahead.Store(int64(there.Sub(s.clock().Add(-took / 2))))
	return nil
}
