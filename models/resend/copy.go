package resend

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// Copy is what a database that is a copy of another would do if it went on: the other may be doing it.
type Copy struct {
	Since     time.Time // when the copy was first seen to be one
	LastBeat  time.Time // when a program last ran on what it is a copy of, as far as it knows
	Messages  int64     // wait to be sent
	Callbacks int64     // wait to be told
	Requests  int64     // to clear an address at its provider
}

// Held says whether sending is held because the database is a copy that nobody has decided about.
func (s *Store) Held() bool { return s.db.Held.Load() }

// LookForCopy says whether the database is where a program last ran on it. One that is elsewhere, or older
// than what is known beside it, is a copy: nothing goes out until somebody has decided (DecideCopy). nil: it
// is none.
func (s *Store) LookForCopy(ctx context.Context) (*Copy, error) {
	place, err := s.db.Place(ctx)
	if err != nil {
		return nil, err
	}
	beside := s.besideMark()
	var last connection.Heartbeat
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		last = connection.Heartbeat{}
		if err := t.Limit(1).Find(&last, "id = ?", connection.Program).Error; err != nil || last.ID == "" {
			return db.Wrap(err, "heartbeat")
		}
		moved := last.Place != "" && last.Place != place
		if last.CopiedAt == nil && (moved || beside.After(last.At.Add(time.Second))) {
			last.CopiedAt = &t.Now
			t.Record(models.Itself(""), "database.copy", models.AuditEntry{ObjectKind: "database"})
		}
		if last.CopiedAt == nil {
			last.Place = place
		}
		return db.Wrap(
			t.Model(&connection.Heartbeat{}).Where("id = ?", connection.Program).
				Updates(map[string]any{"copied_at": last.CopiedAt, "place": last.Place}).
				Error,
			"heartbeat",
		)
	})
	s.db.Held.Store(last.CopiedAt != nil)
	if err != nil || last.CopiedAt == nil {
		return nil, err
	}
	return s.waitingInCopy(ctx, last)
}

func (s *Store) waitingInCopy(ctx context.Context, last connection.Heartbeat) (*Copy, error) {
	c := &Copy{Since: *last.CopiedAt, LastBeat: last.At}
	for _, one := range []struct {
		into *int64
		of   string
	}{
		{&c.Messages, "attempts WHERE own_state IN ('queued', 'sending')"},
		{&c.Callbacks, "callbacks WHERE due_at IS NOT NULL"},
		{&c.Requests, "clear_requests WHERE state IN ('approved', 'running')"},
	} {
		if err := s.db.Main.WithContext(ctx).Raw("SELECT COUNT(*) FROM " +
			one.of).Scan(one.into).Error; err != nil {
			return nil, db.Wrap(err, "what waits")
		}
	}
	return c, nil
}

// DecideCopy lets a copy go on in the place where it is. send: it takes the place of the other, and what
// waits goes out. Else what waits is cancelled first: the other has sent it, or will.
func (s *Store) DecideCopy(ctx context.Context, a models.Actor, send bool) error {
	place, err := s.db.Place(ctx)
	if err != nil {
		return err
	}
	if !send {
		if err := s.dropWaiting(ctx); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		change := map[string]any{"copied_at": nil, "place": place, "at": t.Now}
		done := t.Model(&connection.Heartbeat{}).
			Where("id = ? AND copied_at IS NOT NULL", connection.Program).Updates(change)
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "deciding about a copy")
		}
		t.Record(a, "database.decide", models.AuditEntry{
			ObjectKind: "database",
			After:      map[bool]string{true: "send", false: "drop"}[send],
		})
		return nil
	})
}

// dropWaiting cancels what waits to go out. What was being sent when the copy was made is unknown, as after
// any break.
func (s *Store) dropWaiting(ctx context.Context) error {
	for {
		n, err := s.sweepAt(
			ctx,
			s.db.Now(),
			"own_state = 'queued' AND created_at <= ?",
			func(t *db.Tx, h *models.Handover) error {
				return ledger.CancelHeld(t, models.Itself(h.Attempt.AccountID), &h.Notification, h.Attempt.ID,
					"copied")
			},
		)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		return errors.Join(
			db.Wrap(t.Exec("UPDATE callbacks SET due_at = NULL WHERE due_at IS NOT NULL").Error, "callbacks"),
			db.Wrap(
				t.Exec("UPDATE bulk_jobs SET state = ?, ended_at = ? WHERE state IN ?", BulkStopped, t.Now,
					[]BulkState{BulkRunning, BulkUndoing, BulkPaused}).Error,
				"sets",
			),
		)
	})
}

func (s *Store) besideMark() time.Time {
	if s.db.File == "" {
		return time.Time{}
	}
	text, err := os.ReadFile(s.db.Mark())
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	if err != nil {
		return time.Time{} // half written when the machine went down
	}
	return at
}

// inUse notes in the database, and then beside it, that the program runs on it: before anything goes out.
func inUse(t *db.Tx) error {
	if t.Database.File == "" {
		return nil
	}
	return db.Wrap(
		t.Model(&connection.Heartbeat{}).Where("id = ? AND at <= ?", connection.Program, t.Now).
			Update("at", t.Now).
			Error,
		"heartbeat",
	)
}

func (s *Store) noteInUse(at time.Time) error {
	if s.db.File == "" {
		return nil
	}
	if err := os.WriteFile(s.db.Mark(), []byte(at.Format(time.RFC3339Nano)+"\n"), 0o600); err != nil {
		return fmt.Errorf("models: the mark beside the database: %w", err)
	}
	return nil
}
