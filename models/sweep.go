package models

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// sweepSlice is how many rows one sweep looks at, so that it never holds the database long.
const sweepSlice = 200

// ExpireLeases ends what a worker that died, or hangs, had in hand (A12). habits tells a provider's habits by its code.
func (s *Store) ExpireLeases(ctx context.Context, habits func(provider string) Habits) (int, error) {
	return s.sweep(ctx, "own_state = 'sending' AND lease_until < ?", func(t *tx, h *Handover) error {
		if h.Attempt.OwnState != Sending || h.Attempt.LeaseUntil == nil || !h.Attempt.LeaseUntil.Before(t.now) {
			return nil
		}
		var c Connection
		if err := t.Take(&c, "id = ?", h.Attempt.ConnectionID).Error; err != nil {
			return found(err, "connection")
		}
		return t.leftOpen(&h.Notification, &h.Attempt, habits(c.Provider), "stopped")
	})
}

// SettleDue turns attempts that were accepted and heard no bad news for their settling time into presumed (A18).
func (s *Store) SettleDue(ctx context.Context) (int, error) {
	return s.sweep(ctx, "own_state = 'accepted' AND settle_at < ?", func(t *tx, h *Handover) error {
		a := &h.Attempt
		if a.OwnState != AttemptAccepted || a.SettleAt == nil {
			return nil
		}
		a.SettleAt = nil
		if a.Outcome == AttemptAccepted {
			a.OwnState, a.OwnAt, a.Why = Presumed, t.now, "no_news"
		}
		return t.saveOwn(&h.Notification, a)
	})
}

// RequeueLost asks again for the hand-over of attempts that are due and whose job is gone.
func (s *Store) RequeueLost(ctx context.Context) (int, error) {
	return s.sweepAt(ctx, s.now().Add(-2*time.Minute), "own_state = 'queued' AND due_at < ?", func(t *tx, h *Handover) error {
		a := &h.Attempt
		if a.OwnState != Queued {
			return nil
		}
		a.DueAt = &t.now
		if err := t.Save(a).Error; err != nil {
			return found(err, "queueing again")
		}
		return t.askHandover(*a)
	})
}

func (s *Store) sweep(ctx context.Context, where string, each func(*tx, *Handover) error) (int, error) {
	return s.sweepAt(ctx, s.now(), where, each)
}

// sweepAt gives each attempt that is due a transaction of its own with its notification held.
func (s *Store) sweepAt(ctx context.Context, due time.Time, where string, each func(*tx, *Handover) error) (int, error) {
	var all []Attempt
	err := s.write.WithContext(ctx).Select("id", "account_id").Where(where, due).Limit(sweepSlice).
		Find(&all).Error
	if err != nil {
		return 0, found(err, "sweeping")
	}
	var failed []error // one that can't be worked on does not keep the others waiting
	for _, one := range all {
		err := s.inTx(ctx, func(t *tx) error {
			var h Handover
			if err := t.loadHandover(&h, one); err != nil {
				return err
			}
			return each(t, &h)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("attempt %s: %w", one.ID, err))
		}
	}
	return len(all), errors.Join(failed...)
}

// RematchUnmatched gives kept events another chance when their attempt has appeared since, and forgets those that
// found none for thirty days.
func (s *Store) RematchUnmatched(ctx context.Context) error {
	return s.inTx(ctx, func(t *tx) error {
		err := t.Exec(`UPDATE events SET state = 'due', due_at = ? WHERE state = 'unmatched' AND received_at > ? AND EXISTS (
			SELECT 1 FROM attempts a WHERE a.account_id = events.account_id
				AND a.connection_id = events.connection_id
			AND a.provider_message_id <> '' AND a.provider_message_id = events.provider_message_id)`, t.now, t.now.Add(-time.Hour)).Error
		if err != nil {
			return found(err, "matching again")
		}
		return found(t.Exec("DELETE FROM events WHERE state = 'unmatched' AND received_at < ?", t.now.Add(-t.s.limits.KeepUnmatched)).Error, "forgetting")
	})
}
