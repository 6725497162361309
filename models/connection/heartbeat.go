package connection

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models/internal/db"
)

// Heartbeat is the row that says when the program last ran; several instances share it, because a provider
// that reaches one of them has reached us.
type Heartbeat struct {
	ID       string
	At       time.Time
	Stopped  bool       // the program said that it stops: nothing beats until it runs again
	Place    string     // where the database was then
	CopiedAt *time.Time // it was seen to be a copy, and nobody has decided yet
}

func (Heartbeat) TableName() string { return "heartbeats" }

// BeatEvery is how often a running program says so.
const BeatEvery = 15 * time.Second

// lateBeat is how long after the last heartbeat the time since counts as a gap. What is shorter cannot be
// seen after a program that was killed; after one that said that it stops, every time is a gap.
const lateBeat = 2 * BeatEvery

// Started is the first heartbeat of a program that starts: the time since one last ran is a gap of every
// connection.
func (s *Store) Started(ctx context.Context) error {
	return s.beat(ctx,
		func(last Heartbeat, now time.Time) bool { return last.Stopped || now.Sub(last.At) > lateBeat })
}

// Heartbeat notes that the program runs. A time without any heartbeat, because the database did not take
// them, is a gap.
func (s *Store) Heartbeat(ctx context.Context) error {
	return s.beat(ctx, func(last Heartbeat, now time.Time) bool { return now.Sub(last.At) > lateBeat })
}

// Stopped is the last heartbeat of a program that stops; where another instance runs on, that one's beats
// follow.
func (s *Store) Stopped(ctx context.Context) error {
	change := map[string]any{"at": s.db.Now(), "stopped": true}
	return db.Wrap(
		s.db.Main.WithContext(ctx).Model(&Heartbeat{}).Where("id = ?", Program).Updates(change).Error,
		"heartbeat",
	)
}

// Program is the one row of the heartbeats.
const Program = "program"

func (s *Store) beat(ctx context.Context, missed func(last Heartbeat, now time.Time) bool) error {
	place, err := s.db.Place(ctx)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		last := Heartbeat{ID: Program, At: t.Now}
		if err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&last).Error; err != nil {
			return db.Wrap(err, "heartbeat")
		}
		if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&last, "id = ?",
			last.ID).Error; err != nil {
			return db.Wrap(err, "heartbeat")
		}
		if missed(last, t.Now) && t.Now.After(last.At) {
			if err := allMissed(t, last.At); err != nil {
				return err
			}
		}
		change := map[string]any{"at": t.Now, "stopped": false}
		if last.Place == "" { // its first run
			change["place"] = place
		}
		return db.Wrap(
			t.Model(&Heartbeat{}).Where("id = ? AND at <= ?", last.ID, t.Now).Updates(change).Error,
			"heartbeat",
		)
	})
}
