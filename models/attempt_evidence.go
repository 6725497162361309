package models

import (
	"slices"
	"time"
)

// Contradicted says whether events tell of an attempt that the provider does not have, as far as our own side
// knows. Once they do it must never be handed over again, nor be cancelled.
func (a Attempt) Contradicted() bool {
	switch a.OwnState {
	case Queued, Sending, OutcomeUnknown, Cancelled:
		return a.Outcome != a.OwnState
	case Rejected:
		return a.Outcome != a.OwnState && a.Outcome != Failed
	}
	return false
}

// believed leaves out that the hand-over was refused where other events show that the provider has the
// message: it was a second copy that it refused.
func (a Attempt) believed(events []Event) []Event {
	refusal := func(e Event) bool { return e.DedupeKey == RefusalKey(a.ID) }
	had := func(e Event) bool { return e.Type == Delivered || e.Type.Progress() }
	if !slices.ContainsFunc(events, refusal) || !slices.ContainsFunc(events, had) {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), refusal)
}

// RefusalKey is the dedupe key of the event that a refused hand-over makes.
func RefusalKey(attemptID string) string { return "handover:" + attemptID }

// Proven takes the attempt for handed over, since the first that its events tell of. The lease stays: its
// worker may still bring the provider's answer.
func (a *Attempt) Proven(events []Event, now time.Time) {
	at := now
	for _, e := range a.believed(events) {
		if AboutAddress(e.Type) {
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
	settle, lost := at.Add(DefaultSettling), a.Why == PartLost
	a.OwnState, a.OwnAt, a.AcceptedAt, a.SettleAt, a.DueAt, a.LeaseUntil, a.Why = AttemptAccepted, at, &at,
		&settle, nil, nil, ""
	if lost {
		a.Why = PartLost
	}
}
