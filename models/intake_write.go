package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"gorm.io/gorm/clause"
)

func (in *intake) write(door chan delivery) {
	for first := range door {
		batch := []delivery{first}
		runtime.Gosched() // requests that are being read get in as well, and a lone one does not wait
		for size := len(first.events); size < intakeBatch; {
			next, more := tryTake(door)
			if !more {
				break
			}
			batch, size = append(batch, next), size+len(next.events)
		}
		err := in.s.storeBatch(batch)
		if wrongData(err) {
			in.s.storeApart(batch)
			err = nil
		}
		in.storedNow(len(batch))
		for _, d := range batch {
			d.stored <- cmp.Or(err, d.err)
		}
		in.poke()
	}
}

// storeBatch writes all deliveries in one transaction: when it fails nobody is told that theirs is stored. Those whose
// connection has changed meanwhile get their own error, and the others are written without them.
func (s *Store) storeBatch(batch []delivery) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for {
		err := s.inTx(ctx, func(t *tx) error { return t.storeBatch(batch) })
		if !errors.Is(err, ErrChanged) {
			return err
		}
	}
}

func (t *tx) storeBatch(batch []delivery) error {
	if err := t.spend(batch); err != nil {
		return err
	}
	rows := fold(batch)
	if len(rows) == 0 {
		return nil
	}
	if err := t.takePlaces(rows); err != nil {
		return err
	}
	err := t.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "connection_id"}, {Name: "dedupe_key"}},
		DoUpdates: clause.Assignments(map[string]any{"copies": t.raw("events.copies + excluded.copies")}),
	}).CreateInBatches(rows, 200).Error
	if err != nil {
		return fmt.Errorf("models: storing events: %w", err)
	}
	return t.hear(batch)
}

// fold counts copies within the batch, because one statement cannot meet the same key twice.
func fold(batch []delivery) (rows []Event) {
	type key struct{ connection, dedupe string }
	at := map[key]int{}
	for _, d := range batch {
		if d.err != nil {
			continue
		}
		for _, e := range d.events {
			k := key{e.ConnectionID, e.DedupeKey}
			if i, copied := at[k]; copied {
				rows[i].Copies++
				continue
			}
			at[k] = len(rows)
			rows = append(rows, e)
		}
	}
	return rows
}
