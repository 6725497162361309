package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// advise asks the table what may be said and offered, and gives it the words that only a page knows.
func (h *Handlers) advise(c echo.Context, st models.Story, other, suggestion bool) (models.Case, models.Advice, error) {
	ctx, a := c.Request().Context(), actor(c)
	takes := false
	if st.Notification.Channel == models.SMS {
		var err error
		if takes, err = h.takesStop(ctx, a); err != nil && a.May(models.Work) {
			return models.Case{}, models.Advice{}, err
		}
	}
	k, err := h.Store.Case(ctx, a, st, takes)
	if err != nil {
		return k, models.Advice{}, err
	}
	k.Other, k.Suggestion = other, suggestion
	k.Reason = k.Reason.Told(namesOf(st))
	return k, models.Advise(k), nil
}

// namesOf is what the dictionary's words leave open and a story knows.
func namesOf(st models.Story) map[string]string {
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
func (h *Handlers) addAdvice(c echo.Context, page *views.NotificationPage, st models.Story) error {
	k, advice, err := h.advise(c, st, page.Other.Offered, page.Suggestion != nil)
	if err != nil {
		return err
	}
	page.State = string(k.Stand)
	page.StateBy, page.StateAt, page.StateText = stateOf(langCtx(c), st, k.Stand)
	page.Advice, page.Reason, page.Refusal, page.Against = advice, advice.Cause, named(k.Refusal), k.Against
	page.Links = map[models.Act]string{
		models.ActOptIn: views.OptInURL(st.Customer.ID, k.Against.AddressID), models.ActAskClear: views.SuppressionAskURL(k.Against.Suppression),
		models.ActSeeRequest: requestPage(k.Against), models.ActConnections: views.SettingsURL("connections"),
		models.ActDecide: views.NotificationConfirmURL(page.ID, "resend"), models.ActAsk: views.NotificationConfirmURL(page.ID, "resend"),
		models.ActClear: views.NotificationConfirmURL(page.ID, "clear"),
	}
	page.Stopped, err = h.Store.StoppedBy(c.Request().Context(), actor(c), st)
	return err
}

// requestPage is where an open request is told of: at the entry that it is about, else its own page.
func requestPage(a models.Against) string {
	if a.Suppression != "" {
		return views.SuppressionURL(a.Suppression)
	}
	return views.RequestURL(a.Request)
}
