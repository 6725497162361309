package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// notificationPage gathers what the page of one notification shows. edit is a refused form to show again, or nil.
func (h *Handlers) notificationPage(c echo.Context, id string, edit *views.ContactForm) (views.NotificationPage, error) {
	ctx, a := c.Request().Context(), actor(c)
	st, err := h.Store.Story(ctx, a, id)
	if err != nil {
		return views.NotificationPage{}, err
	}
	n := st.Notification
	reason, _ := models.ReasonByID(n.Reason)
	page := views.NotificationPage{
		Base: h.base(c), ID: n.ID, Version: n.Version, Title: n.Title, DueAt: deref(n.DueAt), Channel: n.Channel,
		Address: shownAddress(st), Status: n.Status, Returned: n.Returned, FailedAt: n.DecidedAt, Reason: reason,
		ReasonText: withNames(reason.Text, n.Channel, failedAddress(st)), OurSide: reason.OurSide(), Poll: number(c, "poll"),
		History: history(st), Said: said(st), Content: contentOf(st, c), Also: also(st),
		Contact: contactForm(st, h.Store.Limits().SoftFailures), Other: h.otherWay(ctx, a, st), StateProvider: providerName(st.Connections[toldOf(st).ConnectionID]),
	}
	if edit != nil {
		page.Contact = *edit
	}
	page.State, page.StateBy, page.StateAt, page.StateText = stateOf(langCtx(c), st, page.Base)
	page.FirstAt = firstAway(st)
	page.Night = nightWhere(st, page.Base)
	h.addGuard(c, &page, st)
	h.addSuggestion(&page, st)
	if page.OurSide {
		page.OwnerName, _ = h.Store.OwnerName(ctx, a) // the page says "the owner" without a name
	}
	return page, h.addWork(ctx, a, &page, st)
}

// shownAddress is the one that the present state is about: that of the row, else of the attempt that it tells of.
func shownAddress(st models.Story) string {
	if st.Row.Recipient != "" && st.Notification.State == models.StateFailed {
		return st.Row.Recipient
	}
	return toldOf(st).Recipient
}

// failedAddress is the one that the last failure was about, also after it was corrected.
func failedAddress(st models.Story) string {
	if st.Row.Recipient != "" {
		return st.Row.Recipient
	}
	return newest(st).Recipient
}

// withNames puts the real domain into a reason that speaks of "this name" or of their domain, where a page can name it.
func withNames(text string, channel models.Channel, address string) string {
	domain := address[strings.LastIndex(address, "@")+1:]
	if channel != models.Email || domain == "" {
		return text
	}
	return strings.NewReplacer("{domain}", domain, "{address}", address, "of that name", "of the name "+domain).Replace(text)
}

// stateOf is the state as a page names it, and who brought it about, when.
func stateOf(ctx context.Context, st models.Story, b views.Base) (state, by string, at time.Time, text string) {
	n, last := st.Notification, toldOf(st)
	switch n.State {
	case models.StateRunning:
		return string(last.OwnState), last.AskedByName, last.AskedAt, ""
	case models.StateCleared:
		return "cleared", n.ClearedByName, deref(n.ClearedAt), views.T(ctx, "outcome."+n.Outcome+".past")
	case models.StateFailed:
		if aged(n, b) {
			return "aged_out", "", n.DecidedAt.In(b.Zone).AddDate(0, 0, b.WindowDays+1), ""
		}
		return "failed", "", n.DecidedAt, st.Row.Reason
	case models.StateUnknown, models.StateWaiting:
		return string(n.State), last.AskedByName, last.OwnAt, ""
	}
	return string(n.State), "", last.DecidedAt, ""
}

// aged says whether the item has left the standard window: as many full days as it has and the rest of its day.
func aged(n models.Notification, b views.Base) bool {
	day := n.DecidedAt.In(b.Zone).Format(time.DateOnly)
	return day < b.Now.In(b.Zone).AddDate(0, 0, -b.WindowDays).Format(time.DateOnly)
}

// firstAway is when the item left the number before it came back.
func firstAway(st models.Story) time.Time {
	last := newest(st)
	for _, e := range st.Events {
		if e.AttemptID == last.ID && e.Type == models.Delivered {
			return e.OccurredAt
		}
	}
	return deref(last.AcceptedAt)
}

func deref(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return *at
}

// addGuard says what would refuse a resend now, and where to lift it.
func (h *Handlers) addGuard(c echo.Context, page *views.NotificationPage, st models.Story) {
	r := asRefusal(h.Store.CheckResend(c.Request().Context(), actor(c), st.Notification.ID))
	if r.Guard == "" || r.Guard == models.GuardLive {
		return // the badge says that it is being sent
	}
	if r.Guard == models.GuardMayArrive {
		page.MayTwice = true
		return
	}
	page.Guard = &views.Guard{Refusal: named(r)}
	address := st.Addresses[st.Notification.Channel]
	switch r.Guard {
	case models.GuardOptedOut:
		page.Guard.URL, page.Guard.LinkText = views.OptInURL(st.Customer.ID, address.ID), views.T(langCtx(c), "How to opt it in again")
	case models.GuardSuppressed:
		page.Guard.URL, page.Guard.LinkText = views.SuppressionAskURL(r.Values["suppression"]), views.T(langCtx(c), "Ask to clear it")
	case models.GuardSameRefusal:
		page.Guard.URL, page.Guard.LinkText = views.NotificationConfirmURL(st.Notification.ID, "resend"), views.T(langCtx(c), "Correct the address")
	}
}

// addSuggestion offers a likely correction of the address on file, while the one that failed is still on file.
func (h *Handlers) addSuggestion(page *views.NotificationPage, st models.Story) {
	onFile := st.Addresses[models.Email].Value
	if st.Row.Suggestion == "" || onFile != st.Row.Recipient || page.Channel != models.Email {
		return
	}
	page.Suggestion = &views.Suggestion{ID: st.Customer.ID, OnFile: onFile, Value: st.Row.Suggestion}
}

func (h *Handlers) addWork(ctx context.Context, a models.Actor, page *views.NotificationPage, st models.Story) error {
	people, err := h.Store.Members(ctx, a)
	if err != nil {
		return err
	}
	page.Work = views.WorkState{Assigned: st.Notification.AssignedTo, Snoozed: deref(st.Notification.SnoozedUntil), OnHold: st.Notification.OnHold}
	page.Work.People = append(page.Work.People, views.Option{Label: views.T(ctx, "Nobody")})
	for _, p := range people {
		page.Work.People = append(page.Work.People, views.Option{Value: p.User.ID, Label: p.User.Name})
	}
	return nil
}
