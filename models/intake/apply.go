package intake

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// How stored events are applied: in slices, and after a failure one by one, at most ten times.
const (
	applySlice = 10 // a slice holds SQLite's one writer, and providers wait meanwhile
	applyTries = 10
	applyPause = 2 * time.Second // another instance may have stored events
)

// How the applier lets events be stored first: providers wait for that, and nobody for the other.
const (
	rushLasts   = 100 * time.Millisecond // since reports last came several at a time
	rushStep    = 10 * time.Millisecond
	giveWayMost = time.Second
)

// storedNow notes how many reports were stored together: several means that they come in a rush.
func (in *intake) storedNow(together int) {
	if together > 1 {
		in.rushUntil.Store(time.Now().Add(rushLasts).UnixMicro())
	}
}

// giveWay waits for the end of a rush, but not for long.
func (in *intake) giveWay(ctx context.Context) {
	for until := time.Now().Add(giveWayMost); time.Now().Before(until) && ctx.Err() == nil; {
		left := time.Until(time.UnixMicro(in.rushUntil.Load()))
		if left <= 0 && in.waiting.Load() == 0 {
			return
		}
		time.Sleep(min(max(left, time.Millisecond), rushStep))
	}
}

func (in *intake) applyForEver(ctx context.Context) {
	tick := time.NewTicker(applyPause)
	defer tick.Stop()
	for {
		for {
			in.giveWay(ctx)
			n, err := in.s.applyDue(ctx, applySlice)
			if err != nil && ctx.Err() == nil {
				in.s.db.Log.Warn("a slice of events failed; trying them one by one", "error", err)
				n = in.s.applyOneByOne(ctx)
			}
			if n == 0 || ctx.Err() != nil {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-in.wake:
		case <-tick.C:
		}
	}
}

// applyDue applies up to limit stored events in one transaction and returns how many it took. Instances side
// by side skip each other's rows.
func (s *Store) applyDue(ctx context.Context, limit int) (int, error) {
	var due []models.Event
	err := s.db.InTx(context.WithoutCancel(ctx), func(t *db.Tx) error {
		err := t.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("state = 'due' AND due_at <= ?", t.Now).Order("due_at, id").Limit(limit).Find(&due).Error
		if err != nil {
			return err
		}
		for i := range due {
			if err := apply(t, &due[i]); err != nil {
				return fmt.Errorf("event %s: %w", due[i].ID, err)
			}
		}
		return nil
	})
	return len(due), err
}

// applyOneByOne gives each due event a transaction of its own, so that a bad one keeps nobody waiting.
func (s *Store) applyOneByOne(ctx context.Context) int {
	done := 0
	for range applySlice {
		n, failed, err := s.applyNext(context.WithoutCancel(ctx))
		if n == 0 || ctx.Err() != nil {
			break
		}
		done += n
		if err != nil {
			s.putOff(failed, err)
		}
	}
	return done
}

func (s *Store) applyNext(ctx context.Context) (n int, e models.Event, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		n, e = 0, models.Event{}
		var due []models.Event
		err := t.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("state = 'due' AND due_at <= ?", t.Now).Order("due_at, id").Limit(1).Find(&due).Error
		if err != nil || len(due) == 0 {
			return err
		}
		n, e = 1, due[0]
		return apply(t, &e)
	})
	return n, e, err
}

// putOff sets the time of the next try; after the tenth the event is parked for support.
func (s *Store) putOff(e models.Event, cause error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	state, wait := models.EventDue, time.Second<<min(e.Tries, applyTries)
	if e.Tries+1 >= applyTries {
		state = models.EventParked
	}
	s.db.Log.Warn("an event could not be applied", "event", e.ID, "tries", e.Tries+1, "error", cause)
	err := s.db.Main.WithContext(ctx).Model(&models.Event{}).
		Where("account_id = ? AND id = ?", e.AccountID, e.ID).Updates(map[string]any{
		"tries": e.Tries + 1, "state": state, "due_at": s.db.Now().Add(wait), "error": cause.Error(),
	}).Error
	if err != nil {
		s.db.Log.Error("an event could not be put off", "event", e.ID, "error", err)
	}
}

// Settled waits until no stored event is due: for tests and for filling the demo.
func (s *Store) Settled(ctx context.Context) error {
	for {
		var due int64
		if err := s.db.Reading(ctx).Model(&models.Event{}).Where("state = 'due'").Limit(1).Count(&due).Error; err != nil {
			return fmt.Errorf("models: waiting for events: %w", err)
		}
		if due == 0 {
			return nil
		}
		s.intake.poke()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}
