package resend

import (
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// plan is where a resend would go, after all guards.
type plan struct {
	attempts   []models.Attempt
	address    models.Address
	connection models.Connection
	content    models.Content
}

func (p plan) newest() models.Attempt {
	if len(p.attempts) == 0 {
		return models.Attempt{Number: -1}
	}
	return p.attempts[len(p.attempts)-1]
}

// planResend asks the guards in their order (RULES.md, Guards of a resend).
func planResend(t *db.Tx, a models.Actor, n models.Notification, ask ResendAsk) (plan, error) {
	f, err := readFacts(t, n.AccountID, []models.Notification{n}, ask.channel(n))
	if err != nil {
		return plan{}, err
	}
	p, err := f.plan(n, ask)
	if err != nil {
		return p, err
	}
	p.content, err = ledger.Content(t, n)
	return p, err
}

// plan asks the guards; what the answer carries has no content yet.
func (f *facts) plan(n models.Notification, ask ResendAsk) (plan, error) {
	channel, late := ask.channel(n), ask.Late
	p := plan{attempts: f.attempts[n.ID]}
	if err := guardState(n, p, ask, f.t); err != nil {
		return p, err
	}
	if err := guardVersions(f.t, n, ask); err != nil {
		return p, err
	}
	p.address = f.main[n.CustomerID]
	if (ask.AddressID != "" && ask.AddressID != p.address.ID) || (ask.To != "" && ask.To != p.address.Value) {
		return p, models.Refusal{Guard: models.GuardChanged}
	}
	var unconnected error
	p.connection, unconnected = choose(f.sending, n, channel)
	for _, ask := range []func() error{
		func() error { return f.guardAddress(p) },
		func() error { return f.guardSameRefusal(p) },
		func() error { return unconnected },
		func() error { return f.guardContent(n, channel) },
		func() error { return f.guardLimits(n, p) },
		func() error { return f.guardOver(n, late) },
	} {
		if err := ask(); err != nil {
			return p, err
		}
	}
	return p, nil
}

// guardState is nos. 1 and 2.
func guardState(n models.Notification, p plan, ask ResendAsk, t *db.Tx) error {
	switch n.State {
	case models.StateCleared:
		return models.Refusal{
			Guard:  models.GuardCleared,
			Values: map[string]string{"person": n.ClearedByName},
		}
	case models.StateDelivered:
		return models.Refusal{Guard: models.GuardDelivered}
	case models.StatePresumed:
		return models.Refusal{Guard: models.GuardPresumed}
	}
	live := p.live()
	named := map[string]string{
		"person":  live.AskedByName,
		"attempt": live.ID,
		"at":      live.OwnAt.Format(time.RFC3339),
	}
	if n.State == models.StatePending && live.Outcome != models.Queued && live.Outcome != models.Sending {
		// for the first time: nothing has been heard of it
		return models.Refusal{Guard: models.GuardOnItsWay, Values: named}
	}
	switch live.Outcome {
	case models.Queued, models.Sending:
		return models.Refusal{Guard: models.GuardLive, Values: named}
	case models.OutcomeUnknown:
		if !ask.MayGetTwo {
			return models.Refusal{Guard: models.GuardUnknown, Values: named}
		}
	case models.AttemptAccepted:
		if t.Now.Sub(live.OwnAt) < t.Database.Limits().DoubtWindow {
			return models.Refusal{Guard: models.GuardOnItsWay, Values: named}
		}
		if !ask.MayGetTwo {
			return models.Refusal{Guard: models.GuardMayArrive, Values: named}
		}
	}
	return nil
}

// live is the newest attempt that was not cancelled.
func (p plan) live() models.Attempt {
	for i := len(p.attempts) - 1; i >= 0; i-- {
		if p.attempts[i].Outcome != models.Cancelled {
			return p.attempts[i]
		}
	}
	return models.Attempt{}
}
