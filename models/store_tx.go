package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"undelivered/migrations"
)

// tx is one transaction that may write.
type tx struct {
	*gorm.DB
	ctx       context.Context
	s         *Store
	now       time.Time
	conn      *sql.Conn // PostgreSQL: the connection that River joins
	audit     []AuditEntry
	days      dayChanges
	places    map[string]Account          // whose zone stays as it is until the end
	endpoints map[string]CallbackEndpoint // that were asked for
	told      []telling
}

// inTx runs fn in one transaction. fn may run more than once, because what waits crosswise for another transaction is done
// again: whatever it leaves outside must come from its last run. Rows are held in one order: connection, account's
// registrations, job or request, notification, attempt, event, address, customer. Counters and audit lines are written last, in a fixed order, so that two
// transactions never wait for each other crosswise.
func (s *Store) inTx(ctx context.Context, fn func(t *tx) error) error {
	run := func(db *gorm.DB, conn *sql.Conn) error {
		return db.WithContext(ctx).Transaction(func(g *gorm.DB) error {
			t := &tx{DB: g, ctx: ctx, s: s, now: s.now(), conn: conn}
			if err := t.askDurable(); err != nil {
				return err
			}
			if err := fn(t); err != nil {
				return err
			}
			return t.finish()
		})
	}
	defer s.changes.Add(1)
	if s.kind == migrations.SQLite {
		err := run(s.write, nil)
		s.noteWrite(err)
		return err
	}
	for tries := 1; ; tries++ {
		err := s.onConnection(ctx, run)
		if !crossed(err) || tries == crossedTries {
			s.noteWrite(err)
			return err
		}
	}
}

// crossedTries is how often a transaction is done that each time waits crosswise for another.
const crossedTries = 5

func (s *Store) onConnection(ctx context.Context, run func(*gorm.DB, *sql.Conn) error) error {
	conn, err := s.main.Conn(ctx)
	if err != nil {
		return fmt.Errorf("models: connection: %w", err)
	}
	defer conn.Close()
	pinned := s.write.Session(&gorm.Session{Context: ctx})
	pinned.Statement.ConnPool = conn
	return run(pinned, conn)
}

func (s *Store) noteWrite(err error) {
	if s.pulse != nil {
		s.pulse.noteWrite(err)
	}
}

func (t *tx) finish() error {
	if err := t.writeDays(); err != nil {
		return err
	}
	if err := t.tellActions(); err != nil {
		return err
	}
	if err := t.writeCalls(); err != nil {
		return err
	}
	if err := t.answerAskers(); err != nil {
		return err
	}
	return t.writeAudit()
}

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
