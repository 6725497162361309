package models

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// Case reads what decides about a notification, for the person who looks. takesStop: the account's provider of texts
// takes a record in place of the customer's START.
func (s *Store) Case(ctx context.Context, a Actor, st Story, takesStop bool) (Case, error) {
	if err := a.need(See); err != nil {
		return Case{}, err
	}
	t, n := s.looking(ctx), st.Notification
	c := st.Case(t.now)
	c.Work, c.Configure = a.May(Work), a.May(Configure)
	var err error
	if c.Refusal, err = t.refusal(a, n); err != nil {
		return c, err
	}
	if c.Beyond, err = t.beyond(n, st.Attempts); err != nil {
		return c, err
	}
	c.Against, err = t.against(a, st, c.Refusal, takesStop)
	return c, err
}

// Case is what the story alone tells: all but what a resend would be refusalOf.
func (st Story) Case(now time.Time) Case {
	n := st.Notification
	reason, _ := ReasonByID(n.reason())
	return Case{Stand: st.stand(now), Channel: n.Channel, Status: n.Status, Reason: reason, FailedAt: n.DecidedAt, Now: now,
		Moved: st.Row.NewAddress, Next: st.next()}
}

// reason is the dictionary's entry that is told: of a hand-over of which nobody knows never an older cause.
func (n Notification) reason() string {
	if n.State == StateUnknown {
		return unknownReason(n.Channel)
	}
	return n.Reason
}

// refusalOf is the answer to a question about a resend: the refusal, or the zero one.
func refusalOf(err error) (Refusal, error) {
	refusal := Refusal{}
	if errors.As(err, &refusal) {
		return refusal, nil
	}
	return refusal, err
}

// refusal is what a resend asked for now would be refusalOf. Where a person may tick that the customer may get two, it is
// what stands behind that question, if anything does.
func (t *tx) refusal(a Actor, n Notification) (Refusal, error) {
	_, err := t.plan(a, n, ResendAsk{NotificationID: n.ID})
	first, err := refusalOf(err)
	if err != nil || first.Guard != GuardMayArrive && first.Guard != GuardUnknown {
		return first, err
	}
	_, err = t.plan(a, n, ResendAsk{NotificationID: n.ID, MayGetTwo: true, Late: true})
	behind, err := refusalOf(err)
	if behind.Guard != "" {
		return behind, err
	}
	return first, err
}

// beyond is the guard that would refuse a resend to any address.
func (t *tx) beyond(n Notification, attempts []Attempt) (Guard, error) {
	ask := ResendAsk{NotificationID: n.ID, MayGetTwo: true}
	p := plan{attempts: attempts}
	_, unconnected := t.sendingConnection(n, n.Channel)
	_, unsayable := t.guardContent(n, n.Channel)
	for _, err := range []error{guardState(n, p, ask, t), unconnected, unsayable, t.guardLimits(n, p)} {
		if refusal, err := refusalOf(err); refusal.Guard != "" || err != nil {
			return refusal.Guard, err
		}
	}
	return "", nil
}

// against is what refuses the address on file, and whether this person can ask for lifting it.
func (t *tx) against(a Actor, st Story, r Refusal, takesStop bool) (Against, error) {
	address := st.Addresses[st.Notification.Channel]
	held := Against{AddressID: address.ID}
	if r.Guard != GuardOptedOut && r.Guard != GuardSuppressed {
		return held, nil
	}
	for _, o := range st.OptOuts {
		if o.AddressID == address.ID && (held.Cause == "" || wishes[o.Cause] && !wishes[held.Cause]) {
			held.Cause, held.Since, held.NotificationID = o.Cause, o.OccurredAt, o.NotificationID
		}
	}
	for _, entry := range st.Suppressions {
		if entry.Normal == address.Normal && (held.Suppression == "" || entry.ID == r.Values["suppression"]) {
			held.Suppression, held.NotificationID = entry.ID, cmp.Or(held.NotificationID, entry.NotificationID)
			if held.Cause == "" {
				held.Since = entry.ListedAt
			}
		}
	}
	return held, t.way(a, address, takesStop, &held)
}

// way is whether lifting can be asked for, or has been.
func (t *tx) way(a Actor, address Address, takesStop bool, held *Against) error {
	var open []string
	err := t.Model(&ClearRequest{}).Where("address_id = ? AND state IN ?", address.ID, OpenStates).Order("asked_at DESC").Limit(1).Pluck("id", &open).Error
	if err != nil || len(open) > 0 {
		held.Request = first(open)
		return found(err, "open requests")
	}
	if !a.May(Work) {
		return nil
	}
	_, _, err = t.needs(a, address, takesStop)
	if errors.Is(err, ErrForbidden) {
		held.Lift = GuardLiftSupport
		return nil
	}
	refusal, err := refusalOf(err)
	held.Lift, held.LiftAt = refusal.Guard, refusal.Values["at"]
	return err
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// newest is the newest attempt that was not cancelled.
func (st Story) newest() Attempt { return plan{attempts: st.Attempts}.live() }

// stand is where the notification stands.
func (st Story) stand(now time.Time) Stand {
	last := st.newest()
	ours := last.Ours && (last.OwnState == Queued || last.OwnState == Sending)
	switch st.Notification.State {
	case StateRunning:
		return Stand(last.OwnState)
	case StatePending:
		if ours {
			return StandFirst
		}
		return StandPending
	case StateFailed:
		if st.Notification.aged(st.Zone, st.WindowDays, now) {
			return StandAgedOut
		}
	}
	return Stand(st.Notification.State)
}

// aged says whether it has left the standard window: so many full days and the rest of its own.
func (n Notification) aged(zone *time.Location, days int, now time.Time) bool {
	return dayOf(n.DecidedAt, zone) < dayOf(now.AddDate(0, 0, -days), zone)
}

// next is what is really about to happen: an attempt that is queued has a job, an unknown one a look into the log, and a
// provider that has put a message off has said that it goes on.
func (st Story) next() Next {
	last := st.newest()
	switch {
	case last.OwnState == Queued && last.DueAt != nil && last.Tries > 0:
		return Next{NextRetry, *last.DueAt}
	case last.OwnState == Queued && last.DueAt != nil && !last.Resend():
		return Next{NextHandover, *last.DueAt}
	case last.OwnState == OutcomeUnknown && !last.Closed && last.DueAt != nil:
		return Next{NextLookUp, *last.DueAt}
	case last.Outcome != AttemptAccepted:
		return Next{}
	}
	if put, off := st.putOff(last); off {
		return Next{NextProvider, put.OccurredAt}
	}
	if last.SettleAt != nil {
		return Next{NextSettle, *last.SettleAt}
	}
	return Next{}
}

// putOff is the last word of the provider about an attempt, when it says that it goes on trying.
func (st Story) putOff(a Attempt) (Event, bool) {
	for _, e := range slices.Backward(st.Events) {
		if e.AttemptID == a.ID && (e.Type.Progress() || e.Type == Delivered || e.Type.Failure()) {
			return e, e.Type == Deferred
		}
	}
	return Event{}, false
}
