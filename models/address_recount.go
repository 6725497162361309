package models

import (
	"cmp"
	"slices"
	"time"
)

// LiftedBySet is why an opt-out was lifted that the set of reports does not bear out any more: one that came later told of
// something earlier.
const LiftedBySet = "a later report takes its cause away"

// softStory is what the final outcomes of an address say of repeated soft failures, whatever the order in which they
// were told.
type softStory struct {
	reached time.Time // when so many in a row had spread so far, first; zero: never
	failed  time.Time // the newest failure that counts
}

// softStoryOf reads the story from outcomes, newest first. What was before from is settled. A delivery ends a run, and takes
// no opt-out back that was reached before it (semantics 7.4).
func softStoryOf(attempts []Attempt, from time.Time, l Limits) softStory {
	var story softStory
	var run []time.Time
	for _, a := range slices.Backward(attempts) {
		if a.Outcome == AttemptDelivered {
			run = nil
			continue
		}
		if !countsSoftly(EventType(a.Status), a.Reason) {
			continue
		}
		story.failed = a.DecidedAt
		if !a.DecidedAt.After(from) {
			continue
		}
		run = append(run, a.DecidedAt)
		if story.reached.IsZero() && len(run) >= l.SoftFailures && a.DecidedAt.Sub(run[0]) > l.SoftSpread {
			story.reached = a.DecidedAt
		}
	}
	return story
}

// followSoft brings the opt-out for repeated failures to what the set says: it is set, or lifted when a report that came
// late has taken its cause away.
func (t *tx) followSoft(a Address, e *Event, attempts []Attempt, from time.Time) error {
	story := softStoryOf(attempts, from, t.s.limits)
	if !story.failed.IsZero() {
		if err := t.Model(&Address{}).Where("account_id = ? AND id = ?", a.AccountID, a.ID).Update("failed_at", story.failed).Error; err != nil {
			return found(err, "last failure of an address")
		}
	}
	if story.reached.IsZero() {
		return t.liftUnfounded(a)
	}
	err := t.Model(&OptOut{}).Where("account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NULL AND event_id <> ''", a.AccountID, a.ID, CauseRepeatedSoft).
		Update("occurred_at", story.reached).Error
	if err != nil {
		return found(err, "opt-out")
	}
	reached := *e
	reached.OccurredAt = story.reached
	return t.optOutByEvent(&reached, a, CauseRepeatedSoft)
}

// newestFirst brings outcomes into the order in which they count: at the same instant the worse news is the later one.
func newestFirst(a, b Attempt) int {
	if by := b.DecidedAt.Compare(a.DecidedAt); by != 0 {
		return by
	}
	return cmp.Compare(rankOf(a), rankOf(b))
}

func rankOf(a Attempt) int {
	if a.Outcome == AttemptDelivered {
		return 1
	}
	return 0
}

// liftUnfounded lifts an opt-out that the product has set itself for repeated failures.
func (t *tx) liftUnfounded(a Address) error {
	var open OptOut
	err := t.Limit(1).Find(&open, "account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NULL AND event_id <> ''",
		a.AccountID, a.ID, CauseRepeatedSoft).Error
	if err != nil || open.ID == "" {
		return found(err, "opt-out")
	}
	return t.lift(Itself(a.AccountID), a, open, Lifting{Reason: LiftedBySet})
}

// wishSince follows a wish that was told before an earlier one: who stopped and began again has begun again, in whatever
// order we hear of it.
func (t *tx) wishSince(e *Event, a Address) error {
	var later Event
	err := t.Where("account_id = ? AND channel = ? AND type = ? AND state = 'applied' AND recipient IN ? AND occurred_at > ?",
		a.AccountID, a.Channel, Resubscribed, []string{e.Recipient, a.Value, a.Normal}, e.OccurredAt).
		Order("occurred_at DESC, id").Limit(1).Find(&later).Error
	if err != nil || later.ID == "" {
		return found(err, "a later wish")
	}
	return t.liftByCustomer(&later, a)
}
