package handlers

import (
	"context"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
	"undelivered/views"
)

// Advise asks the table what may be said and offered, and gives it the words that only a page knows.
func (h *Handlers) Advise(c echo.Context, st report.NotificationDetail,
	other, suggestion bool) (advice.Case, advice.Advice, error) {
	ctx, a := c.Request().Context(), Actor(c)
	takes, err := h.takesStopFor(ctx, a, st.Notification.Channel == models.SMS)
	if err != nil {
		return advice.Case{}, advice.Advice{}, err
	}
	k, err := h.Store.Resend.Case(ctx, a, st, takes)
	if err != nil {
		return k, advice.Advice{}, err
	}
	k.Other, k.Suggestion = other, suggestion
	k.Reason = k.Reason.Told(namesOf(st))
	return k, advice.Advise(k), nil
}

// takesStopFor is takesStop where texts are among what is asked about.
func (h *Handlers) takesStopFor(ctx context.Context, a models.Actor, texts bool) (bool, error) {
	if !texts || !a.May(models.Work) {
		return false, nil
	}
	return h.takesStop(ctx, a)
}

// Briefs are what the rows of a list say, as their pages do.
func (h *Handlers) Briefs(ctx context.Context, a models.Actor,
	rows []models.Undelivered) (map[string]advice.Brief, error) {
	takes, err := h.takesStopFor(ctx, a,
		slices.ContainsFunc(rows, func(u models.Undelivered) bool { return u.Channel == models.SMS }))
	if err != nil {
		return nil, err
	}
	cases, err := h.Store.Resend.Cases(ctx, a, rows, takes)
	all := make(map[string]advice.Brief, len(cases))
	for id, one := range cases {
		all[id] = one.Brief()
	}
	return all, err
}

// namesOf is what the dictionary's words leave open and a story knows.
func namesOf(st report.NotificationDetail) map[string]string {
	known := map[string]string{"from": bareAddress(st.Content.Sender)}
	if address := failedAddress(st); st.Notification.Channel == models.Email {
		known["address"], known["domain"] = address, address[strings.LastIndex(address, "@")+1:]
	}
	return known
}

// bareAddress is the address of "Name <address>".
func bareAddress(sender string) string {
	if _, address, named := strings.Cut(strings.TrimSuffix(strings.TrimSpace(sender), ">"), "<"); named {
		return address
	}
	return strings.TrimSpace(sender)
}

// addAdvice is advise for the page, with where its acts lead.
func (h *Handlers) addAdvice(c echo.Context, page *views.NotificationPage,
	st report.NotificationDetail) error {
	k, given, err := h.Advise(c, st, page.Other.Offered, page.Suggestion != nil)
	if err != nil {
		return err
	}
	page.State = string(k.Stand)
	page.StateBy, page.StateAt, page.StateText = stateOf(c.Request().Context(), st, k.Stand)
	page.Advice, page.Reason, page.Refusal, page.Against = given, given.Cause, Named(k.Refusal), k.Against
	page.Links = map[advice.Act]string{
		advice.ActOptIn:      views.OptInURL(st.Customer.ID, k.Against.AddressID),
		advice.ActAskClear:   views.SuppressionAskURL(k.Against.Suppression),
		advice.ActSeeRequest: requestPage(k.Against), advice.ActConnections: views.SettingsURL("connections"),
		advice.ActDecide: views.NotificationConfirmURL(page.ID, "resend"),
		advice.ActAsk:    views.NotificationConfirmURL(page.ID, "resend"),
		advice.ActClear:  views.NotificationConfirmURL(page.ID, "clear"),
	}
	page.Stopped, err = h.Store.Resend.StoppedBy(c.Request().Context(), Actor(c), st)
	return err
}

// requestPage is where an open request is told of: at the entry that it is about, else its own page.
func requestPage(a advice.Against) string {
	if a.Suppression != "" {
		return views.SuppressionURL(a.Suppression)
	}
	return views.RequestURL(a.Request)
}
