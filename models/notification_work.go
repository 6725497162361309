package models

import (
	"context"
	"time"
)

// AddNote keeps what a person wrote about a notification.
func (s *Store) AddNote(ctx context.Context, a Actor, id, text string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	if text = cleanText(text); text == "" {
		return Invalid{"note": {Key: "error.required"}}
	}
	return s.workOn(ctx, a, id, "notification.note", func(t *tx, n *Notification, e *AuditEntry) error {
		e.Reason = text
		return found(t.Create(&Note{ID: newID("not", t.now), AccountID: n.AccountID, NotificationID: n.ID, ByID: a.ID, ByName: a.Name, At: t.now, Text: text}).Error, "adding a note")
	})
}

// Assign gives a notification to a person of the account; an empty id gives it to nobody.
func (s *Store) Assign(ctx context.Context, a Actor, id, personID string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.workOn(ctx, a, id, "notification.assign", func(t *tx, n *Notification, e *AuditEntry) error {
		if personID != "" {
			var members int64
			err := t.Raw("SELECT COUNT(*) FROM members WHERE user_id = ? AND account_id = ? AND accepted_at IS NOT NULL", personID, a.AccountID).Scan(&members).Error
			if err != nil {
				return found(err, "assigning")
			}
			if members == 0 {
				return ErrNotFound
			}
		}
		e.Before, e.After, n.AssignedTo = n.AssignedTo, personID, personID
		return nil
	})
}

// Snooze puts a notification off until a day, and says whether it waits for the customer. It still counts.
func (s *Store) Snooze(ctx context.Context, a Actor, id string, until *time.Time, onHold bool) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.workOn(ctx, a, id, "notification.snooze", func(t *tx, n *Notification, e *AuditEntry) error {
		if until != nil && !until.After(t.now) {
			return Invalid{"until": {Key: "error.date"}}
		}
		n.SnoozedUntil, n.OnHold = utc(until), onHold
		if until != nil {
			e.After = until.Format(time.DateOnly)
		}
		return nil
	})
}

// workOn changes the work state of a held notification, with its line in the log.
func (s *Store) workOn(ctx context.Context, a Actor, id, action string, change func(*tx, *Notification, *AuditEntry) error) error {
	return s.inTx(ctx, func(t *tx) error {
		n, err := t.lockNotification(a.AccountID, id)
		if err != nil {
			return err
		}
		e := AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title}
		if err := change(t, &n, &e); err != nil {
			return err
		}
		t.record(a, action, e)
		if err := t.Save(&n).Error; err != nil {
			return found(err, "saving a notification")
		}
		return t.recompute(&n, a)
	})
}

// WorkCounts are the open notifications of the standard window with work on them.
type WorkCounts struct {
	Assigned int // given to anybody
	Mine     int // given to the person who asks
	Hold     int // waiting for the customer
	Snoozed  int // put off
}

func (s *Store) workCounts(ctx context.Context, scope reportScope) (n WorkCounts, err error) {
	err = s.reading(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN assigned_to <> '' THEN 1 ELSE 0 END), 0) AS assigned, COALESCE(SUM(CASE WHEN assigned_to = ? THEN 1 ELSE 0 END), 0) AS mine,
		COALESCE(SUM(CASE WHEN on_hold THEN 1 ELSE 0 END), 0) AS hold, COALESCE(SUM(CASE WHEN snoozed_until > ? THEN 1 ELSE 0 END), 0) AS snoozed
		FROM undelivered WHERE account_id = ? AND left_at IS NULL AND `+worked+` AND failed_at >= ? AND failed_at < ?`,
		scope.me, scope.now, scope.account, scope.window.Start, scope.window.End).Scan(&n).Error
	return n, found(err, "work on the report")
}
