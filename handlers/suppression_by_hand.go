package handlers

import (
	"cmp"
	"context"

	"github.com/labstack/echo/v4"

	"undelivered/models/consent"
	"undelivered/providers"
	"undelivered/views"
)

// noClearing says why we can't take an entry off its provider's list ourselves; empty: we can.
func noClearing(ctx context.Context, entry consent.SuppressionLine, provider string) string {
	p, _ := providers.ByCode(entry.Provider)
	switch {
	case p.Suppressions == nil || p.Suppressions.Delete == nil || entry.ByHand || p.Manual[entry.Kind] != "":
		return views.T(ctx, "{provider} has no interface for this.", "provider", provider)
	case !entry.Sends:
		return views.T(ctx, "Our connection to {provider} only takes reports: it has no key to clear with.",
			"provider", provider)
	}
	return ""
}

// byHandWhy says why a person has to clear an entry.
func byHandWhy(c echo.Context, r consent.ClearRequest, entry consent.SuppressionLine,
	provider, tried string) string {
	ctx := c.Request().Context()
	switch {
	case r.Tries > 1:
		return tried + " " + views.T(ctx, "We tried {n} times. A person takes over.", "n",
			views.Count(r.Tries))
	case r.Result != "":
		return views.T(ctx, "{provider} leaves this to {who}.", "provider", provider, "who", r.Result)
	}
	return cmp.Or(noClearing(ctx, entry, provider), views.T(ctx, "A person takes over."))
}
