package handlers

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
	"undelivered/views"
)

// notificationPage gathers what the page of one notification shows. edit is a refused form to show again, or
// nil.
func (h *Handlers) notificationPage(c echo.Context, id string,
	edit *views.ContactForm) (views.NotificationPage, error) {
	ctx, a := c.Request().Context(), Actor(c)
	st, err := h.Store.Report.NotificationDetail(ctx, a, id)
	if err != nil {
		return views.NotificationPage{}, err
	}
	n := st.Notification
	page := views.NotificationPage{
		Base: h.base(c), ID: n.ID, Version: n.Version, Title: n.Title, DueAt: Deref(n.DueAt),
		Channel: n.Channel,
		Address: shownAddress(st), Status: n.Status, Returned: n.Returned, FailedAt: n.DecidedAt,
		Poll:    number(c, "poll"),
		History: history(st), Said: said(st), Content: contentOf(st, c), Also: also(st),
		Contact: contactForm(st), Other: h.otherWay(ctx, a, st), StateProvider: handedTo(st, toldOf(st)),
	}
	if edit != nil {
		page.Contact = *edit
	}
	page.FirstAt = firstAway(st)
	if page.Channel == models.SMS || page.Other.Channel == models.SMS && page.Other.Offered {
		page.Night = nightWhere(st, page.Base)
	}
	h.addSuggestion(&page, st)
	if err := h.addAdvice(c, &page, st); err != nil {
		return page, err
	}
	page.OurSide, page.Proof = page.Reason.OurSide(), proofOf(st)
	if page.OurSide {
		page.OwnerName, _ = h.Store.People.OwnerName(ctx, a) // the page says "the owner" without a name
	}
	return page, h.addWork(ctx, a, &page, st)
}

// shownAddress is the one that the present state is about: that of the row, else of the attempt that it tells
// of.
func shownAddress(st report.NotificationDetail) string {
	if st.Row.Recipient != "" && st.Notification.State == models.StateFailed {
		return st.Row.Recipient
	}
	return toldOf(st).Recipient
}

// failedAddress is the one that the last failure was about, also after it was corrected.
func failedAddress(st report.NotificationDetail) string {
	if st.Row.Recipient != "" {
		return st.Row.Recipient
	}
	return newest(st).Recipient
}

// stateOf is who brought a stand about, when, and in which words.
func stateOf(ctx context.Context, st report.NotificationDetail,
	stand advice.Stand) (by string, at time.Time, text string) {
	n, last := st.Notification, toldOf(st)
	switch stand {
	case advice.StandQueued, advice.StandSending, advice.StandFirst:
		return last.AskedByName, last.AskedAt, ""
	case advice.StandCleared:
		return n.ClearedByName, Deref(n.ClearedAt), views.T(ctx, "outcome."+n.Outcome+".past")
	case advice.StandAgedOut:
		return "", n.DecidedAt.In(st.Zone).AddDate(0, 0, st.WindowDays+1), ""
	case advice.StandFailed:
		return "", n.DecidedAt, st.Row.Reason
	case advice.StandUnknown, advice.StandWaiting:
		return last.AskedByName, last.OwnAt, ""
	}
	return "", last.DecidedAt, ""
}

// firstAway is when the item left the number before it came back.
func firstAway(st report.NotificationDetail) time.Time {
	last := newest(st)
	for _, e := range st.Events {
		if e.AttemptID == last.ID && e.Type == models.Delivered {
			return e.OccurredAt
		}
	}
	return Deref(last.AcceptedAt)
}

// Deref is a time that may be missing; the zero time where it is.
func Deref(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return *at
}

// addSuggestion offers a likely correction of the address on file, while the one that failed is still on
// file.
func (h *Handlers) addSuggestion(page *views.NotificationPage, st report.NotificationDetail) {
	onFile := st.Addresses[models.Email].Value
	if st.Row.Suggestion == "" || onFile != st.Row.Recipient || page.Channel != models.Email {
		return
	}
	page.Suggestion = &views.Suggestion{ID: st.Customer.ID, OnFile: onFile, Value: st.Row.Suggestion}
}

func (h *Handlers) addWork(ctx context.Context, a models.Actor, page *views.NotificationPage,
	st report.NotificationDetail) error {
	staff, err := h.Store.People.Members(ctx, a)
	if err != nil {
		return err
	}
	page.Work = views.WorkState{
		Assigned: st.Notification.AssignedTo,
		Snoozed:  Deref(st.Notification.SnoozedUntil),
		OnHold:   st.Notification.OnHold,
	}
	page.Work.People = append(page.Work.People, views.Option{Label: views.T(ctx, "Nobody")})
	for _, p := range staff {
		page.Work.People = append(page.Work.People, views.Option{Value: p.User.ID, Label: p.User.Name})
	}
	return nil
}
