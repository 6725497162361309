package models

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"
)

// Habits are what a provider promises about repeats and news.
type Habits struct {
	Repeats  time.Duration // how long a repeated idempotency key is recognised; 0: never relied upon
	Settling time.Duration // accepted and no news for so long: presumed; 0: the default
	Log      bool          // it has a log that can be asked about one message
}

// Numbers of semantics 4.2 and 4.5.
const (
	handoverTries   = 6
	repeatPause     = 30 * time.Second
	defaultSettling = 72 * time.Hour
)

// lookUps are the times after which an unknown hand-over is looked up in the provider's log (A14).
var lookUps = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// FinishAttempt records how a hand-over ended. Only the worker that holds the attempt may say so, also when its lease
// has run out meanwhile and the attempt became unknown (A13).
func (s *Store) FinishAttempt(ctx context.Context, h Handover, r Receipt, habits Habits) error {
	return s.inTx(ctx, func(t *tx) error {
		lease := h.Attempt.Lease
		fresh := Handover{}
		if err := t.loadHandover(&fresh, h.Attempt); err != nil {
			return err
		}
		a, n := &fresh.Attempt, &fresh.Notification
		if a.Lease != lease || !a.awaits(r) {
			return nil
		}
		a.note(r)
		switch {
		case r.Outcome == ReceiptTaken:
			return t.taken(n, a, r, habits)
		case r.Outcome == ReceiptLater && a.Tries < handoverTries:
			return t.again(n, a, r.pause(a.Tries))
		case r.Outcome == ReceiptLater || r.Outcome == ReceiptRefused:
			return t.refusedBy(n, a, h.Connection, r)
		}
		if r.PartLost { // to repeat it would send the other parts twice
			return t.leftOpen(n, a, Habits{Log: habits.Log}, partLost)
		}
		return t.leftOpen(n, a, habits, "connection_broke")
	})
}

// awaits says whether an answer still tells something of the attempt. Where the events have proven the hand-over
// meanwhile, only the provider's id of the message does: that it refused a second copy takes nothing back.
func (a Attempt) awaits(r Receipt) bool {
	switch a.OwnState {
	case Sending:
		return true
	case OutcomeUnknown:
		return !a.Closed || r.Outcome == ReceiptTaken || r.Outcome == ReceiptRefused
	case AttemptAccepted:
		return r.Outcome == ReceiptTaken
	}
	return false
}

// note keeps the provider's words with the attempt.
func (a *Attempt) note(r Receipt) {
	a.SMTPCode, a.EnhancedCode, a.ProviderCode = r.SMTPCode, r.EnhancedCode, r.ProviderCode
	if a.Diagnostic = cleanText(r.Diagnostic); a.Diagnostic == "" && r.Err != nil {
		a.Diagnostic = cleanText(r.Err.Error())
	}
	if a.Recipient == "" { // erased meanwhile
		a.Diagnostic = ""
	}
}

func (t *tx) taken(n *Notification, a *Attempt, r Receipt, habits Habits) error {
	settling := habits.Settling
	if settling == 0 {
		settling = defaultSettling
	}
	if a.AcceptedAt == nil { // else its events told first
		a.OwnAt, a.AcceptedAt = t.now, &t.now
	}
	settle := a.AcceptedAt.Add(settling)
	a.OwnState, a.SettleAt, a.LeaseUntil, a.Why = AttemptAccepted, &settle, nil, ""
	a.ProviderMessageID, a.MessageID = cmp.Or(r.ProviderMessageID, a.ProviderMessageID), cmp.Or(r.MessageID, a.MessageID)
	if err := t.saveOwn(n, a); err != nil {
		return err
	}
	return t.rematch(*a)
}

// again queues the attempt for another try of the same hand-over; the provider has nothing, or recognises the key.
func (t *tx) again(n *Notification, a *Attempt, pause time.Duration) error {
	due := t.now.Add(pause)
	if end := a.AskedAt.Add(t.s.limits.Stale + time.Second); due.After(end) {
		due = end // whatever the provider says: it ends then, and people are told (A5)
	}
	a.OwnState, a.OwnAt, a.DueAt, a.Lease, a.LeaseUntil = Queued, t.now, &due, "", nil
	if err := t.saveOwn(n, a); err != nil {
		return err
	}
	return t.askHandover(*a)
}

// pause is the time before the next try, ± 20 %, and never before the provider's own word.
func (r Receipt) pause(tries int) time.Duration {
	wait := backoff[min(max(tries-1, 0), len(backoff)-1)]
	return max(time.Duration(float64(wait)*(0.8+0.4*rand.Float64())), r.RetryAfter)
}

// refusedBy ends the attempt, and makes the refusal an event like any other, so that it has the same effects.
func (t *tx) refusedBy(n *Notification, a *Attempt, c Connection, r Receipt) error {
	reason, known := ReasonByID(r.Reason)
	if !known {
		reason = MatchReason(Evidence{Channel: a.Channel, Provider: c.Provider, Codes: []string{r.ProviderCode}, Text: r.Diagnostic,
			Enhanced: r.EnhancedCode, SMTP: r.SMTPCode, Temporary: r.Outcome == ReceiptLater})
	}
	a.OwnState, a.OwnAt, a.OwnReason, a.LeaseUntil, a.Why = Rejected, t.now, reason.ID, nil, "refused"
	if err := t.saveOwn(n, a); err != nil {
		return err
	}
	kind := EventType(reason.Status())
	if kind == "" {
		kind = EventType(NotDelivered)
	}
	e := Event{Type: kind, Channel: a.Channel, Reason: reason.ID, Recipient: a.Recipient, AttemptRef: a.ID, DedupeKey: refusalKey(a.ID),
		SMTPCode: a.SMTPCode, EnhancedCode: a.EnhancedCode, ProviderCode: a.ProviderCode, Diagnostic: a.Diagnostic, OccurredAt: t.now}
	e.prepare(c, t.now)
	e.NotificationID, e.AttemptID, e.State = n.ID, a.ID, EventApplied
	rows := []Event{e}
	if err := t.takePlaces(rows); err != nil {
		return err
	}
	e = rows[0]
	if err := t.Create(&e).Error; err != nil {
		return found(err, "keeping a refusal")
	}
	if err := t.recompute(n, Itself(a.AccountID)); err != nil {
		return err
	}
	return t.affectAddress(&e, *a)
}

// leftOpen: the outcome of the hand-over is open. It is repeated only where the provider recognises the repetition.
func (t *tx) leftOpen(n *Notification, a *Attempt, habits Habits, why string) error {
	if habits.Repeats > 0 && a.SendingAt != nil && t.now.Add(repeatPause).Before(a.SendingAt.Add(habits.Repeats)) {
		return t.again(n, a, repeatPause)
	}
	a.OwnState, a.OwnAt, a.Why, a.LeaseUntil, a.DueAt = OutcomeUnknown, t.now, why, nil, nil
	if habits.Log {
		next := t.now.Add(lookUps[0])
		a.DueAt = &next
	}
	t.record(Itself(a.AccountID), "notification.unknown", AuditEntry{ObjectKind: "notification", ObjectID: n.ID, ObjectName: n.Title, Reason: why})
	return t.saveOwn(n, a)
}

// rematchProven does so for the hand-overs that were proven in this transaction.
func (t *tx) rematchProven() error {
	for _, a := range *keptIn[provenAttempts](t) {
		if err := t.rematch(a); err != nil {
			return err
		}
	}
	return nil
}

// rematch gives events that came before the attempt had its provider's id another chance.
func (t *tx) rematch(a Attempt) error {
	if a.ProviderMessageID == "" && a.MessageID == "" {
		return nil
	}
	err := t.Exec(`UPDATE events SET state = 'due', due_at = ? WHERE state = 'unmatched' AND account_id = ?
		AND connection_id = ?
		AND ((provider_message_id <> '' AND provider_message_id = ?) OR (message_id <> '' AND message_id = ?))`,
		t.now, a.AccountID, a.ConnectionID, a.ProviderMessageID, a.MessageID).Error
	return found(err, "matching again")
}
