package models

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm"
)

// tx is one transaction that may write.
type tx struct {
	*gorm.DB
	ctx   context.Context
	s     *Store
	now   time.Time
	audit []AuditEntry
	kept  map[reflect.Type]any // what belongs to this transaction alone, each part by its own type (keptIn)
}

// keptIn is what a part of the house keeps until the end of a transaction, by its own type; at first the zero T.
func keptIn[T any](t *tx) *T {
	key := reflect.TypeFor[T]()
	if t.kept == nil {
		t.kept = map[reflect.Type]any{}
	}
	if t.kept[key] == nil {
		t.kept[key] = new(T)
	}
	return t.kept[key].(*T)
}

// inTx runs fn in one transaction. fn may run more than once, because what waits crosswise for another transaction is done
// again: whatever it leaves outside must come from its last run, and what it reads into must be empty at each. Rows are
// held in one order: connection, account's registrations, job or request, notification, attempt, event, address, customer.
// Counters and audit lines are written last (atEnd), in a fixed order, so that two transactions never wait for each other
// crosswise.
func (s *Store) inTx(ctx context.Context, fn func(t *tx) error) error {
	defer s.changes.Add(1)
	for tries := 1; ; tries++ {
		err := s.write.WithContext(ctx).Transaction(func(g *gorm.DB) error {
			t := &tx{DB: g, ctx: ctx, s: s, now: s.now()}
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

func (s *Store) noteWrite(err error) {
	if s.pulse != nil {
		s.pulse.noteWrite(err)
	}
}

// finish does what comes last: what was asked for with atEnd, in that order, and the audit lines.
func (t *tx) finish() error {
	for _, step := range t.s.last {
		if err := step(t); err != nil {
			return err
		}
	}
	return t.writeAudit()
}

// atEnd has steps done at the end of every transaction, in the order in which they are given.
func (s *Store) atEnd(steps ...func(t *tx) error) { s.last = append(s.last, steps...) }

// found turns gorm's "no such row" into ErrNotFound and wraps the rest with what was being done.
func found(err error, doing string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("models: %s: %w", doing, err)
	}
	return nil
}
