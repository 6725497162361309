package models

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
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
func (s *Store) Held() bool { return s.held.Load() }

// LookForCopy says whether the database is where a program last ran on it. One that is elsewhere, or older than what is
// known beside it, is a copy: nothing goes out until somebody has decided (DecideCopy). nil: it is none.
func (s *Store) LookForCopy(ctx context.Context) (*Copy, error) {
	place, err := s.place(ctx)
	if err != nil {
		return nil, err
	}
	beside := s.besideMark()
	var last heartbeat
	err = s.inTx(ctx, func(t *tx) error {
		last = heartbeat{}
		if err := t.Limit(1).Find(&last, "id = ?", program).Error; err != nil || last.ID == "" {
			return found(err, "heartbeat")
		}
		moved := last.Place != "" && last.Place != place
		if last.CopiedAt == nil && (moved || beside.After(last.At.Add(time.Second))) {
			last.CopiedAt = &t.now
			t.record(Itself(""), "database.copy", AuditEntry{ObjectKind: "database"})
		}
		if last.CopiedAt == nil {
			last.Place = place
		}
		return found(t.Model(&heartbeat{}).Where("id = ?", program).Updates(map[string]any{"copied_at": last.CopiedAt, "place": last.Place}).Error, "heartbeat")
	})
	s.held.Store(last.CopiedAt != nil)
	if err != nil || last.CopiedAt == nil {
		return nil, err
	}
	return s.waitingInCopy(ctx, last)
}

func (s *Store) waitingInCopy(ctx context.Context, last heartbeat) (*Copy, error) {
	c := &Copy{Since: *last.CopiedAt, LastBeat: last.At}
	for _, one := range []struct {
		into *int64
		of   string
	}{
		{&c.Messages, "attempts WHERE own_state IN ('queued', 'sending')"},
		{&c.Callbacks, "callbacks WHERE due_at IS NOT NULL"},
		{&c.Requests, "clear_requests WHERE state IN ('approved', 'running')"},
	} {
		if err := s.write.WithContext(ctx).Raw("SELECT COUNT(*) FROM " + one.of).Scan(one.into).Error; err != nil {
			return nil, found(err, "what waits")
		}
	}
	return c, nil
}

// DecideCopy lets a copy go on in the place where it is. send: it takes the place of the other, and what waits goes out.
// Else what waits is cancelled first: the other has sent it, or will.
func (s *Store) DecideCopy(ctx context.Context, a Actor, send bool) error {
	place, err := s.place(ctx)
	if err != nil {
		return err
	}
	if !send {
		if err := s.dropWaiting(ctx); err != nil {
			return err
		}
	}
	return s.inTx(ctx, func(t *tx) error {
		change := map[string]any{"copied_at": nil, "place": place, "at": t.now}
		done := t.Model(&heartbeat{}).Where("id = ? AND copied_at IS NOT NULL", program).Updates(change)
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "deciding about a copy")
		}
		t.record(a, "database.decide", AuditEntry{ObjectKind: "database", After: map[bool]string{true: "send", false: "drop"}[send]})
		return nil
	})
}

// dropWaiting cancels what waits to go out. What was being sent when the copy was made is unknown, as after any break.
func (s *Store) dropWaiting(ctx context.Context) error {
	for {
		n, err := s.sweepAt(ctx, s.now(), "own_state = 'queued' AND created_at <= ?", func(t *tx, h *Handover) error {
			return t.cancelHeld(Itself(h.Attempt.AccountID), &h.Notification, h.Attempt.ID, "copied")
		})
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	return s.inTx(ctx, func(t *tx) error {
		return errors.Join(
			found(t.Exec("UPDATE callbacks SET due_at = NULL WHERE due_at IS NOT NULL").Error, "callbacks"),
			found(t.Exec("UPDATE bulk_jobs SET state = ?, ended_at = ? WHERE state IN ?", BulkStopped, t.now,
				[]BulkState{BulkRunning, BulkUndoing, BulkPaused}).Error, "sets"))
	})
}

// place is where the database is: for a file which one on its disk, for PostgreSQL which database of which cluster. A copy
// of either is another.
func (s *Store) place(ctx context.Context) (string, error) {
	if s.file != "" {
		info, err := os.Stat(s.file)
		if err != nil {
			return "", fmt.Errorf("models: database: %w", err)
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			return fmt.Sprint("file ", stat.Ino), nil
		}
		return "file", nil
	}
	var cluster, database string
	err := s.main.QueryRowContext(ctx, "SELECT (SELECT system_identifier FROM pg_control_system())::text, oid::text FROM pg_database WHERE datname = current_database()").
		Scan(&cluster, &database)
	return "cluster " + cluster + " database " + database, found(err, "place of the database")
}

// mark is the file beside an embedded database that says until when it was in use: a database that is put back is older.
func (s *Store) mark() string { return strings.TrimSuffix(s.file, ".db") + ".beat" }

func (s *Store) besideMark() time.Time {
	if s.file == "" {
		return time.Time{}
	}
	text, err := os.ReadFile(s.mark())
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
func (t *tx) inUse() error {
	if t.s.file == "" {
		return nil
	}
	return found(t.Model(&heartbeat{}).Where("id = ? AND at <= ?", program, t.now).Update("at", t.now).Error, "heartbeat")
}

func (s *Store) noteInUse(at time.Time) error {
	if s.file == "" {
		return nil
	}
	if err := os.WriteFile(s.mark(), []byte(at.Format(time.RFC3339Nano)+"\n"), 0o600); err != nil {
		return fmt.Errorf("models: the mark beside the database: %w", err)
	}
	return nil
}
