package models

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// WorkBulk does the next slice of a set, each item in a transaction of its own. more says whether any is left to do.
func (s *Store) WorkBulk(ctx context.Context, jobID string) (more bool, err error) {
	var job BulkJob
	if err := s.write.WithContext(ctx).Take(&job, "id = ?", jobID).Error; err != nil {
		return false, found(err, "bulk job")
	}
	switch job.State {
	case BulkChecking:
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
	err = s.guardComplaints(ctx, job.actor())
	if refusal := (Refusal{}); !errors.As(err, &refusal) {
		return false, err
	}
	return true, s.inTx(ctx, func(t *tx) error {
		t.recordBulk(Itself(job.AccountID), job, "stop")
		return t.moveBulk(job, []BulkState{BulkRunning}, map[string]any{"state": BulkStopped,
			"why": GuardComplaints, "ended_at": t.now})
	})
}

func (s *Store) workSlice(ctx context.Context, job BulkJob) (bool, error) {
	var items []bulkItem
	err := s.write.WithContext(ctx).
		Where("account_id = ? AND job_id = ? AND state = 'waiting'", job.AccountID, job.ID).Order("position").Limit(bulkSlice).Find(&items).Error
	if err != nil {
		return false, found(err, "items of a set")
	}
	for _, item := range items {
		if err := s.workItem(ctx, job, item); errors.Is(err, ErrNotYours) {
			return false, nil // paused, stopped or taken back
		} else if err != nil {
			return false, err
		}
	}
	if len(items) == bulkSlice {
		return true, nil
	}
	return false, s.inTx(ctx, func(t *tx) error {
		err := t.moveBulk(job, []BulkState{BulkRunning}, map[string]any{"state": BulkDone, "ended_at": t.now})
		if errors.Is(err, ErrNotYours) {
			return nil
		}
		return err
	})
}

// workItem does one item by itself: what one guard refuses does not stop the rest.
func (s *Store) workItem(ctx context.Context, job BulkJob, item bulkItem) error {
	err := s.inTx(ctx, func(t *tx) error {
		if err := t.holdItem(job, BulkRunning, &item); err != nil || item.State != itemWaiting {
			return err
		}
		err := t.doItem(job, &item)
		if refusal := (Refusal{}); errors.As(err, &refusal) {
			item.State, item.Guard, err = itemRefused, refusal.Guard, nil
		}
		if err != nil {
			return err
		}
		return t.saveItem(item)
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, ErrNotFound) {
		return s.refuseItem(ctx, job, item, err)
	}
	return err
}

// refuseItem records what only the database could see: somebody else was faster, or it is gone.
func (s *Store) refuseItem(ctx context.Context, job BulkJob, item bulkItem, why error) error {
	return s.inTx(ctx, func(t *tx) error {
		if err := t.holdItem(job, BulkRunning, &item); err != nil || item.State != itemWaiting {
			return err
		}
		item.State, item.Guard = itemRefused, GuardLive
		if errors.Is(why, ErrNotFound) {
			item.Guard = GuardChanged
		}
		return t.saveItem(item)
	})
}

// holdItem holds the job, so that nobody pauses it or takes it back at this moment, and reads the item again.
func (t *tx) holdItem(job BulkJob, want BulkState, item *bulkItem) error {
	if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
		Take(&job, "account_id = ? AND id = ?", job.AccountID, job.ID).Error; err != nil {
		return found(err, "bulk job")
	}
	if job.State != want {
		return ErrNotYours
	}
	return found(t.Take(item, "account_id = ? AND job_id = ? AND position = ?",
		job.AccountID, job.ID, item.Position).Error, "item of a set")
}

func (t *tx) doItem(job BulkJob, item *bulkItem) error {
	if job.Action == BulkClear {
		item.State = itemCleared
		return t.clear(job.actor(), item.NotificationID, job.Outcome, "", 0)
	}
	n, err := t.lockNotification(job.AccountID, item.NotificationID)
	if err != nil {
		return err
	}
	ask, p, err := t.planItem(job, n)
	if err != nil {
		return err
	}
	attempt, err := t.queueResend(job.actor(), n, ask, p)
	item.State, item.AttemptID, item.Digest, item.AddressID = itemSent, attempt.ID, p.digest(), p.address.ID
	if item.Way = ""; attempt.Channel != n.Channel {
		item.Way = attempt.Channel
	}
	return err
}

// planItem asks the guards for the channel that was chosen in place of the notification's own, where the customer takes
// it, else for its own.
func (t *tx) planItem(job BulkJob, n Notification) (ResendAsk, plan, error) {
	ways := []Channel{n.Channel}
	if other := n.Channel.other(); slices.Contains(job.Channels(), other) {
		ways = []Channel{other, n.Channel}
	}
	for i, channel := range ways {
		ask := ResendAsk{NotificationID: n.ID, Bulk: true, Channel: channel}
		p, err := t.plan(job.actor(), n, ask)
		if err == nil {
			err = t.notEqual(job, p)
		}
		if refusal := (Refusal{}); i == len(ways)-1 || !errors.As(err, &refusal) {
			return ask, p, err
		}
	}
	return ResendAsk{}, plan{}, ErrNotFound
}

// notEqual holds back what has gone to the same address with equal content in this set.
func (t *tx) notEqual(job BulkJob, p plan) error {
	var same int64
	err := t.Model(&bulkItem{}).
		Where("account_id = ? AND job_id = ? AND digest = ? AND digest <> '' AND state = 'sent'", job.AccountID, job.ID, p.digest()).Count(&same).Error
	if err == nil && same > 0 {
		return Refusal{Guard: GuardDuplicate}
	}
	return found(err, "equal content")
}

// saveItem stores what became of an item, and counts it.
func (t *tx) saveItem(item bulkItem) error {
	if err := t.Save(&item).Error; err != nil {
		return found(err, "saving an item of a set")
	}
	sent := 0
	if item.State == itemSent || item.State == itemCleared {
		sent = 1
	}
	return found(t.Exec("UPDATE bulk_jobs SET done = done + 1, sent = sent + ? WHERE account_id = ? AND id = ?",
		sent, item.AccountID, item.JobID).Error, "counting an item of a set")
}

// moveBulk changes a job that is in one of these states; ErrNotYours: it is not.
func (t *tx) moveBulk(job BulkJob, from []BulkState, to map[string]any) error {
	done := t.Model(&BulkJob{}).
		Where("account_id = ? AND id = ? AND state IN ?", job.AccountID, job.ID, from).Updates(to)
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotYours
	}
	return found(done.Error, "moving a bulk job")
}
