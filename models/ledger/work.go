package ledger

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// AddNote keeps what a person wrote about a notification.
func (s *Store) AddNote(ctx context.Context, a models.Actor, id, text string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	if text = models.CleanText(text); text == "" {
		return models.Invalid{"note": {Key: "error.required"}}
	}
	return s.workOn(
		ctx,
		a,
		id,
		"notification.note",
		func(t *db.Tx, n *models.Notification, e *models.AuditEntry) error {
			e.Reason = text
			return db.Wrap(
				t.Create(&models.Note{
					ID:             models.NewID("not", t.Now),
					AccountID:      n.AccountID,
					NotificationID: n.ID,
					ByID:           a.ID,
					ByName:         a.Name,
					At:             t.Now,
					Text:           text,
				}).Error,
				"adding a note",
			)
		},
	)
}

// Assign gives a notification to a person of the account; an empty id gives it to nobody.
func (s *Store) Assign(ctx context.Context, a models.Actor, id, personID string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.workOn(
		ctx,
		a,
		id,
		"notification.assign",
		func(t *db.Tx, n *models.Notification, e *models.AuditEntry) error {
			if personID != "" {
				var members int64
				err := t.Raw("SELECT COUNT(*) FROM members WHERE user_id = ? AND account_id = ? AND "+
					"accepted_at IS NOT NULL", personID, a.AccountID).
					Scan(&members).Error
				if err != nil {
					return db.Wrap(err, "assigning")
				}
				if members == 0 {
					return models.ErrNotFound
				}
			}
			e.Before, e.After, n.AssignedTo = n.AssignedTo, personID, personID
			return nil
		},
	)
}

// Snooze puts a notification off until a day, and says whether it waits for the customer. It still counts.
func (s *Store) Snooze(ctx context.Context, a models.Actor, id string, until *time.Time, onHold bool) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.workOn(
		ctx,
		a,
		id,
		"notification.snooze",
		func(t *db.Tx, n *models.Notification, e *models.AuditEntry) error {
			if until != nil && !until.After(t.Now) {
				return models.Invalid{"until": {Key: "error.date"}}
			}
			n.SnoozedUntil, n.OnHold = db.Utc(until), onHold
			if until != nil {
				e.After = until.Format(time.DateOnly)
			}
			return nil
		},
	)
}

// workOn changes the work state of a held notification, with its line in the log.
func (s *Store) workOn(ctx context.Context, a models.Actor, id, action string,
	change func(*db.Tx, *models.Notification, *models.AuditEntry) error) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		n, err := LockNotification(t, a.AccountID, id)
		if err != nil {
			return err
		}
		e := models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title}
		if err := change(t, &n, &e); err != nil {
			return err
		}
		t.Record(a, action, e)
		if err := t.Save(&n).Error; err != nil {
			return db.Wrap(err, "saving a notification")
		}
		return Recompute(t, &n, a)
	})
}

// WorkCounts are the open notifications of the standard window with work on them.
type WorkCounts struct {
	Assigned int // given to anybody
	Mine     int // given to the person who asks
	Hold     int // waiting for the customer
	Snoozed  int // put off
}
