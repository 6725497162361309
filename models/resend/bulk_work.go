package resend

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// WorkBulk does the next slice of a set, each item in a transaction of its own. more says whether any is left
// to do.
func (s *Store) WorkBulk(ctx context.Context, jobID string) (more bool, err error) {
	var job BulkJob
	if err := s.db.Main.WithContext(ctx).Take(&job, "id = ?", jobID).Error; err != nil {
		return false, db.Wrap(err, "bulk job")
	}
	more, err = s.workState(ctx, job)
	if errors.Is(err, people.ErrLost) {
		return false, s.stopLost(ctx, job)
	}
	return more, err
}

func (s *Store) workState(ctx context.Context, job BulkJob) (more bool, err error) {
	switch job.State {
	case BulkChecking:
		if err := people.StillMay(s.db.ReadNow(ctx), job.actor(), models.Work); err != nil {
			return false, err
		}
		return s.checkSlice(ctx, job)
	case BulkUndoing:
		return s.undoSlice(ctx, job)
	case BulkRunning:
		if stopped, err := s.stopBulk(ctx, job); stopped || err != nil {
			return false, err
		}
		return s.workSlice(ctx, job)
	}
	return false, nil
}

// stopBulk ends a resend of several when customers have begun to complain.
func (s *Store) stopBulk(ctx context.Context, job BulkJob) (stopped bool, err error) {
	if job.Action != BulkResend {
		return false, nil
	}
	err = s.consent.GuardComplaints(ctx, job.actor())
	if refusal := (models.Refusal{}); !errors.As(err, &refusal) {
		return false, err
	}
	return true, s.db.InTx(ctx, func(t *db.Tx) error {
		recordBulk(t, models.Itself(job.AccountID), job, "stop")
		return moveBulk(t, job, []BulkState{BulkRunning}, map[string]any{"state": BulkStopped,
			"why": models.GuardComplaints, "ended_at": t.Now})
	})
}

// stopLost ends a set whose asker has no right to it any more; what has gone out has gone out.
func (s *Store) stopLost(ctx context.Context, job BulkJob) error {
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		recordBulk(t, models.Itself(job.AccountID), job, "stop")
		return moveBulk(t, job, []BulkState{BulkRunning, BulkChecking}, map[string]any{"state": BulkStopped,
			"why": models.GuardLostRight, "ended_at": t.Now})
	})
	if errors.Is(err, models.ErrNotYours) {
		return nil
	}
	return err
}

func (s *Store) workSlice(ctx context.Context, job BulkJob) (bool, error) {
	var items []BulkItem
	err := s.db.Main.WithContext(ctx).
		Where("account_id = ? AND job_id = ? AND state = 'waiting'", job.AccountID, job.ID).
		Order("position").Limit(bulkSlice).Find(&items).Error
	if err != nil {
		return false, db.Wrap(err, "items of a set")
	}
	for _, item := range items {
		if err := s.workItem(ctx, job, item); errors.Is(err, models.ErrNotYours) {
			return false, nil // paused, stopped or taken back
		} else if err != nil {
			return false, err
		}
	}
	if len(items) == bulkSlice {
		return true, nil
	}
	return false, s.db.InTx(ctx, func(t *db.Tx) error {
		err := moveBulk(t, job, []BulkState{BulkRunning},
			map[string]any{"state": BulkDone, "ended_at": t.Now})
		if errors.Is(err, models.ErrNotYours) {
			return nil
		}
		return err
	})
}

// workItem does one item by itself: what one guard refuses does not stop the rest.
func (s *Store) workItem(ctx context.Context, job BulkJob, item BulkItem) error {
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		if err := holdItem(t, job, BulkRunning, &item); err != nil || item.State != itemWaiting {
			return err
		}
		if err := people.StillMay(t, job.actor(), models.Work); err != nil {
			return err
		}
		err := doItem(t, job, &item)
		if refusal := (models.Refusal{}); errors.As(err, &refusal) {
			item.State, item.Guard, err = itemRefused, refusal.Guard, nil
		}
		if err != nil {
			return err
		}
		return saveItem(t, item)
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, models.ErrNotFound) {
		return s.refuseItem(ctx, job, item, err)
	}
	return err
}

// refuseItem records what only the database could see: somebody else was faster, or it is gone.
func (s *Store) refuseItem(ctx context.Context, job BulkJob, item BulkItem, why error) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := holdItem(t, job, BulkRunning, &item); err != nil || item.State != itemWaiting {
			return err
		}
		item.State, item.Guard = itemRefused, models.GuardLive
		if errors.Is(why, models.ErrNotFound) {
			item.Guard = models.GuardChanged
		}
		return saveItem(t, item)
	})
}

// holdItem holds the job, so that nobody pauses it or takes it back at this moment, and reads the item again.
func holdItem(t *db.Tx, job BulkJob, want BulkState, item *BulkItem) error {
	if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
		Take(&job, "account_id = ? AND id = ?", job.AccountID, job.ID).Error; err != nil {
		return db.Wrap(err, "bulk job")
	}
	if job.State != want {
		return models.ErrNotYours
	}
	return db.Wrap(t.Take(item, "account_id = ? AND job_id = ? AND position = ?",
		job.AccountID, job.ID, item.Position).Error, "item of a set")
}

func doItem(t *db.Tx, job BulkJob, item *BulkItem) error {
	if job.Action == BulkClear {
		item.State = itemCleared
		return ledger.Clear(t, job.actor(), item.NotificationID, job.Outcome, "", 0)
	}
	n, err := ledger.LockNotification(t, job.AccountID, item.NotificationID)
	if err != nil {
		return err
	}
	ask, p, err := planItem(t, job, n)
	if err != nil {
		return err
	}
	attempt, err := queueResend(t, job.actor(), n, ask, p)
	item.State, item.AttemptID, item.Digest, item.AddressID = itemSent, attempt.ID, p.digest(), p.address.ID
	if item.Way = ""; attempt.Channel != n.Channel {
		item.Way = attempt.Channel
	}
	return err
}

// planItem asks the guards for the channel that was chosen in place of the notification's own, where the
// customer takes it, else for its own.
func planItem(t *db.Tx, job BulkJob, n models.Notification) (ResendAsk, plan, error) {
	ways := []models.Channel{n.Channel}
	if other := n.Channel.Other(); slices.Contains(job.Channels(), other) {
		ways = []models.Channel{other, n.Channel}
	}
	for i, channel := range ways {
		ask := ResendAsk{NotificationID: n.ID, Bulk: true, Channel: channel}
		p, err := planResend(t, job.actor(), n, ask)
		if err == nil {
			err = notEqual(t, job, p)
		}
		if refusal := (models.Refusal{}); i == len(ways)-1 || !errors.As(err, &refusal) {
			return ask, p, err
		}
	}
	return ResendAsk{}, plan{}, models.ErrNotFound
}

// notEqual holds back what has gone to the same address with equal content in this set.
func notEqual(t *db.Tx, job BulkJob, p plan) error {
	var same int64
	err := t.Model(&BulkItem{}).
		Where("account_id = ? AND job_id = ? AND digest = ? AND digest <> '' AND state = 'sent'",
			job.AccountID, job.ID, p.digest()).
		Count(&same).Error
	if err == nil && same > 0 {
		return models.Refusal{Guard: models.GuardDuplicate}
	}
	return db.Wrap(err, "equal content")
}

// saveItem stores what became of an item, and counts it.
func saveItem(t *db.Tx, item BulkItem) error {
	if err := t.Save(&item).Error; err != nil {
		return db.Wrap(err, "saving an item of a set")
	}
	sent := 0
	if item.State == itemSent || item.State == itemCleared {
		sent = 1
	}
	return db.Wrap(
		t.Exec("UPDATE bulk_jobs SET done = done + 1, sent = sent + ? WHERE account_id = ? AND id = ?",
			sent, item.AccountID, item.JobID).Error,
		"counting an item of a set",
	)
}

// moveBulk changes a job that is in one of these states; ErrNotYours: it is not.
func moveBulk(t *db.Tx, job BulkJob, from []BulkState, to map[string]any) error {
	done := t.Model(&BulkJob{}).
		Where("account_id = ? AND id = ? AND state IN ?", job.AccountID, job.ID, from).Updates(to)
	if done.Error == nil && done.RowsAffected == 0 {
		return models.ErrNotYours
	}
	return db.Wrap(done.Error, "moving a bulk job")
}
