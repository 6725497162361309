package ledger

import (
	"cmp"
	"slices"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/internal/db"
)

// LockNotification holds a notification of the account until the transaction ends.
func LockNotification(t *db.Tx, accountID, id string) (models.Notification, error) {
	var n models.Notification
	if n, known := db.KnownOne[models.Notification](t, accountID, byID(id)); known && n.ID != "" {
		return n, nil
	}
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
	attempts, err := attemptsOf(t, n)
	if err != nil {
		return err
	}
	events, err := eventsOf(t, n)
	if err != nil {
		return err
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

func attemptsOf(t *db.Tx, n *models.Notification) ([]models.Attempt, error) {
	attempts, known := db.Known[models.Attempt](t, n.AccountID, ofNotification(n.ID))
	if known {
		slices.SortFunc(attempts, func(a, b models.Attempt) int { return cmp.Compare(a.Number, b.Number) })
		return attempts, nil
	}
	err := t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("number").
		Find(&attempts).Error
	return attempts, db.Wrap(err, "attempts")
}

// eventsOf are the events that count for a notification, with what an outcome is computed from.
func eventsOf(t *db.Tx, n *models.Notification) ([]models.Event, error) {
	events, known := db.Known[models.Event](t, n.AccountID, ofNotification(n.ID))
	if known {
		for i, e := range events {
			events[i] = models.Event{
				ID:                e.ID,
				AttemptID:         e.AttemptID,
				Type:              e.Type,
				Reason:            e.Reason,
				OccurredAt:        e.OccurredAt,
				ByRank:            e.ByRank,
				AfterDelivery:     e.AfterDelivery,
				DedupeKey:         e.DedupeKey,
				ConnectionID:      e.ConnectionID,
				ProviderMessageID: e.ProviderMessageID,
			}
		}
		return events, nil
	}
	err := t.Select(eventColumns).
		Where("account_id = ? AND notification_id = ? AND notification_id <> '' AND state = 'applied'",
			n.AccountID, n.ID).
		Find(&events).Error
	return events, db.Wrap(err, "events")
}

// ProvenAttempts are hand-overs that a transaction has proven: what waits for them is matched at its end
// (rematchProven).
type ProvenAttempts []models.Attempt

func saveAttempts(t *db.Tx, was, attempts []models.Attempt) error {
	for i := range attempts {
		if attempts[i] == was[i] || db.Later(t, attempts[i].AccountID, attempts[i]) {
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
		if !db.Later(t, n.AccountID, *n) {
			if err := t.Save(n).Error; err != nil {
				return db.Wrap(err, "saving a notification")
			}
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
