package resend

import (
	"cmp"
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// Numbers of a hand-over that is tried again (RULES.md, Attempts).

const handoverTries = 6

const repeatPause = 30 * time.Second

// FinishAttempt records how a hand-over ended. Only the worker that holds the attempt may say so, also when
// its lease has run out meanwhile and the attempt became unknown.
func (s *Store) FinishAttempt(ctx context.Context, h models.Handover, r models.Receipt,
	habits models.DeliveryPromises) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		lease := h.Attempt.Lease
		fresh := models.Handover{}
		if err := loadHandover(t, &fresh, h.Attempt); err != nil {
			return err
		}
		a, n := &fresh.Attempt, &fresh.Notification
		if a.Lease != lease || !a.Awaits(r) {
			return nil
		}
		a.Note(r)
		switch {
		case r.Outcome == models.ReceiptTaken:
			return taken(t, n, a, r, habits)
		case r.Outcome == models.ReceiptLater && a.Tries < handoverTries:
			return again(t, n, a, r.Pause(a.Tries))
		case r.Outcome == models.ReceiptLater || r.Outcome == models.ReceiptRefused:
			return refusedBy(t, n, a, h.Connection, r)
		}
		if r.PartLost { // to repeat it would send the other parts twice
			return leftOpen(t, n, a, models.DeliveryPromises{Log: habits.Log}, models.PartLost)
		}
		return leftOpen(t, n, a, habits, "connection_broke")
	})
}

func taken(t *db.Tx, n *models.Notification, a *models.Attempt, r models.Receipt,
	habits models.DeliveryPromises) error {
	settling := habits.Settling
	if settling == 0 {
		settling = models.DefaultSettling
	}
	if a.AcceptedAt == nil { // else its events told first
		a.OwnAt, a.AcceptedAt = t.Now, &t.Now
	}
	settle := a.AcceptedAt.Add(settling)
	a.OwnState, a.SettleAt, a.LeaseUntil, a.Why = models.AttemptAccepted, &settle, nil, ""
	a.ProviderMessageID, a.MessageID = cmp.Or(r.ProviderMessageID, a.ProviderMessageID), cmp.Or(r.MessageID,
		a.MessageID)
	if err := ledger.SaveOwn(t, n, a); err != nil {
		return err
	}
	return intake.Rematch(t, *a)
}

// again queues the attempt for another try of the same hand-over; the provider has nothing, or recognises the
// key.
func again(t *db.Tx, n *models.Notification, a *models.Attempt, pause time.Duration) error {
	due := t.Now.Add(pause)
	if end := a.AskedAt.Add(t.Database.Limits().Stale + time.Second); due.After(end) {
		due = end // whatever the provider says: it ends then, and people are told
	}
	a.OwnState, a.OwnAt, a.DueAt, a.Lease, a.LeaseUntil = models.Queued, t.Now, &due, "", nil
	if err := ledger.SaveOwn(t, n, a); err != nil {
		return err
	}
	return ledger.AskHandover(t, *a)
}

// refusedBy ends the attempt, and makes the refusal an event like any other, so that it has the same effects.
func refusedBy(t *db.Tx, n *models.Notification, a *models.Attempt, c models.Connection,
	r models.Receipt) error {
	reason, known := models.ReasonByID(r.Reason)
	if !known {
		reason = models.MatchReason(models.Evidence{
			Channel:   a.Channel,
			Provider:  c.Provider,
			Codes:     []string{r.ProviderCode},
			Text:      r.Diagnostic,
			Enhanced:  r.EnhancedCode,
			SMTP:      r.SMTPCode,
			Temporary: r.Outcome == models.ReceiptLater,
		})
	}
	a.OwnState, a.OwnAt, a.OwnReason, a.LeaseUntil, a.Why = models.Rejected, t.Now, reason.ID, nil, "refused"
	if err := ledger.SaveOwn(t, n, a); err != nil {
		return err
	}
	kind := models.EventType(reason.Status())
	if kind == "" {
		kind = models.EventType(models.NotDelivered)
	}
	e := models.Event{
		Type:         kind,
		Channel:      a.Channel,
		Reason:       reason.ID,
		Recipient:    a.Recipient,
		AttemptRef:   a.ID,
		DedupeKey:    models.RefusalKey(a.ID),
		SMTPCode:     a.SMTPCode,
		EnhancedCode: a.EnhancedCode,
		ProviderCode: a.ProviderCode,
		Diagnostic:   a.Diagnostic,
		OccurredAt:   t.Now,
	}
	e.Prepare(c, t.Now)
	e.NotificationID, e.AttemptID, e.State = n.ID, a.ID, models.EventApplied
	rows := []models.Event{e}
	if err := intake.TakePlaces(t, rows); err != nil {
		return err
	}
	e = rows[0]
	if err := t.Create(&e).Error; err != nil {
		return db.Wrap(err, "keeping a refusal")
	}
	if err := ledger.Recompute(t, n, models.Itself(a.AccountID)); err != nil {
		return err
	}
	return intake.AffectAddress(t, &e, *a)
}

// leftOpen: the outcome of the hand-over is open. It is repeated only where the provider recognises the
// repetition.
func leftOpen(t *db.Tx, n *models.Notification, a *models.Attempt, habits models.DeliveryPromises,
	why string) error {
	if habits.Repeats > 0 && a.SendingAt != nil &&
		t.Now.Add(repeatPause).Before(a.SendingAt.Add(habits.Repeats)) {
		return again(t, n, a, repeatPause)
	}
	a.OwnState, a.OwnAt, a.Why, a.LeaseUntil, a.DueAt = models.OutcomeUnknown, t.Now, why, nil, nil
	if habits.Log {
		next := t.Now.Add(ledger.LookUps[0])
		a.DueAt = &next
	}
	t.Record(models.Itself(a.AccountID), "notification.unknown",
		models.AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title, Reason: why})
	return ledger.SaveOwn(t, n, a)
}
