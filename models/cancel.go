package models

import (
	"context"
	"time"
)

// CancelAttempt stops a resend that is still queued. Of a cancellation and a worker at the same moment exactly one wins.
func (s *Store) CancelAttempt(ctx context.Context, a Actor, attemptID string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		var attempt Attempt
		if err := t.Take(&attempt, "id = ? AND account_id = ?", attemptID, a.AccountID).Error; err != nil {
			return found(err, "attempt")
		}
		n, err := t.lockNotification(a.AccountID, attempt.NotificationID)
		if err != nil {
			return err
		}
		t.record(a, "notification.cancel", AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title})
		return t.cancelHeld(a, &n, attemptID, "by_person")
	})
}

// cancelHeld cancels a queued attempt of a held notification. It refuses when a worker has it already.
func (t *tx) cancelHeld(by Actor, n *Notification, attemptID, why string) error {
	var attempt Attempt
	if err := t.Take(&attempt, "account_id = ? AND id = ?", n.AccountID, attemptID).Error; err != nil {
		return found(err, "attempt")
	}
	if attempt.OwnState != Queued {
		return Refusal{Guard: GuardLive}
	}
	reason, err := t.stopReason(attempt, why)
	if err != nil {
		return err
	}
	attempt.stop(why, reason, t.now)
	done := t.Model(&attempt).Where("own_state = 'queued'").Select("*").Updates(&attempt)
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "cancelling")
	}
	if err := t.openAgain(*n); err != nil {
		return err
	}
	return t.recompute(n, by)
}

// openAgain: a person had decided to send again without knowing whether the last one had arrived, and nothing was
// sent. The question is open again, and the provider's log is asked again.
func (t *tx) openAgain(n Notification) error {
	var last Attempt
	err := t.Where("account_id = ? AND notification_id = ? AND own_state <> 'cancelled'", n.AccountID, n.ID).
		Order("number DESC").Limit(1).Find(&last).Error
	if err != nil || last.OwnState != OutcomeUnknown || !last.Closed {
		return found(err, "the attempt before")
	}
	if last.Closed = false; last.LookedUp < len(lookUps) {
		last.DueAt = &t.now
	}
	return found(t.Save(&last).Error, "opening an attempt again")
}

// stop ends an attempt before its hand-over. A resend is cancelled; an original that we were to send counts as
// refused, because otherwise nobody would learn that it never went out (semantics 6.1).
func (a *Attempt) stop(why, reason string, at time.Time) {
	if a.Resend() || why == "no_longer_needed" {
		a.cancel(why, at)
		return
	}
	a.OwnState, a.OwnAt, a.Why, a.DueAt, a.OwnReason = Rejected, at, why, nil, reason
}
