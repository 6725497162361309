// Package db is what the wings of models share: pools, transactions, jobs, sealed values, the writer of the
// activity log, and what makes a request count once. It knows no rule of the product.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"undelivered/migrations"
	"undelivered/models"
)

// Options are what a store needs to know from the settings of the program.
type Options struct {
	URL        string // postgres://…, or empty for the SQLite file
	ReplicaURL string // a read replica for report and dashboard; PostgreSQL only
	File       string // path of the SQLite file, when URL is empty
	Key        []byte // 32 bytes: encrypts provider credentials
	OldKeys    [][]byte
	Log        *slog.Logger
	Limits     models.Limits
	// RealOnly: nothing is ever handed to the simulator, which sends nothing and says that it arrived.
	RealOnly bool
	// Now is the clock, UTC; nil means the machine's. Tests turn it.
	Now func() time.Time
	// Machine is the machine's clock, where the database's is to correct it; nil: time.Now.
	Machine func() time.Time
}

// DB is the database at hand, SQLite or PostgreSQL.
type DB struct {
	Main  *gorm.DB // SQLite: one connection
	Pages *gorm.DB // pages: SQLite: four connections that cannot write; PostgreSQL: short statements only
	// the read replica, for report and dashboard only; the same as Pages where there is none
	Replica  *gorm.DB
	copied   *replica // how the read replica does; nil: there is none
	Pool     *sql.DB
	asked    *sql.DB // the pulse's own connection
	closers  []func()
	Kind     migrations.Dialect
	Seal     sealer
	Log      *slog.Logger
	clock    func() time.Time
	limits   models.Limits
	realOnly bool
	jobs     jobs
	last     []func(t *Tx) error // what every transaction ends with (AtEnd)
	pulse    *pulse
	File     string      // of an embedded database
	Held     atomic.Bool // nothing goes out: the database is a copy
	// pooled: PostgreSQL is reached through a pooler that gives another connection to each transaction.
	pooled bool
	// instance is this program's name among those that run on the database.
	instance string
	// machine: the clock is the machine's, and goes as far wrong as ahead says.
	machine bool
	ahead   atomic.Int64
	// changes counts the transactions that this process has made.
	changes atomic.Uint64
}

// Open opens the database and brings its schema up to date.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{Log: o.Log, clock: o.Now, limits: o.Limits.OrDefault(), realOnly: o.RealOnly}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.machine = d.clock == nil; d.machine {
		if d.clock = o.Machine; d.clock == nil {
			d.clock = time.Now
		}
	}
	d.instance = models.NewID("ins", d.Now())
	var err error
	if d.Seal, err = newSealer(o.Key, o.OldKeys); err != nil {
		return nil, err
	}
	if err := d.open(ctx, o); err != nil {
		d.Close()
		return nil, err
	}
	d.pulse = startPulse(d.asked)
	return d, nil
}

func (s *DB) open(ctx context.Context, o Options) (err error) {
	if o.URL == "" {
		s.File = o.File
		if err = s.openSQLite(ctx, o.File); err != nil {
			err = fmt.Errorf("%s: %w", o.File, err)
		}
	} else {
		err = s.openPostgres(ctx, o.URL, o.ReplicaURL)
	}
	if err == nil {
		err = s.settleDigestKey(ctx)
	}
	if err == nil {
		err = s.syncClock(ctx)
	}
	return err
}

// Close stops the pulse and closes the pools, the last one opened first.
func (s *DB) Close() {
	if s.pulse != nil {
		s.pulse.stop()
	}
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
}
