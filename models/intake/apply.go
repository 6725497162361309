package intake

import (
	"context"
	"fmt"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// How stored events are applied: in slices, and one that fails at most ten times.
const (
	applySlice = 200 // a slice holds SQLite's one writer, and providers wait meanwhile
	applyTries = 10
	applyPause = 2 * time.Second // another instance may have stored events
)

// How the applier lets events be stored first: providers wait for that, and nobody for the other.
const (
	rushLasts = 100 * time.Millisecond // since reports last came several at a time
	rushStep  = 10 * time.Millisecond
	// so that what is stored has its effect within two seconds under load, too
	giveWayMost = 25 * time.Millisecond
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
		in.applyWaiting(ctx)
		select {
		case <-ctx.Done():
			return
		case <-in.wake:
		case <-tick.C:
		}
	}
}

// applyWaiting applies until nothing is due. A slice that fails is tried again in smaller ones, down to the
// one event that fails, which is put off; so a bad event holds nobody for long.
func (in *intake) applyWaiting(ctx context.Context) {
	for limit := applySlice; ctx.Err() == nil; limit = min(2*limit, applySlice) {
		in.giveWay(ctx)
		n, err := in.s.applyDue(ctx, limit)
		for err != nil && ctx.Err() == nil && limit > 1 {
			in.s.db.Log.Warn("a slice of events failed; trying a smaller one", "events", limit, "error", err)
			limit = max(limit/4, 1)
			n, err = in.s.applyDue(ctx, limit)
		}
		if err != nil && ctx.Err() == nil {
			n = in.s.applyAlone(ctx)
		}
		if n == 0 {
			return
		}
	}
}

// applyDue applies up to limit stored events in one transaction and returns how many it took. Instances side
// by side skip each other's rows.
func (s *Store) applyDue(ctx context.Context, limit int) (int, error) {
	var due []models.Event
	err := s.db.InTx(context.WithoutCancel(ctx), func(t *db.Tx) (err error) {
		if due, err = s.due(t, limit); err != nil {
			return err
		}
		return applyAll(t, due)
	})
	if err == nil && len(due) > 0 {
		s.after.Store(&due[len(due)-1].AccountID)
	}
	return len(due), err
}

// applyAlone gives one due event a transaction of its own, without any that comes with it, and puts it off
// when it fails.
func (s *Store) applyAlone(ctx context.Context) int {
	n, failed, err := s.applyNext(context.WithoutCancel(ctx))
	if err != nil && n > 0 {
		s.putOff(failed, err)
	}
	return n
}

func (s *Store) applyNext(ctx context.Context) (n int, e models.Event, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		n, e = 0, models.Event{}
		due, err := s.due(t, 1)
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
