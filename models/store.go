// Package models holds the nouns of the house, the rules that change them, and their SQL.
// It knows nothing of HTTP or HTML.
package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"undelivered/migrations"
)

// Options are what a store needs to know from the settings of the program.
type Options struct {
	URL        string // postgres://…, or empty for the SQLite file
	ReplicaURL string // a read replica for report and dashboard; PostgreSQL only
	File       string // path of the SQLite file, when URL is empty
	Key        []byte // 32 bytes: encrypts provider credentials
	OldKeys    [][]byte
	Log        *slog.Logger
	Limits     Limits
	// RealOnly: nothing is ever handed to the simulator, which sends nothing and says that it arrived.
	RealOnly bool
	// Now is the clock, UTC; nil means the machine's. Tests turn it.
	Now func() time.Time
	// Machine is the machine's clock, where the database's is to correct it; nil: time.Now.
	Machine func() time.Time
}

// Store keeps everything, on SQLite or on PostgreSQL.
type Store struct {
	write    *gorm.DB // SQLite: one connection
	read     *gorm.DB // pages: SQLite: four connections that cannot write; PostgreSQL: short statements only
	report   *gorm.DB // the read replica, for report and dashboard only; the same as read where there is none
	copied   *replica // how the read replica does; nil: there is none
	main     *sql.DB
	asked    *sql.DB // the pulse's own connection
	close    []func()
	kind     migrations.Dialect
	seal     sealer
	log      *slog.Logger
	clock    func() time.Time
	limits   Limits
	realOnly bool
	jobs     jobs
	last     []func(t *tx) error // what every transaction ends with (atEnd)
	pulse    *pulse
	file     string      // of an embedded database
	held     atomic.Bool // nothing goes out: the database is a copy
	// pooled: PostgreSQL is reached through a pooler that gives another connection to each transaction.
	pooled bool
	// instance is this program's name among those that run on the database.
	instance string
	// machine: the clock is the machine's, and goes as far wrong as ahead says.
	machine bool
	ahead   atomic.Int64
	intake  *intake
	known   knownConnections
	zones   zones
	// changes counts the transactions that this process has made.
	changes atomic.Uint64

	hashers chan struct{} // passwords that may be hashed at once
}

// Open opens the database, brings its schema up to date and returns the store.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{log: o.Log, clock: o.Now, limits: o.Limits.orDefault(), realOnly: o.RealOnly,
		hashers: make(chan struct{}, runtime.NumCPU())}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.machine = s.clock == nil; s.machine {
		if s.clock = o.Machine; s.clock == nil {
			s.clock = time.Now
		}
	}
	s.instance = newID("ins", s.now())
	var err error
	if s.seal, err = newSealer(o.Key, o.OldKeys); err != nil {
		return nil, err
	}
	if o.URL == "" {
		s.file = o.File
		err = s.openSQLite(ctx, o.File)
	} else {
		err = s.openPostgres(ctx, o.URL, o.ReplicaURL)
	}
	if err == nil {
		err = s.settleDigestKey(ctx)
	}
	if err == nil {
		err = errors.Join(s.settleBounces(ctx), s.syncClock(ctx))
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.atEnd((*tx).rematchProven, (*tx).writeDays, (*tx).tellActions, (*tx).writeCalls, (*tx).answerAskers)
	s.pulse = startPulse(s.asked)
	s.intake = startIntake(s)
	return s, nil
}

// Close stops the writers after what was given to them is stored, and closes the database.
func (s *Store) Close() error {
	if s.intake != nil {
		s.intake.stop()
		s.pulse.stop()
	}
	for i := len(s.close) - 1; i >= 0; i-- {
		s.close[i]()
	}
	return nil
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.main.PingContext(ctx); err != nil {
		return fmt.Errorf("models: database: %w", err)
	}
	return nil
}

// Dialect names the database at hand.
func (s *Store) Dialect() migrations.Dialect { return s.kind }

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.now() }

// now is the present instant as it is stored: UTC, whole microseconds.
func (s *Store) now() time.Time { return instant(s.clock().Add(time.Duration(s.ahead.Load()))) }

func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Changes grows with every change that this process makes: what was counted before may be out of date.
func (s *Store) Changes() uint64 { return s.changes.Load() }

// reading is a handle for queries that change nothing.
func (s *Store) reading(ctx context.Context) *gorm.DB { return s.read.WithContext(ctx) }

// gormConfig keeps customers' addresses out of the log and leaves transactions to us.
func (s *Store) gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		NowFunc:                s.now,
		Logger:                 newStatementLog(s.log),
	}
}
