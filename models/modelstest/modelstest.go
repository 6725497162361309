// Package modelstest gives every test a fresh store on each database, and the people of the tests.
package modelstest

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"undelivered/models/store"
)

// Each runs a test on a fresh SQLite store and on a fresh PostgreSQL store. Without PostgreSQL it fails and
// says what to install: what holds on one database only is not proven. Only go test -short leaves PostgreSQL
// out.
func Each(t *testing.T, run func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachWith(t, store.Options{}, run)
}

// EachWith is Each with options: a turned clock, other limits. Database, file and key are filled in when
// empty.
func EachWith(t *testing.T, o store.Options, run func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, SQLite(t, o)) })
	if testing.Short() {
		return
	}
	t.Run("postgres", func(t *testing.T) { run(t, Postgres(t, o)) })
}

// SQLite opens a fresh store in a file of the test.
func SQLite(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	o.URL, o.File = "", SQLiteFile(t)
	return open(t, o)
}

// Postgres opens a fresh store in a database of the test's own.
func Postgres(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	o.URL, o.File = PostgresURL(t), ""
	return open(t, o)
}

// Key is the secret key of the stores of tests.
func Key() []byte { return []byte("a secret key of tests, 32 bytes!") }

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if o.Key == nil {
		o.Key = Key()
	}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// SQLiteFile is the path of a migrated, empty database file of the test.
func SQLiteFile(t testing.TB) string {
	t.Helper()
	empty, err := emptyFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "undelivered.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// emptyFile is the content of a migrated file, made once: to copy it takes a tenth of the time.
var emptyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "undelivered-empty-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "empty.db")
	s, err := store.Open(context.Background(), store.Options{File: path, Key: Key()})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Clock is a clock that tests turn.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock starts at a time.
func NewClock(at time.Time) *Clock { return &Clock{at: at.UTC()} }

// Now is what the clock shows; give it to models.Options.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Turn moves the clock.
func (c *Clock) Turn(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// Log writes the program's log to the test's, shown when the test fails.
func Log(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type testLog struct{ t testing.TB }

var _ io.Writer = testLog{}

// Write gives one line to the test's log.
func (l testLog) Write(line []byte) (int, error) {
	l.t.Log(string(line))
	return len(line), nil
}
