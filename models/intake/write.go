package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
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

// storeBatch writes all deliveries in one transaction: when it fails nobody is told that theirs is stored.
// Those whose connection has changed meanwhile get their own error, and the others are written without them.
func (s *Store) storeBatch(batch []delivery) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for {
		err := s.db.InTx(ctx, func(t *db.Tx) error { return storeBatch(t, batch) })
		if !errors.Is(err, connection.ErrChanged) {
			return err
		}
	}
}

func storeBatch(t *db.Tx, batch []delivery) error {
	if err := spend(t, batch); err != nil {
		return err
	}
	rows := fold(batch)
	if len(rows) == 0 {
		return nil
	}
	if err := TakePlaces(t, rows); err != nil {
		return err
	}
	err := t.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "connection_id"}, {Name: "dedupe_key"}},
		DoUpdates: clause.Assignments(map[string]any{"copies": t.Expr("events.copies + excluded.copies")}),
	}).CreateInBatches(rows, 200).Error
	if err != nil {
		return fmt.Errorf("models: storing events: %w", err)
	}
	return hear(t, batch)
}

// fold counts copies within the batch, because one statement cannot meet the same key twice.
func fold(batch []delivery) (rows []models.Event) {
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

// hear notes that connections were heard, and finds the deliveries of those that are not what their token
// opened any more: they get ErrChanged, and so does the caller, who stores the others without them. The rows
// are held until the commit, so that a removal, or another secret, comes before all of it or after, whichever
// instance does it.
func hear(t *db.Tx, batch []delivery) error {
	now, err := heardNow(t, batch)
	if err != nil {
		return err
	}
	for i := range batch {
		if d := &batch[i]; d.err == nil && d.from.ByToken && !d.from.Still(now[d.from.ID], t.Now) {
			d.err, err = connection.ErrChanged, connection.ErrChanged
		}
	}
	return err
}

func heardNow(t *db.Tx, batch []delivery) (map[string]models.Connection, error) {
	byID := map[string]models.Connection{}
	for _, d := range batch {
		if d.err == nil {
			byID[d.from.ID] = models.Connection{}
		}
	}
	var rows []models.Connection
	err := t.Raw(`UPDATE connections SET heard_at = ? WHERE id IN ?
		RETURNING id, token_hash, settings_sealed, removed_at, old_token_hash, old_token_until, old_settings_sealed, old_settings_until`,
		t.Now, slices.Sorted(maps.Keys(byID))).Scan(&rows).Error
	for _, c := range rows {
		byID[c.ID] = c
	}
	return byID, db.Wrap(err, "noting who was heard")
}
