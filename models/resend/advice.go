package resend

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/report"
)

// Case reads what decides about a notification, for the person who looks. takesStop: the account's provider
// of texts takes a record in place of the customer's START.
func (s *Store) Case(ctx context.Context, a models.Actor, st report.NotificationDetail,
	takesStop bool) (advice.Case, error) {
	if err := a.Need(models.See); err != nil {
		return advice.Case{}, err
	}
	t, n := s.db.ReadTx(ctx), st.Notification
	c := Case(st, t.Now)
	c.Work, c.Configure = a.May(models.Work), a.May(models.Configure)
	var err error
	if c.Refusal, err = refusal(t, a, n); err != nil {
		return c, err
	}
	if c.Beyond, err = beyond(t, n, st.Attempts); err != nil {
		return c, err
	}
	c.Against, err = against(t, a, st, c.Refusal, takesStop)
	return c, err
}

// Case is what the story alone tells: all but what a resend would be refusalOf.
func Case(st report.NotificationDetail, now time.Time) advice.Case {
	n := st.Notification
	reason, _ := models.ReasonByID(reason(n))
	return advice.Case{
		Stand:    stand(st, now),
		Channel:  n.Channel,
		Status:   n.Status,
		Reason:   reason,
		FailedAt: n.DecidedAt,
		Now:      now,
		Moved:    st.Row.NewAddress,
		Next:     next(st),
	}
}

// reason is the dictionary's entry that is told: of a hand-over of which nobody knows never an older cause.
func reason(n models.Notification) string {
	if n.State == models.StateUnknown {
		return models.UnknownReason(n.Channel)
	}
	return n.Reason
}

// refusalOf is the answer to a question about a resend: the refusal, or the zero one.
func refusalOf(err error) (models.Refusal, error) {
	refusal := models.Refusal{}
	if errors.As(err, &refusal) {
		return refusal, nil
	}
	return refusal, err
}

// refusal is what a resend asked for now would be refusalOf. Where a person may tick that the customer may
// get two, it is what stands behind that question, if anything does.
func refusal(t *db.Tx, a models.Actor, n models.Notification) (models.Refusal, error) {
	_, err := planResend(t, a, n, ResendAsk{NotificationID: n.ID})
	first, err := refusalOf(err)
	if err != nil || first.Guard != models.GuardMayArrive && first.Guard != models.GuardUnknown {
		return first, err
	}
	_, err = planResend(t, a, n, ResendAsk{NotificationID: n.ID, MayGetTwo: true, Late: true})
	behind, err := refusalOf(err)
	if behind.Guard != "" {
		return behind, err
	}
	return first, err
}

// beyond is the guard that would refuse a resend to any address.
func beyond(t *db.Tx, n models.Notification, attempts []models.Attempt) (models.Guard, error) {
	ask := ResendAsk{NotificationID: n.ID, MayGetTwo: true}
	p := plan{attempts: attempts}
	_, unconnected := sendingConnection(t, n, n.Channel)
	_, unsayable := guardContent(t, n, n.Channel)
	for _, err := range []error{guardState(n, p, ask, t), unconnected, unsayable, guardLimits(t, n, p)} {
		if refusal, err := refusalOf(err); refusal.Guard != "" || err != nil {
			return refusal.Guard, err
		}
	}
	return "", nil
}

// against is what refuses the address on file, and whether this person can ask for lifting it.
func against(t *db.Tx, a models.Actor, st report.NotificationDetail, r models.Refusal,
	takesStop bool) (advice.Against, error) {
	address := st.Addresses[st.Notification.Channel]
	held := advice.Against{AddressID: address.ID}
	if r.Guard != models.GuardOptedOut && r.Guard != models.GuardSuppressed {
		return held, nil
	}
	for _, o := range st.OptOuts {
		if o.AddressID == address.ID &&
			(held.Cause == "" || advice.Wishes[o.Cause] && !advice.Wishes[held.Cause]) {
			held.Cause, held.Since, held.NotificationID = o.Cause, o.OccurredAt, o.NotificationID
		}
	}
	for _, entry := range st.Suppressions {
		if entry.Normal == address.Normal && (held.Suppression == "" || entry.ID == r.Values["suppression"]) {
			held.Suppression, held.NotificationID = entry.ID, cmp.Or(held.NotificationID,
				entry.NotificationID)
			if held.Cause == "" {
				held.Since = entry.ListedAt
			}
		}
	}
	return held, way(t, a, address, takesStop, &held)
}

// way is whether lifting can be asked for, or has been.
func way(t *db.Tx, a models.Actor, address models.Address, takesStop bool, held *advice.Against) error {
	var open []string
	err := t.Model(&consent.ClearRequest{}).
		Where("address_id = ? AND state IN ?", address.ID, consent.OpenStates).Order("asked_at DESC").
		Limit(1).Pluck("id", &open).Error
	if err != nil || len(open) > 0 {
		held.Request = first(open)
		return db.Wrap(err, "open requests")
	}
	if !a.May(models.Work) {
		return nil
	}
	_, _, err = consent.Needs(t, a, address, takesStop)
	if errors.Is(err, models.ErrForbidden) {
		held.Lift = models.GuardLiftSupport
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
func newest(st report.NotificationDetail) models.Attempt { return plan{attempts: st.Attempts}.live() }

// stand is where the notification stands.
func stand(st report.NotificationDetail, now time.Time) advice.Stand {
	last := newest(st)
	ours := last.Ours && (last.OwnState == models.Queued || last.OwnState == models.Sending)
	switch st.Notification.State {
	case models.StateRunning:
		return advice.Stand(last.OwnState)
	case models.StatePending:
		if ours {
			return advice.StandFirst
		}
		return advice.StandPending
	case models.StateFailed:
		if st.Notification.Aged(st.Zone, st.WindowDays, now) {
			return advice.StandAgedOut
		}
	}
	return advice.Stand(st.Notification.State)
}

// next is what is really about to happen: an attempt that is queued has a job, an unknown one a look into the
// log, and a provider that has put a message off has said that it goes on.
func next(st report.NotificationDetail) advice.Next {
	last := newest(st)
	switch {
	case last.OwnState == models.Queued && last.DueAt != nil && last.Tries > 0:
		return advice.Next{Kind: advice.NextRetry, At: *last.DueAt}
	case last.OwnState == models.Queued && last.DueAt != nil && !last.Resend():
		return advice.Next{Kind: advice.NextHandover, At: *last.DueAt}
	case last.OwnState == models.OutcomeUnknown && !last.Closed && last.DueAt != nil:
		return advice.Next{Kind: advice.NextLookUp, At: *last.DueAt}
	case last.Outcome != models.AttemptAccepted:
		return advice.Next{}
	}
	if put, off := putOff(st, last); off {
		return advice.Next{Kind: advice.NextProvider, At: put.OccurredAt}
	}
	if last.SettleAt != nil {
		return advice.Next{Kind: advice.NextSettle, At: *last.SettleAt}
	}
	return advice.Next{}
}

// putOff is the last word of the provider about an attempt, when it says that it goes on trying.
func putOff(st report.NotificationDetail, a models.Attempt) (models.Event, bool) {
	for _, e := range slices.Backward(st.Events) {
		if e.AttemptID == a.ID && (e.Type.Progress() || e.Type == models.Delivered || e.Type.Failure()) {
			return e, e.Type == models.Deferred
		}
	}
	return models.Event{}, false
}
