package ledger

import (
	"slices"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/internal/db"
)

// LockNotification holds a notification of the account until the transaction ends.
func LockNotification(t *db.Tx, accountID, id string) (models.Notification, error) {
	var n models.Notification
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&n, "id = ? AND account_id = ?", id, accountID).
		Error
	return n, db.Wrap(err, "notification")
}

// eventColumns are what an outcome is computed from; raw bodies stay where they are.
var eventColumns = []string{
	"id",
	"attempt_id",
	"type",
	"reason",
	"occurred_at",
	"by_rank",
	"after_delivery",
	"dedupe_key",
	"connection_id",
	"provider_message_id",
}

// Recompute brings a held notification, its attempts, its row of the report and the counters up to what the
// set of its events says.
func Recompute(t *db.Tx, n *models.Notification, by models.Actor) error {
	var attempts []models.Attempt
	if err := t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("number").
		Find(&attempts).Error; err != nil {
		return db.Wrap(err, "attempts")
	}
	var events []models.Event
	if err := t.Select(eventColumns).
		Where("account_id = ? AND notification_id = ? AND notification_id <> '' AND state = 'applied'",
			n.AccountID, n.ID).Find(&events).Error; err != nil {
		return db.Wrap(err, "events")
	}
	byAttempt := map[string][]models.Event{}
	for _, e := range events {
		byAttempt[e.AttemptID] = append(byAttempt[e.AttemptID], e)
	}
	before, was := *n, slices.Clone(attempts)
	n.Judge(attempts, byAttempt)
	proven, changed := followEvidence(t, n, attempts, byAttempt)
	if changed {
		n.Judge(attempts, byAttempt)
	}
	if err := saveAttempts(t, was, attempts); err != nil {
		return err
	}
	keptProven := db.KeptIn[ProvenAttempts](t)
	*keptProven = append(*keptProven, proven...)
	return saveNotification(t, before, n, attempts, by)
}

// ProvenAttempts are hand-overs that a transaction has proven: what waits for them is matched at its end
// (rematchProven).
type ProvenAttempts []models.Attempt

func saveAttempts(t *db.Tx, was, attempts []models.Attempt) error {
	for i := range attempts {
		if attempts[i] == was[i] {
			continue
		}
		if err := t.Save(&attempts[i]).Error; err != nil {
			return db.Wrap(err, "saving an attempt")
		}
	}
	return nil
}

func saveNotification(t *db.Tx, before models.Notification, n *models.Notification, attempts []models.Attempt,
	by models.Actor) error {
	if *n != before {
		n.Version, n.UpdatedAt = n.Version+1, t.Now
		if err := t.Save(n).Error; err != nil {
			return db.Wrap(err, "saving a notification")
		}
	}
	if err := countDelivered(t, before, *n); err != nil {
		return err
	}
	if err := tellMove(t, before, *n); err != nil {
		return err
	}
	if before.State != n.State && n.FirstFailedAt != nil {
		recordMove(t, before, *n, by)
	}
	return syncRow(t, n, attempts)
}

// recordMove writes the line of an item's coming or going, when it was not a person's act, nor that of a job
// that has said more: those have their own.
func recordMove(t *db.Tx, before, n models.Notification, by models.Actor) {
	told := slices.ContainsFunc(t.Audit, func(e models.AuditEntry) bool {
		return e.ObjectID == n.ID && (e.Action == "notification.stop" || e.Action == "notification.unknown")
	})
	if by.Kind != models.Product || told {
		return
	}
	after := string(n.State)
	if n.State == models.StateFailed {
		after = string(n.Status)
	}
	t.Record(
		by,
		"notification."+string(n.State),
		models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title,
			Before: string(before.State), After: after},
	)
}

// tellMove tells that a notification has come onto the report, or has been delivered.
func tellMove(t *db.Tx, before, n models.Notification) error {
	kind := callback.CallDelivered
	switch {
	case n.State == before.State:
		return nil
	case n.State == models.StateFailed:
		kind = callback.CallUndelivered
	case n.State != models.StateDelivered:
		return nil
	}
	return callback.Tell(t, n.AccountID, kind, n.ID, func() (any, error) {
		return callback.CalledNotification{
			ID:      n.ID,
			Ref:     models.Readable(n.Ref),
			Channel: n.Channel,
			State:   n.State,
			Status:  n.Status,
			Reason:  n.Reason,
			At:      n.DecidedAt,
			Tries:   n.Tries,
		}, nil
	})
}

// SaveOwn stores our own side of an attempt of a held notification and recomputes.
func SaveOwn(t *db.Tx, n *models.Notification, a *models.Attempt) error {
	if err := t.Save(a).Error; err != nil {
		return db.Wrap(err, "saving an attempt")
	}
	return Recompute(t, n, models.Itself(a.AccountID))
}
