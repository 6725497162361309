package resend

import (
	"context"
	"errors"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// PauseBulk stops the work after the item that is being done.
func (s *Store) PauseBulk(ctx context.Context, a models.Actor, id string) error {
	return s.turnBulk(ctx, a, id, "pause", []BulkState{BulkRunning}, BulkPaused)
}

// ResumeBulk goes on with what is left.
func (s *Store) ResumeBulk(ctx context.Context, a models.Actor, id string) error {
	return s.turnBulk(ctx, a, id, "resume", []BulkState{BulkPaused}, BulkRunning)
}

// UndoBulk takes back what can be: resends that are still queued are cancelled, what was cleared goes back on
// the report, and what has not been done yet never is.
func (s *Store) UndoBulk(ctx context.Context, a models.Actor, id string) error {
	return s.turnBulk(ctx, a, id, "undo", []BulkState{BulkRunning, BulkPaused, BulkDone, BulkStopped},
		BulkUndoing)
}

// turnBulk changes the state of a job on a person's word; where it has moved on already, nothing happens.
func (s *Store) turnBulk(ctx context.Context, a models.Actor, id, act string, from []BulkState,
	to BulkState) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var job BulkJob
		if err := t.Take(&job, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
			return db.Wrap(err, "bulk job")
		}
		err := moveBulk(t, job, from, map[string]any{"state": to})
		if errors.Is(err, models.ErrNotYours) {
			return nil
		}
		if err != nil {
			return err
		}
		recordBulk(t, a, job, act)
		if to == BulkPaused {
			return nil
		}
		return askBulk(t, id)
	})
}

// undoSlice takes the next items back, the first ones first: they are the next to go out.
func (s *Store) undoSlice(ctx context.Context, job BulkJob) (bool, error) {
	var items []BulkItem
	err := s.db.Main.WithContext(ctx).
		Where("account_id = ? AND job_id = ? AND state IN ('waiting', 'sent', 'cleared') AND guard = ''",
			job.AccountID, job.ID).
		Order("position").Limit(bulkSlice).Find(&items).Error
	if err != nil {
		return false, db.Wrap(err, "items of a set")
	}
	for _, item := range items {
		if err := s.undoItem(ctx, job, item); errors.Is(err, models.ErrNotYours) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	if len(items) == bulkSlice {
		return true, nil
	}
	return false, s.db.InTx(ctx, func(t *db.Tx) error {
		err := moveBulk(t, job, []BulkState{BulkUndoing}, map[string]any{"state": BulkUndone,
			"ended_at": t.Now})
		if errors.Is(err, models.ErrNotYours) {
			return nil
		}
		return err
	})
}

func (s *Store) undoItem(ctx context.Context, job BulkJob, item BulkItem) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := holdItem(t, job, BulkUndoing, &item); err != nil {
			return err
		}
		was := item.State
		if was == itemUndone {
			return nil // by another worker, meanwhile
		}
		err := takeBack(t, job, item)
		if refusal := (models.Refusal{}); errors.As(err, &refusal) {
			item.Guard = models.GuardLive // it is being sent: it stays in the list of what went out
			return db.Wrap(t.Save(&item).Error, "saving an item of a set")
		}
		if err != nil {
			return err
		}
		item.State, item.Digest = itemUndone, ""
		if err := t.Save(&item).Error; err != nil {
			return db.Wrap(err, "saving an item of a set")
		}
		change := "sent = sent - 1"
		if was == itemWaiting {
			change = "done = done + 1"
		}
		return db.Wrap(t.Exec("UPDATE bulk_jobs SET "+change+" WHERE account_id = ? AND id = ?",
			job.AccountID, job.ID).Error, "counting an item of a set")
	})
}

func takeBack(t *db.Tx, job BulkJob, item BulkItem) error {
	switch item.State {
	case itemCleared:
		return ledger.Reopen(t, job.actor(), item.NotificationID)
	case itemSent:
		n, err := ledger.LockNotification(t, job.AccountID, item.NotificationID)
		if err != nil {
			return err
		}
		return ledger.CancelHeld(t, job.actor(), &n, item.AttemptID, "by_person")
	}
	return nil
}
