package db

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
)

// Tx is one transaction that may write.
type Tx struct {
	*gorm.DB
	ctx       context.Context
	Database  *DB
	Now       time.Time
	Audit     []models.AuditEntry
	askedJobs []river.InsertManyParams
	slate     *slate // what it knows without asking; nil: nothing
	// what belongs to this transaction alone, each part by its own type (keptIn)
	kept map[reflect.Type]any
}

// KeptIn is what a part of the house keeps until the end of a transaction, by its own type; at first the zero
// T.
func KeptIn[T any](t *Tx) *T {
	key := reflect.TypeFor[T]()
	if t.kept == nil {
		t.kept = map[reflect.Type]any{}
	}
	if t.kept[key] == nil {
		t.kept[key] = new(T)
	}
	return t.kept[key].(*T)
}

// InTx runs fn in one transaction. fn may run more than once, because what waits crosswise for another
// transaction is done again: whatever it leaves outside must come from its last run, and what it reads into
// must be empty at each. Rows are held in one order: connection, account's registrations, job or request,
// notification, attempt, event, address, customer. Counters and audit lines are written last (atEnd), in a
// fixed order, so that two transactions never wait for each other crosswise.
func (s *DB) InTx(ctx context.Context, fn func(t *Tx) error) error {
	defer s.changes.Add(1)
	for tries := 1; ; tries++ {
		err := s.Main.WithContext(ctx).Transaction(func(g *gorm.DB) error {
			t := (&Tx{ctx: ctx, Database: s, Now: s.Now()}).knownBy(g)
			if err := t.askDurable(); err != nil {
				return err
			}
			if err := fn(t); err != nil {
				return err
			}
			return t.finish()
		})
		if !crossed(err) || tries == crossedTries {
			s.noteWrite(err)
			return err
		}
	}
}

// crossedTries is how often a transaction is done that each time waits crosswise for another.
const crossedTries = 5

func (s *DB) noteWrite(err error) {
	if s.pulse != nil {
		s.pulse.noteWrite(err)
	}
}

// finish does what comes last: what was asked for with atEnd, in that order, and the audit lines.
func (t *Tx) finish() error {
	if err := t.Unlearn(); err != nil {
		return err
	}
	for _, step := range t.Database.last {
		if err := step(t); err != nil {
			return err
		}
	}
	if err := t.writeJobs(); err != nil {
		return err
	}
	return t.writeAudit()
}

// AtEnd has steps done at the end of every transaction, in the order in which they are given.
func (s *DB) AtEnd(steps ...func(t *Tx) error) { s.last = append(s.last, steps...) }

// Wrap turns gorm's "no such row" into ErrNotFound and wraps the rest with what was being done.
func Wrap(err error, doing string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("models: %s: %w", doing, err)
	}
	return nil
}

func (t *Tx) Expr(sql string, values ...any) clause.Expr { return gorm.Expr(sql, values...) }

func Utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	plain := models.Instant(*at)
	return &plain
}

// ReadTx is a tx for the same questions as in a transaction, outside of one; it cannot write.
func (s *DB) ReadTx(ctx context.Context) *Tx {
	return &Tx{DB: s.Reading(ctx), ctx: ctx, Database: s, Now: s.Now()}
}

// ReadNow is looking where every commit is seen at once: a replica may be late.
func (s *DB) ReadNow(ctx context.Context) *Tx {
	return &Tx{DB: s.Main.WithContext(ctx), ctx: ctx, Database: s, Now: s.Now()}
}
