package ledger

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// CancelAttempt stops a resend that is still queued. Of a cancellation and a worker at the same moment
// exactly one wins.
func (s *Store) CancelAttempt(ctx context.Context, a models.Actor, attemptID string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var attempt models.Attempt
		if err := t.Take(&attempt, "id = ? AND account_id = ?", attemptID, a.AccountID).Error; err != nil {
			return db.Wrap(err, "attempt")
		}
		n, err := LockNotification(t, a.AccountID, attempt.NotificationID)
		if err != nil {
			return err
		}
		t.Record(a, "notification.cancel",
			models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title})
		return CancelHeld(t, a, &n, attemptID, "by_person")
	})
}

// CancelHeld cancels a queued attempt of a held notification. It refuses when a worker has it already.
func CancelHeld(t *db.Tx, by models.Actor, n *models.Notification, attemptID, why string) error {
	var attempt models.Attempt
	if err := t.Take(&attempt, "account_id = ? AND id = ?", n.AccountID, attemptID).Error; err != nil {
		return db.Wrap(err, "attempt")
	}
	if attempt.OwnState != models.Queued {
		return models.Refusal{Guard: models.GuardLive}
	}
	reason, err := stopReason(t, attempt, why)
	if err != nil {
		return err
	}
	attempt.Stop(why, reason, t.Now)
	done := t.Model(&attempt).Where("own_state = 'queued'").Select("*").Updates(&attempt)
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "cancelling")
	}
	if err := openAgain(t, *n); err != nil {
		return err
	}
	return Recompute(t, n, by)
}

// openAgain: a person had decided to send again without knowing whether the last one had arrived, and nothing
// was sent. The question is open again, and the provider's log is asked again.
func openAgain(t *db.Tx, n models.Notification) error {
	var last models.Attempt
	err := t.Where("account_id = ? AND notification_id = ? AND own_state <> 'cancelled'", n.AccountID, n.ID).
		Order("number DESC").Limit(1).Find(&last).Error
	if err != nil || last.OwnState != models.OutcomeUnknown || !last.Closed {
		return db.Wrap(err, "the attempt before")
	}
	if last.Closed = false; last.LookedUp < len(LookUps) {
		last.DueAt = &t.Now
	}
	return db.Wrap(t.Save(&last).Error, "opening an attempt again")
}

// LookUps are the times after which an unknown hand-over is looked up in the provider's log (RULES.md,
// Attempts).
var LookUps = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}
