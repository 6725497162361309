package intake

import (
	"cmp"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// softStory is what the final outcomes of an address say of repeated soft failures, whatever the order in
// which they were told.
type softStory struct {
	reached time.Time // when so many in a row had spread so far, first; zero: never
	failed  time.Time // the newest failure that counts
}

// softStoryOf reads the story from outcomes, newest first. What was before from is settled. A delivery ends a
// run, and takes no opt-out back that was reached before it (RULES.md, Effects on an address).
func softStoryOf(attempts []models.Attempt, from time.Time, most int, spread time.Duration) softStory {
	var story softStory
	var run []time.Time
	for _, a := range slices.Backward(attempts) {
		if a.Outcome == models.AttemptDelivered {
			run = nil
			continue
		}
		if !countsSoftly(models.EventType(a.Status), a.Reason) {
			continue
		}
		story.failed = a.DecidedAt
		if !a.DecidedAt.After(from) {
			continue
		}
		run = append(run, a.DecidedAt)
		if story.reached.IsZero() && len(run) >= most && a.DecidedAt.Sub(run[0]) > spread {
			story.reached = a.DecidedAt
		}
	}
	return story
}

// followSoft brings the opt-out for repeated failures to what the set says: it is set, or lifted when a
// report that came late has taken its cause away.
func followSoft(t *db.Tx, a models.Address, e *models.Event, attempts []models.Attempt,
	from time.Time) error {
	most, spread, err := softRule(t, a.AccountID, attempts)
	if err != nil {
		return err
	}
	story := softStoryOf(attempts, from, most, spread)
	if !story.failed.IsZero() {
		a.FailedAt = &story.failed
		if err := ledger.SaveAddress(t, a, "failed_at"); err != nil {
			return err
		}
	}
	if story.reached.IsZero() {
		return liftUnfounded(t, a)
	}
	if err := consent.FollowOptOut(t, a, models.CauseRepeatedSoft, story.reached); err != nil {
		return err
	}
	reached := *e
	reached.OccurredAt = story.reached
	return consent.OptOutByEvent(t, &reached, a, models.CauseRepeatedSoft)
}

// softRule is the account's rule; it is looked up only for an address that has failed softly at all.
func softRule(t *db.Tx, accountID string,
	attempts []models.Attempt) (most int, spread time.Duration, err error) {
	var account models.Account
	if slices.ContainsFunc(attempts,
		func(a models.Attempt) bool { return a.Outcome != models.AttemptDelivered }) {
		if account, err = ledger.PlaceOf(t, accountID); err != nil {
			return 0, 0, err
		}
	}
	most, spread = account.SoftRule(t.Database.Limits())
	return most, spread, nil
}

// newestFirst brings outcomes into the order in which they count: at the same instant the worse news is the
// later one.
func newestFirst(a, b models.Attempt) int {
	if by := b.DecidedAt.Compare(a.DecidedAt); by != 0 {
		return by
	}
	return cmp.Compare(rankOf(a), rankOf(b))
}

func rankOf(a models.Attempt) int {
	if a.Outcome == models.AttemptDelivered {
		return 1
	}
	return 0
}

// liftUnfounded lifts an opt-out that the product has set itself for repeated failures.
func liftUnfounded(t *db.Tx, a models.Address) error {
	open, err := consent.SetByReports(t, a, models.CauseRepeatedSoft)
	if err != nil || open.ID == "" {
		return err
	}
	return consent.Lift(t, models.Itself(a.AccountID), a, open, consent.Lifting{Reason: models.LiftedBySet})
}

// wishSince follows a wish that was told before an earlier one: who stopped and began again has begun again,
// in whatever order we hear of it.
func wishSince(t *db.Tx, e *models.Event, a models.Address) error {
	var later models.Event
	err := t.Where("account_id = ? AND channel = ? AND type = ? AND state = 'applied' AND recipient IN ? "+
		"AND occurred_at > ?",
		a.AccountID, a.Channel, models.Resubscribed, []string{e.Recipient, a.Value, a.Normal}, e.OccurredAt).
		Order("occurred_at DESC, id").Limit(1).Find(&later).Error
	if err != nil || later.ID == "" {
		return db.Wrap(err, "a later wish")
	}
	return consent.LiftByCustomer(t, &later, a)
}
