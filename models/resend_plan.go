package models

import "time"

// plan is where a resend would go, after all guards.
type plan struct {
	attempts   []Attempt
	address    Address
	connection Connection
	content    Content
}

func (p plan) newest() Attempt {
	if len(p.attempts) == 0 {
		return Attempt{Number: -1}
	}
	return p.attempts[len(p.attempts)-1]
}

// plan asks the guards of semantics 9.2, in their order.
func (t *tx) plan(a Actor, n Notification, ask ResendAsk) (p plan, err error) {
	if err := t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("number").
		Find(&p.attempts).Error; err != nil {
		return p, found(err, "attempts")
	}
	if err := guardState(n, p, ask, t); err != nil {
		return p, err
	}
	if err := t.guardVersions(n, ask); err != nil {
		return p, err
	}
	if p.address, err = t.mainAddress(n.AccountID, n.CustomerID, ask.channel(n)); err != nil {
		return p, err
	}
	if (ask.AddressID != "" && ask.AddressID != p.address.ID) || (ask.To != "" && ask.To != p.address.Value) {
		return p, Refusal{Guard: GuardChanged}
	}
	connection, unconnected := t.sendingConnection(n, ask.channel(n))
	p.connection = connection
	if err := t.guardAddress(p); err != nil {
		return p, err
	}
	if err := t.guardSameRefusal(p); err != nil {
		return p, err
	}
	if unconnected != nil {
		return p, unconnected
	}
	if p.content, err = t.guardContent(n, ask.channel(n)); err != nil {
		return p, err
	}
	if err := t.guardLimits(n, p); err != nil {
		return p, err
	}
	return p, t.guardOver(n, ask)
}

// guardState is nos. 1 and 2.
func guardState(n Notification, p plan, ask ResendAsk, t *tx) error {
	switch n.State {
	case StateCleared:
		return Refusal{GuardCleared, map[string]string{"person": n.ClearedByName}}
	case StateDelivered:
		return Refusal{Guard: GuardDelivered}
	case StatePresumed:
		return Refusal{Guard: GuardPresumed}
	}
	live := p.live()
	named := map[string]string{"person": live.AskedByName, "attempt": live.ID, "at": live.OwnAt.Format(time.RFC3339)}
	if n.State == StatePending && live.Outcome != Queued && live.Outcome != Sending {
		return Refusal{GuardOnItsWay, named} // for the first time: nothing has been heard of it
	}
	switch live.Outcome {
	case Queued, Sending:
		return Refusal{GuardLive, named}
	case OutcomeUnknown:
		if !ask.MayGetTwo {
			return Refusal{GuardUnknown, named}
		}
	case AttemptAccepted:
		if t.now.Sub(live.OwnAt) < t.s.limits.DoubtWindow {
			return Refusal{GuardOnItsWay, named}
		}
		if !ask.MayGetTwo {
			return Refusal{GuardMayArrive, named}
		}
	}
	return nil
}

// live is the newest attempt that was not cancelled.
func (p plan) live() Attempt {
	for i := len(p.attempts) - 1; i >= 0; i-- {
		if p.attempts[i].Outcome != Cancelled {
			return p.attempts[i]
		}
	}
	return Attempt{}
}
