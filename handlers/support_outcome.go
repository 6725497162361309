package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/providers"
	"undelivered/views"
)

// outcome says in plain words how far a request has come: what was decided, or what the provider does about
// it.
func (h *Handlers) outcome(c echo.Context, r consent.ClearRequest, entry consent.SuppressionLine,
	provider string) string {
	ctx, tried := c.Request().Context(), lastAnswer(c, r, provider)
	switch r.State {
	case consent.RequestLapsed:
		return views.T(ctx, "Nobody acted on it for 14 days. Nothing was changed.")
	case consent.RequestWithdrawn:
		return views.T(ctx, "{person} has withdrawn it. Nothing was changed.", "person", r.AskedByName)
	case consent.RequestRefused:
		return tried
	case consent.RequestByHand:
		return byHandWhy(c, r, entry, provider, tried)
	case consent.RequestDone:
		return strings.TrimSpace(r.DecisionNote + " " + r.Result)
	case consent.RequestApproved, consent.RequestRunning:
		if r.Tries > 0 && r.Result != "" && r.DueAt != nil {
			return tried + " " + views.T(ctx, "Try {n} of {most}. The next one is on {date}.", "n",
				views.Count(r.Tries), "most", views.Count(consent.ClearTries), "date", h.on(c, *r.DueAt))
		}
	}
	return r.DecisionNote
}

// lastAnswer is what the provider said last. That it still lists what it says it has removed is told as it
// is.
func lastAnswer(c echo.Context, r consent.ClearRequest, provider string) string {
	ctx := c.Request().Context()
	switch r.Result {
	case "":
		return views.T(ctx, "{provider} gave no reason.", "provider", provider)
	case consent.StillListed:
		return views.T(ctx, "{provider} said that the entry is removed, but its list still has it.",
			"provider", provider)
	}
	return views.T(ctx, "{provider} says: “{words}”", "provider", provider, "words", r.Result)
}

// byHandText is what a person sends to the provider's support where there is no interface for it, or to the
// customer where only they can do it.
func (h *Handlers) byHandText(c echo.Context, k consent.RequestCase) (text string, toCustomer bool) {
	if k.Request.State != consent.RequestByHand {
		return "", false
	}
	ctx, r := c.Request().Context(), k.Request
	p, _ := providers.ByCode(k.Entry.Provider)
	if r.Kind == "unsubscribe" && k.Address.Channel == models.SMS && p.Manual[r.Kind] != "" {
		return views.T(
			ctx,
			"To get text messages from {business} again, text the word START to the number that wrote to you.",
			"business",
			k.Account.Name,
		), true
	}
	why := views.T(ctx, "The address works again.")
	if r.ConsentID != "" {
		why = views.T(ctx, "The customer has agreed to hear from us again.")
	}
	return views.T(ctx,
		"Please take {address} off the suppression list of our account ({list}, since {date}). {why}", "why",
		why, "date", h.on(c, k.Since), "address", k.Address.Value, "list",
		views.T(ctx, "suppression."+kindShown(r.Kind, k.Address.Channel))) + "\n\n" + k.Account.Name, false
}
