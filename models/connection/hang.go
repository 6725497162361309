package connection

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Numbers of a connection that hangs.
const (
	hangsLeast = 3 // hand-overs in a row that did not end in time
	hangFirst  = 30 * time.Second
	hangMost   = 5 * time.Minute
	hangTrial  = 45 * time.Second // longer than one hand-over
)

// hangPause is how long a connection is left alone after so many hand-overs that did not end in time.
func hangPause(hangs int) time.Duration {
	pause := hangFirst
	for range min(hangs-hangsLeast, 10) {
		pause *= 2
	}
	return min(pause, hangMost)
}

// Waiting is where a hand-over stands in line: its account's and its connection's.
type Waiting struct {
	AccountID    string
	ConnectionID string
}

// WaitingFor is where the hand-over of an attempt stands in line.
func (s *Store) WaitingFor(ctx context.Context, attemptID string) (Waiting, error) {
	var w Waiting
	err := s.db.Reading(ctx).Model(&models.Attempt{}).Where("id = ?", attemptID).
		Select("account_id, connection_id").Take(&w).Error
	return w, db.Wrap(err, "attempt")
}

// Trial says how long a hand-over must wait because its connection hangs; zero: it may go. Of those that wait
// one at a time is let through, to see whether it answers again.
func (s *Store) Trial(ctx context.Context, connectionID string) (time.Duration, error) {
	var c models.Connection
	err := s.db.Reading(ctx).Select("hung_until").Limit(1).Find(&c, "id = ?", connectionID).Error
	if err != nil || c.HungUntil == nil {
		return 0, db.Wrap(err, "connection")
	}
	now := s.db.Now()
	if wait := c.HungUntil.Sub(now); wait > 0 {
		return wait, nil
	}
	mine := s.db.Main.WithContext(ctx).Model(&models.Connection{}).
		Where("id = ? AND hung_until <= ?", connectionID, now).Update("hung_until", now.Add(hangTrial))
	if mine.Error != nil || mine.RowsAffected == 1 {
		return 0, db.Wrap(mine.Error, "trying a connection")
	}
	return hangTrial, nil
}

// PutOff says when a queued attempt is looked at again, so that it is not taken for one whose job is gone.
func (s *Store) PutOff(ctx context.Context, attemptID string, wait time.Duration) error {
	done := s.db.Main.WithContext(ctx).Model(&models.Attempt{}).
		Where("id = ? AND own_state = 'queued'", attemptID).Update("due_at", s.db.Now().Add(wait))
	return db.Wrap(done.Error, "putting a hand-over off")
}

// Hung notes that a hand-over did not end in time; after some in a row the connection is left alone for a
// while.
func (s *Store) Hung(ctx context.Context, c models.Connection) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := t.Exec("UPDATE connections SET hangs = hangs + 1 WHERE id = ?", c.ID).Error; err != nil {
			return db.Wrap(err, "a connection that hangs")
		}
		var now models.Connection
		if err := t.Take(&now, "id = ?", c.ID).Error; err != nil || now.Hangs < hangsLeast {
			return db.Wrap(err, "a connection that hangs")
		}
		if now.HungAt == nil {
			t.Record(models.Itself(c.AccountID), "connection.hang",
				models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
			now.HungAt = &t.Now
		}
		change := map[string]any{"hung_at": now.HungAt, "hung_until": t.Now.Add(hangPause(now.Hangs))}
		return db.Wrap(t.Model(&models.Connection{}).Where("id = ?", c.ID).Updates(change).Error,
			"a connection that hangs")
	})
}

// Answered notes that a connection answers; where it hung before, all that waits may go.
func (s *Store) Answered(ctx context.Context, c models.Connection) error {
	if c.Hangs == 0 {
		return nil
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if c.HungAt != nil {
			t.Record(models.Itself(c.AccountID), "connection.answer",
				models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
		}
		return calm(t, c.ID)
	})
}

// calm forgets that a connection hung.
func calm(t *db.Tx, id string) error {
	change := map[string]any{"hangs": 0, "hung_at": nil, "hung_until": nil}
	return db.Wrap(t.Model(&models.Connection{}).Where("id = ?", id).Updates(change).Error,
		"a connection that answers")
}
