package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// tx is one transaction that may write.
type tx struct {
	*gorm.DB
	ctx       context.Context
	s         *Store
	now       time.Time
	audit     []AuditEntry
	days      dayChanges
	places    map[string]Account          // whose zone stays as it is until the end
	endpoints map[string]CallbackEndpoint // that were asked for
	told      []telling
}

// inTx runs fn in one transaction. Counters and audit lines are written last, in a fixed order, so that two
// transactions never wait for each other crosswise.
func (s *Store) inTx(ctx context.Context, fn func(t *tx) error) error {
	defer s.changes.Add(1)
	return s.write.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		t := &tx{DB: g, ctx: ctx, s: s, now: s.now()}
		if err := fn(t); err != nil {
			return err
		}
		return t.finish()
	})
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
