package models

import (
	"slices"
	"time"
)

// NotificationState is where a notification stands, computed from its attempts (RULES.md, States of a
// notification).
type NotificationState string

// The states of a notification.
const (
	StateCleared   NotificationState = "cleared"
	StateFailed    NotificationState = "failed"
	StateDelivered NotificationState = "delivered"
	StateRunning   NotificationState = "running"
	StateUnknown   NotificationState = "unknown"
	StateWaiting   NotificationState = "waiting"
	StatePresumed  NotificationState = "presumed"
	StatePending   NotificationState = "pending"
)

// OnReport says whether the state needs a person, and so counts in the number.
func (s NotificationState) OnReport() bool {
	return s == StateFailed || s == StateRunning || s == StateUnknown
}

// Judge computes the state of the notification from its attempts, oldest first, and the events of each.
func (n *Notification) Judge(attempts []Attempt, events map[string][]Event) {
	for i := range attempts {
		v := attempts[i].judge(events[attempts[i].ID])
		attempts[i].Outcome, attempts[i].Reason, attempts[i].Status, attempts[i].DecidedAt = v.outcome,
			v.reason, v.status, v.at
	}
	live := slices.DeleteFunc(slices.Clone(attempts), func(a Attempt) bool { return a.Outcome == Cancelled })
	n.Tries, n.Returned = len(live), false
	if first := firstFailure(attempts, events); !sameInstant(first, n.FirstFailedAt) {
		n.FirstFailedAt = first
	}
	if len(live) == 0 {
		n.settle(StatePending, n.SentAt)
		return
	}
	newest := live[len(live)-1]
	n.AddressID = newest.AddressID
	n.State = n.stateOf(newest, live)
	n.date(newest, live)
	n.Returned = n.State == StateFailed && returned(newest, events[newest.ID])
}

func (n *Notification) settle(s NotificationState, at time.Time) {
	n.State, n.DecidedAt, n.Status, n.Reason = s, at, "", ""
}

// stateOf is the table of RULES.md, States of a notification, line by line.
func (n *Notification) stateOf(newest Attempt, live []Attempt) NotificationState {
	switch {
	case n.ClearedAt != nil:
		return StateCleared
	case complainedSince(live, newest.CreatedAt):
		return StateFailed
	case deliveredTo(live, newest.AddressID):
		return StateDelivered
	}
	switch newest.Outcome {
	case Queued, Sending:
		if newest.Resend() {
			return StateRunning
		}
	case OutcomeUnknown:
		return StateUnknown
	case AttemptAccepted:
		if newest.Resend() {
			return StateWaiting
		}
	case Presumed:
		return StatePresumed
	case Failed, Rejected, Complained:
		return StateFailed
	}
	return StatePending
}

// date sets status, reason and date. While an item is sent again, and when it has left, it keeps those of its
// last failure: pressing Resend does not move a row.
func (n *Notification) date(newest Attempt, live []Attempt) {
	n.Status, n.Reason, n.DecidedAt = "", "", newest.DecidedAt
	if failure, ok := LastFailure(live); ok {
		n.Status, n.Reason, n.DecidedAt = failure.Status, failure.Reason, failure.DecidedAt
	}
	if n.State == StateUnknown {
		n.DecidedAt = newest.DecidedAt
		if n.Status == "" {
			n.Status, n.Reason = NotDelivered, UnknownReason(n.Channel)
		}
	}
}

// UnknownReason is the dictionary's entry for a hand-over of which nobody knows.
func UnknownReason(c Channel) string {
	if c == SMS {
		return "sms-handover-unknown"
	}
	return "handover-unknown"
}

func complainedSince(live []Attempt, at time.Time) bool {
	return slices.ContainsFunc(live,
		func(a Attempt) bool { return a.Outcome == Complained && !a.DecidedAt.Before(at) })
}

func deliveredTo(live []Attempt, addressID string) bool {
	return slices.ContainsFunc(live, func(a Attempt) bool {
		return a.Outcome == AttemptDelivered && a.AddressID == addressID
	})
}

func LastFailure(live []Attempt) (Attempt, bool) {
	for i := len(live) - 1; i >= 0; i-- {
		if a := live[i]; a.Outcome == Failed || a.Outcome == Rejected || a.Outcome == Complained {
			return a, true
		}
	}
	return Attempt{}, false
}

// returned says whether the item had left the number before it failed: sent again and taken, delivered, or
// presumed.
func returned(newest Attempt, events []Event) bool {
	if newest.OwnState == Rejected {
		return false // it never left
	}
	delivered := slices.ContainsFunc(events,
		func(e Event) bool { return e.Type == Delivered && e.OccurredAt.Before(newest.DecidedAt) })
	return newest.Resend() || delivered || newest.OwnState == Presumed
}

// firstFailure is the earliest failure or complaint of all attempts; nil: there never was one.
func firstFailure(attempts []Attempt, events map[string][]Event) *time.Time {
	var first *time.Time
	note := func(at time.Time) {
		if first == nil || at.Before(*first) {
			first = &at
		}
	}
	for _, a := range attempts {
		if a.Outcome == Rejected || a.Outcome == OutcomeUnknown {
			note(a.DecidedAt)
		}
		for _, e := range events[a.ID] {
			if e.Type.Failure() || e.Type == Complaint ||
				(e.Type == EventType(Autoresponder) && a.Outcome == Failed) {
				note(e.OccurredAt)
			}
		}
	}
	return first
}

func sameInstant(a, b *time.Time) bool {
	return a == b || a != nil && b != nil && a.Equal(*b)
}

// Aged says whether it has left the standard window: so many full days and the rest of its own.
func (n Notification) Aged(zone *time.Location, days int, now time.Time) bool {
	return DayOf(n.DecidedAt, zone) < DayOf(now.AddDate(0, 0, -days), zone)
}
