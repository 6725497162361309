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
	f, err := readFacts(t, n.AccountID, []models.Notification{n}, n.Channel)
	if err != nil {
		return advice.Case{}, err
	}
	c := caseOf(n, st.Attempts, t.Now, n.Aged(st.Zone, st.WindowDays, t.Now))
	c.Moved, c.Next = st.Row.NewAddress, next(st)
	return c, f.decide(&c, a, n, takesStop)
}

// Cases are the cases of a list, without what happens by itself: that is read from the events of each.
func (s *Store) Cases(ctx context.Context, a models.Actor, rows []models.Undelivered,
	takesStop bool) (map[string]advice.Case, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	t, all := s.db.ReadTx(ctx), make(map[string]advice.Case, len(rows))
	byID := make(map[string]models.Undelivered, len(rows))
	var ids []string
	for _, row := range rows {
		byID[row.ID], ids = row, append(ids, row.ID)
	}
	var notifications []models.Notification
	if err := t.Find(&notifications, "account_id = ? AND id IN ?", a.AccountID, ids).Error; err != nil ||
		len(notifications) == 0 {
		return all, db.Wrap(err, "notifications of a list")
	}
	for channel, some := range byChannel(notifications) {
		f, err := readFacts(t, a.AccountID, some, channel)
		if err != nil {
			return nil, err
		}
		for _, n := range some {
			c := caseOf(n, f.attempts[n.ID], t.Now, n.Aged(f.account.Location(), f.account.Days(), t.Now))
			c.Moved, c.Suggestion = byID[n.ID].NewAddress, byID[n.ID].Suggestion != ""
			if err := f.decide(&c, a, n, takesStop); err != nil {
				return nil, err
			}
			all[n.ID] = c
		}
	}
	return all, nil
}

func byChannel(all []models.Notification) map[models.Channel][]models.Notification {
	some := map[models.Channel][]models.Notification{}
	for _, n := range all {
		some[n.Channel] = append(some[n.Channel], n)
	}
	return some
}

// caseOf is what a notification and its attempts tell.
func caseOf(n models.Notification, attempts []models.Attempt, now time.Time, aged bool) advice.Case {
	reason, _ := models.ReasonByID(reason(n))
	return advice.Case{
		Stand:    stand(n, plan{attempts: attempts}.live(), aged),
		Channel:  n.Channel,
		Status:   n.Status,
		Reason:   reason,
		FailedAt: n.DecidedAt,
		Now:      now,
	}
}

// decide adds what a resend would be answered, and what holds against the address.
func (f *facts) decide(c *advice.Case, a models.Actor, n models.Notification, takesStop bool) (err error) {
	c.Work, c.Configure = a.May(models.Work), a.May(models.Configure)
	c.Erased = f.erased[n.CustomerID]
	if c.Refusal, err = f.refusal(n); err != nil {
		return err
	}
	if c.Beyond, err = f.beyond(n); err != nil {
		return err
	}
	c.Against, err = f.against(a, n, c.Refusal, takesStop)
	return err
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

// refusal is what a resend asked for now would be answered. Where a person may tick that the customer may get
// two, it is what stands behind that question, if anything does.
func (f *facts) refusal(n models.Notification) (models.Refusal, error) {
	_, err := f.plan(n, ResendAsk{NotificationID: n.ID})
	first, err := refusalOf(err)
	if err != nil || first.Guard != models.GuardMayArrive && first.Guard != models.GuardUnknown {
		return first, err
	}
	_, err = f.plan(n, ResendAsk{NotificationID: n.ID, MayGetTwo: true, Late: true})
	behind, err := refusalOf(err)
	if behind.Guard != "" {
		return behind, err
	}
	return first, err
}

// beyond is the guard that would refuse a resend to any address, or ask about it first.
func (f *facts) beyond(n models.Notification) (models.Guard, error) {
	p := plan{attempts: f.attempts[n.ID]}
	_, unconnected := choose(f.sending, n, n.Channel)
	ask := ResendAsk{NotificationID: n.ID, MayGetTwo: true}
	for _, err := range []error{guardState(n, p, ask, f.t), unconnected, f.guardContent(n, n.Channel),
		f.guardLimits(n, p), f.guardOver(n, false)} {
		if refusal, err := refusalOf(err); refusal.Guard != "" || err != nil {
			return refusal.Guard, err
		}
	}
	return "", nil
}

// against is what refuses the address on file, and whether this person can ask for lifting it.
func (f *facts) against(a models.Actor, n models.Notification, r models.Refusal,
	takesStop bool) (advice.Against, error) {
	address := f.main[n.CustomerID]
	held := advice.Against{AddressID: address.ID}
	if r.Guard != models.GuardOptedOut && r.Guard != models.GuardSuppressed {
		return held, nil
	}
	for _, o := range f.optOuts[address.ID] {
		if o.LiftedAt == nil && (held.Cause == "" || advice.Wishes[o.Cause] && !advice.Wishes[held.Cause]) {
			held.Cause, held.Since, held.NotificationID = o.Cause, o.OccurredAt, o.NotificationID
		}
	}
	for _, entry := range f.entries[address.Normal] {
		if entry.ClearedAt == nil && (held.Suppression == "" || entry.ID == r.Values["suppression"]) {
			held.Suppression, held.NotificationID = entry.ID, cmp.Or(held.NotificationID,
				entry.NotificationID)
			if held.Cause == "" {
				held.Since = entry.ListedAt
			}
		}
	}
	return held, way(f.t, a, address, takesStop, &held)
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

// stand is where a notification stands, with its newest attempt that was not cancelled.
func stand(n models.Notification, last models.Attempt, aged bool) advice.Stand {
	ours := last.Ours && (last.OwnState == models.Queued || last.OwnState == models.Sending)
	switch n.State {
	case models.StateRunning:
		return advice.Stand(last.OwnState)
	case models.StatePending:
		if ours {
			return advice.StandFirst
		}
		return advice.StandPending
	case models.StateFailed:
		if aged {
			return advice.StandAgedOut
		}
	}
	return advice.Stand(n.State)
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
