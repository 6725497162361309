package resend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// ExpireLeases ends what a worker that died, or hangs, had in hand. habits tells a provider's habits by its
// code.
func (s *Store) ExpireLeases(ctx context.Context,
	habits func(provider string) models.DeliveryPromises) (int, error) {
	return s.sweep(
		ctx,
		"own_state = 'sending' AND lease_until < ?",
		func(t *db.Tx, h *models.Handover) error {
			if h.Attempt.OwnState != models.Sending || h.Attempt.LeaseUntil == nil ||
				!h.Attempt.LeaseUntil.Before(t.Now) {
				return nil
			}
			var c models.Connection
			if err := t.Take(&c, "id = ?", h.Attempt.ConnectionID).Error; err != nil {
				return db.Wrap(err, "connection")
			}
			return leftOpen(t, &h.Notification, &h.Attempt, habits(c.Provider), "stopped")
		},
	)
}

// SettleDue turns attempts that were accepted and heard no bad news for their settling time into presumed.
func (s *Store) SettleDue(ctx context.Context) (int, error) {
	return s.sweep(ctx, "own_state = 'accepted' AND settle_at < ?", func(t *db.Tx, h *models.Handover) error {
		a := &h.Attempt
		if a.OwnState != models.AttemptAccepted || a.SettleAt == nil {
			return nil
		}
		a.SettleAt = nil
		if a.Outcome == models.AttemptAccepted {
			a.OwnState, a.OwnAt, a.Why = models.Presumed, t.Now, "no_news"
		}
		return ledger.SaveOwn(t, &h.Notification, a)
	})
}

// RequeueLost asks again for the hand-over of attempts that are due and whose job is gone.
func (s *Store) RequeueLost(ctx context.Context) (int, error) {
	return s.sweepAt(
		ctx,
		s.db.Now().Add(-2*time.Minute),
		"own_state = 'queued' AND due_at < ?",
		func(t *db.Tx, h *models.Handover) error {
			a := &h.Attempt
			if a.OwnState != models.Queued {
				return nil
			}
			a.DueAt = &t.Now
			if err := t.Save(a).Error; err != nil {
				return db.Wrap(err, "queueing again")
			}
			return ledger.AskHandover(t, *a)
		},
	)
}

func (s *Store) sweep(ctx context.Context, where string,
	each func(*db.Tx, *models.Handover) error) (int, error) {
	return s.sweepAt(ctx, s.db.Now(), where, each)
}

// sweepAt gives each attempt that is due a transaction of its own with its notification held.
func (s *Store) sweepAt(ctx context.Context, due time.Time, where string,
	each func(*db.Tx, *models.Handover) error) (int, error) {
	var all []models.Attempt
	err := s.db.Main.WithContext(ctx).Select("id", "account_id").Where(where, due).Limit(db.SweepSlice).
		Find(&all).Error
	if err != nil {
		return 0, db.Wrap(err, "sweeping")
	}
	var failed []error // one that can't be worked on does not keep the others waiting
	for _, one := range all {
		err := s.db.InTx(ctx, func(t *db.Tx) error {
			var h models.Handover
			if err := loadHandover(t, &h, one); err != nil {
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

// RematchUnmatched gives kept events another chance when their attempt has appeared since, and forgets those
// that found none for thirty days.
func (s *Store) RematchUnmatched(ctx context.Context) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		err := t.Exec(
			`UPDATE events SET state = 'due', due_at = ? WHERE state = 'unmatched' AND received_at > ?
				AND EXISTS (
			SELECT 1 FROM attempts a WHERE a.account_id = events.account_id
				AND a.connection_id = events.connection_id
			AND a.provider_message_id <> '' AND a.provider_message_id = events.provider_message_id)`,
			t.Now,
			t.Now.Add(-time.Hour),
		).Error
		if err != nil {
			return db.Wrap(err, "matching again")
		}
		return db.Wrap(
			t.Exec("DELETE FROM events WHERE state = 'unmatched' AND received_at < ?",
				t.Now.Add(-t.Database.Limits().KeepUnmatched)).Error,
			"forgetting",
		)
	})
}
