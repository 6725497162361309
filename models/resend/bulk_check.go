package resend

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// checkKept is how long a check waits to be confirmed.
const checkKept = 24 * time.Hour

// checkSlice asks the guards for the next items of a set. What was found is stored only if nobody else has
// stored it.
func (s *Store) checkSlice(ctx context.Context, job BulkJob) (more bool, err error) {
	var items []BulkItem
	err = s.db.Main.WithContext(ctx).
		Where("account_id = ? AND job_id = ? AND position > ?", job.AccountID, job.ID, job.Done).
		Order("position").Limit(bulkSlice).Find(&items).Error
	if err != nil {
		return false, db.Wrap(err, "items of a check")
	}
	run, err := newDryRun(s.db.ReadNow(ctx), job.actor(), job)
	if err != nil {
		return false, err
	}
	if err := run.tryItems(items); err != nil {
		return false, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error { return keepChecked(t, job, items, run) })
	// another worker was faster, or it was taken back
	if errors.Is(err, models.ErrNotYours) || errors.Is(err, models.ErrNotFound) {
		return errors.Is(err, models.ErrNotYours), nil
	}
	return len(items) == bulkSlice, err
}

// tryItems tries the notifications of items, and puts what was found into them.
func (r *dryRun) tryItems(items []BulkItem) error {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.NotificationID
	}
	var all []models.Notification
	if err := r.t.Find(&all, "account_id = ? AND id IN ?", r.job.AccountID, ids).Error; err != nil {
		return db.Wrap(err, "notifications of a check")
	}
	byID := make(map[string]models.Notification, len(all))
	for _, n := range all {
		byID[n.ID] = n
	}
	for i := range items {
		item := &items[i]
		item.State, item.Guard, item.Way, item.AddressID, item.Digest = itemRefused, models.GuardChanged, "",
			"", ""
		n, there := byID[item.NotificationID]
		if !there {
			continue
		}
		if err := r.try(n); err != nil {
			return err
		}
		found := r.items[len(r.items)-1]
		if item.Guard = found.guard; found.guard == "" {
			item.State, item.Way, item.AddressID, item.Digest = itemWaiting, found.way, found.address,
				found.digest
		}
	}
	return nil
}

// keepChecked stores a slice, and counts it.
func keepChecked(t *db.Tx, job BulkJob, items []BulkItem, run *dryRun) error {
	var now BulkJob
	if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
		Take(&now, "account_id = ? AND id = ?", job.AccountID, job.ID).Error; err != nil {
		return db.Wrap(err, "bulk job")
	}
	if now.State != BulkChecking || now.Done != job.Done || now.Instead != job.Instead {
		return models.ErrNotYours
	}
	refused := map[models.Guard][]int{}
	for _, item := range items {
		if item.State == itemRefused {
			refused[item.Guard] = append(refused[item.Guard], item.Position)
		} else if err := t.Save(&item).Error; err != nil {
			return db.Wrap(err, "an item of a check")
		}
	}
	for guard, positions := range refused {
		err := t.Model(&BulkItem{}).
			Where("account_id = ? AND job_id = ? AND position IN ?", job.AccountID, job.ID, positions).
			Updates(map[string]any{"state": itemRefused, "guard": guard, "way": "", "address_id": "",
				"digest": ""}).
			Error
		if err != nil {
			return db.Wrap(err, "items of a check")
		}
	}
	state := BulkChecking
	if len(items) < bulkSlice {
		state = BulkChecked
	}
	w := run.OtherWays
	return moveBulk(t, job, []BulkState{BulkChecking}, map[string]any{"state": state,
		"done": now.Done + len(items), "sent": now.Sent + run.send,
		"texts": now.Texts + w.Texts, "texts_out": now.TextsOut + w.TextsOut, "emails": now.Emails + w.Emails,
		"emails_out": now.EmailsOut + w.EmailsOut, "parts": now.Parts + w.Parts})
}

// StartChecked confirms a set that was checked: what the check left out stays out, and each of the others
// passes the guards once more when it is sent. With other channels chosen than those that were checked, it is
// checked anew. Pressing twice does nothing more. Invalid: the number was not typed; a Refusal: too many
// complaints.
func (s *Store) StartChecked(ctx context.Context, a models.Actor, id string,
	ask BulkAsk) (job BulkJob, err error) {
	if err := a.Need(models.Work); err != nil {
		return job, err
	}
	if err := s.consent.GuardComplaints(ctx, a); err != nil {
		return job, err
	}
	slices.Sort(ask.Instead)
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		job = BulkJob{}
		err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
			Take(&job, "id = ? AND account_id = ?", id, a.AccountID).Error
		if err != nil || job.State != BulkChecked {
			return db.Wrap(err, "bulk job")
		}
		if job.Instead != channelWords(ask.Instead) {
			return checkAnew(t, &job, ask)
		}
		if job.Sent == 0 {
			return nothingToSend
		}
		if !typed(ask.Count, job.Sent) {
			return models.Invalid{
				"count": {Key: "error.count", Values: map[string]string{"n": strconv.Itoa(job.Sent)}},
			}
		}
		job.State, job.Done, job.Sent = BulkRunning, job.Total-job.Sent, 0
		job.ByKind, job.ByID, job.ByName, job.ByRole, job.CreatedAt = a.Kind, a.ID, a.Name, a.Role, t.Now
		if err := t.Save(&job).Error; err != nil {
			return db.Wrap(err, "starting a bulk job")
		}
		recordBulk(t, a, job, string(job.Action))
		return askBulk(t, job.ID)
	})
	return job, err
}

func checkAnew(t *db.Tx, job *BulkJob, ask BulkAsk) error {
	job.State, job.Done, job.Sent, job.OtherWays, job.Instead = BulkChecking, 0, 0, OtherWays{}, channelWords(
		ask.Instead,
	)
	if err := t.Save(job).Error; err != nil {
		return db.Wrap(err, "checking anew")
	}
	err := t.Exec(
		"UPDATE bulk_items SET digest = '', address_id = '', way = '' WHERE account_id = ? AND job_id = ? "+
			"AND digest <> ''",
		job.AccountID,
		job.ID,
	).Error
	if err != nil {
		return db.Wrap(err, "checking anew")
	}
	return askBulk(t, job.ID)
}

// DropCheck forgets a check that nobody confirms. One that was confirmed goes on: dropped is false.
func (s *Store) DropCheck(ctx context.Context, a models.Actor, id string) (dropped bool, err error) {
	if err := a.Need(models.Work); err != nil {
		return false, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		var job BulkJob
		err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
			Take(&job, "id = ? AND account_id = ?", id, a.AccountID).Error
		if dropped = job.State == BulkChecking || job.State == BulkChecked; err != nil || !dropped {
			return db.Wrap(err, "bulk job")
		}
		return dropBulk(t, job)
	})
	return dropped, err
}

func dropBulk(t *db.Tx, job BulkJob) error {
	if err := t.
		Exec("DELETE FROM bulk_items WHERE account_id = ? AND job_id = ?", job.AccountID,
			job.ID).Error; err != nil {
		return db.Wrap(err, "forgetting a check")
	}
	return db.Wrap(t.
		Exec("DELETE FROM bulk_jobs WHERE account_id = ? AND id = ?", job.AccountID,
			job.ID).Error, "forgetting a check")
}

// DropChecks forgets the checks that nobody has confirmed in time.
func (s *Store) DropChecks(ctx context.Context) error {
	var old []BulkJob
	before := s.db.Now().Add(-checkKept)
	err := s.db.Main.WithContext(ctx).Select("id", "account_id").
		Where("state IN ('checking', 'checked') AND created_at < ?", before).Find(&old).Error
	if err != nil {
		return db.Wrap(err, "old checks")
	}
	for _, one := range old {
		err := s.db.InTx(ctx, func(t *db.Tx) error {
			var job BulkJob
			err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Limit(1).
				Find(&job, "account_id = ? AND id = ? AND state IN ('checking', 'checked') AND created_at < ?", one.AccountID, one.ID, before).
				Error
			if err != nil || job.ID == "" {
				return db.Wrap(err, "an old check")
			}
			return dropBulk(t, job)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
