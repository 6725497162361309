package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/consent"
	"undelivered/providers"
	"undelivered/views"
)

func (h *Handlers) addressRow(c echo.Context, cust models.Customer, one consent.AddressState,
	names map[string]string) views.AddressRow {
	ctx := c.Request().Context()
	row := views.AddressRow{
		ID:         one.ID,
		Version:    cust.Version,
		Channel:    one.Channel,
		Value:      one.Value,
		State:      one.State(),
		InARow:     one.SoftFailures,
		MayOptIn:   true,
		Suggestion: models.SuggestEmail(one.Value),
		Named:      one.Label,
		Main:       one.Main,
		Label:      one.Label,
	}
	row.Limit, row.LimitDays = visit(c).Seat.Account.SoftRuleDays(h.Store.Limits())
	if one.Channel == models.SMS {
		row.Suggestion = ""
	}
	switch {
	case one.Main && one.Label == "":
		row.Label = views.T(ctx, "address.main."+string(one.Channel))
	case one.Main:
		row.Label += ", " + views.T(ctx, "address.main."+string(one.Channel))
	}
	h.listings(c, &row, one.Listed, names)
	for _, cause := range one.Causes {
		row.Causes, row.Lift = append(row.Causes, string(cause.Cause)), "cause."+string(cause.Cause)+".lift"
		row.Text = strings.TrimSpace(row.Text + " " + causeText(ctx, cause, visitZone(c)))
		if cause.Cause == models.CauseInvalid || cause.Cause == models.CauseErased {
			row.MayOptIn = false
		}
		row.CallsOnly = row.CallsOnly || cause.Why == landline
	}
	return row
}

// listings are what providers list of an address: each provider is named once, on however many of its lists
// it is.
func (h *Handlers) listings(c echo.Context, row *views.AddressRow, listed []models.Suppression,
	names map[string]string) {
	ctx := c.Request().Context()
	for _, entry := range listed {
		name := names[entry.ConnectionID]
		if row.AskURL = views.SuppressionAskURL(entry.ID); !slices.Contains(row.Listed, name) {
			row.Listed = append(row.Listed, name)
		}
		if entry.Times > 1 {
			row.Text = strings.TrimSpace(row.Text + " " + views.T(ctx,
				"Listed again at {provider} on {date}, {nth} time.", "provider", name, "date",
				entry.ListedAt.In(visitZone(c)).Format("2 January 2006"), "nth", views.Nth(ctx, entry.Times)))
		}
	}
}

// landline is the dictionary's reason for a number that takes calls only.
const landline = "sms-landline"

// causeText says why an address is refused: the dictionary's title of the failure, or the customer's act, and
// when.
func causeText(ctx context.Context, cause models.OptOut, zone *time.Location) string {
	what := views.T(ctx, "cause."+string(cause.Cause))
	if reason, known := models.ReasonByID(cause.Why); known && !byCustomer[cause.Cause] {
		what = reason.Title
	}
	return views.T(ctx, "{cause} on {date}.", "cause", what, "date",
		cause.OccurredAt.In(zone).Format("2 January 2006"))
}

// evidence is what the record holds besides the words; the same text is shown once.
func evidence(ctx context.Context, c models.Consent) string {
	if c.Evidence == c.Words {
		return ""
	}
	return views.Evidence(ctx, c.Evidence)
}

// takesStop says whether the account's provider of texts takes a record of agreement in place of the
// customer's START.
func (h *Handlers) takesStop(ctx context.Context, a models.Actor) (bool, error) {
	all, err := h.Store.Connection.Connections(ctx, a)
	for _, one := range all {
		p, _ := providers.ByCode(one.Provider)
		if connection.Carries(one, models.SMS) && one.Sends && p.Suppressions != nil &&
			p.Suppressions.Delete != nil {
			return true, err
		}
	}
	return false, err
}
