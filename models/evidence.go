package models

import (
	"slices"
	"time"
)

// followEvidence changes our own side where the events know better: an attempt that the provider has after all counts as
// handed over, and another one that waits and is no longer needed is cancelled.
func (t *tx) followEvidence(n *Notification, attempts []Attempt, events map[string][]Event) (proven []Attempt, changed bool) {
	for i := range attempts {
		a := &attempts[i]
		switch {
		case a.contradicted():
			a.proven(events[a.ID], t.now)
			proven, changed = append(proven, *a), true
		case a.OwnState == Queued && (n.State == StateDelivered || n.State == StateCleared):
			a.cancel("no_longer_needed", t.now)
			changed = true
		}
	}
	return proven, changed
}

// contradicted says whether events tell of an attempt that the provider does not have, as far as our own side knows. Once
// they do it must never be handed over again, nor be cancelled.
func (a Attempt) contradicted() bool {
	switch a.OwnState {
	case Queued, Sending, OutcomeUnknown, Cancelled:
		return a.Outcome != a.OwnState
	case Rejected:
		return a.Outcome != a.OwnState && a.Outcome != Failed
	}
	return false
}

// believed leaves out that the hand-over was refused where other events show that the provider has the message: it was a
// second copy that it refused.
func (a Attempt) believed(events []Event) []Event {
	refusal := func(e Event) bool { return e.DedupeKey == refusalKey(a.ID) }
	had := func(e Event) bool { return e.Type == Delivered || e.Type.Progress() }
	if !slices.ContainsFunc(events, refusal) || !slices.ContainsFunc(events, had) {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), refusal)
}

// refusalKey is the dedupe key of the event that a refused hand-over makes.
func refusalKey(attemptID string) string { return "handover:" + attemptID }

// proven takes the attempt for handed over, since the first that its events tell of. The lease stays: its worker may
// still bring the provider's answer.
func (a *Attempt) proven(events []Event, now time.Time) {
	at := now
	for _, e := range a.believed(events) {
		if aboutAddress(e.Type) {
			continue
		}
		if e.OccurredAt.Before(at) {
			at = e.OccurredAt
		}
		if e.ConnectionID == a.ConnectionID && a.ProviderMessageID == "" {
			a.ProviderMessageID = e.ProviderMessageID
		}
	}
	if a.SendingAt != nil && a.SendingAt.After(at) {
		at = *a.SendingAt // another clock than ours
	}
	settle, lost := at.Add(defaultSettling), a.Why == partLost
	a.OwnState, a.OwnAt, a.AcceptedAt, a.SettleAt, a.DueAt, a.LeaseUntil, a.Why = AttemptAccepted, at, &at, &settle, nil, nil, ""
	if lost {
		a.Why = partLost
	}
}

// newsWaits says whether a report that names an attempt which was tried before is stored and has not had its effect yet:
// it may prove the hand-over of which nobody knows.
func (t *tx) newsWaits(a Attempt) (bool, error) {
	if a.Tries == 0 {
		return false, nil
	}
	var waiting []string
	err := t.Raw(`SELECT id FROM events WHERE state = 'due' AND account_id = ?
		AND (attempt_ref = ? OR provider_message_id <> '' AND connection_id = ? AND provider_message_id = ?) LIMIT 1`,
		a.AccountID, a.ID, a.ConnectionID, a.ProviderMessageID).Scan(&waiting).Error
	return len(waiting) > 0, found(err, "reports that wait")
}

// newsPause is how long a queued attempt waits for reports that are stored to have their effect.
const newsPause = 5 * time.Second

// waitForNews lets a queued attempt wait for them.
func (t *tx) waitForNews(a *Attempt) error {
	due := t.now.Add(newsPause)
	a.DueAt = &due
	if err := t.Save(a).Error; err != nil {
		return found(err, "putting a hand-over off")
	}
	return t.askHandover(*a)
}
