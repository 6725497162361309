package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/providers"
	"undelivered/views"
)

// How much of a customer's past the page shows.
const (
	shownNotifications = 20
	shownHistory       = 50
)

// customerPage gathers what the page of one customer shows.
func (h *Handlers) customerPage(c echo.Context) (views.CustomerPage, error) {
	ctx, a := langCtx(c), actor(c)
	customer, err := h.Store.Customer(ctx, a, c.Param("id"))
	if err != nil {
		return views.CustomerPage{}, err
	}
	addresses, err := h.Store.CustomerAddresses(ctx, a, customer.ID)
	if err != nil {
		return views.CustomerPage{}, err
	}
	p := views.CustomerPage{Base: h.base(c), ID: customer.ID, Version: customer.Version, Name: customer.Name, Ref: customer.Ref,
		Since: customer.CreatedAt, Erased: customer.ErasedAt != nil}
	p.Edit.Name = customer.Name
	names, err := h.connectionNames(ctx, a)
	if err != nil {
		return p, err
	}
	p.Unreachable = len(addresses) > 0
	for _, one := range addresses {
		row := addressRow(c, customer, one, names)
		p.Addresses = append(p.Addresses, row)
		if one.Main && one.Channel == models.Email {
			p.Edit.Email = one.Value
		} else if one.Main {
			p.Edit.Phone = one.Value
		}
		if row.State == models.AddressActive || row.State == models.AddressShaky {
			p.Unreachable = false
		}
	}
	return p, h.customerPast(ctx, a, &p, addresses)
}

// connectionNames are the names of the providers of the account's connections, by id.
func (h *Handlers) connectionNames(ctx context.Context, a models.Actor) (map[string]string, error) {
	all, err := h.Store.Connections(ctx, a)
	names := map[string]string{}
	for _, one := range all {
		names[one.ID] = providerName(one)
	}
	return names, err
}

func addressRow(c echo.Context, customer models.Customer, one models.AddressState, names map[string]string) views.AddressRow {
	ctx := langCtx(c)
	row := views.AddressRow{ID: one.ID, Version: customer.Version, Channel: one.Channel, Value: one.Value, State: one.State(), InARow: one.SoftFailures,
		MayOptIn: true, Suggestion: models.SuggestEmail(one.Value)}
	if one.Channel == models.SMS {
		row.Suggestion = ""
	}
	if one.Main {
		row.Label = views.T(ctx, "address.main."+string(one.Channel))
	}
	for _, entry := range one.Listed {
		row.Listed, row.AskURL = append(row.Listed, names[entry.ConnectionID]), views.SuppressionAskURL(entry.ID)
	}
	zone := visitZone(c)
	for _, cause := range one.Causes {
		row.Causes, row.Lift = append(row.Causes, string(cause.Cause)), "cause."+string(cause.Cause)+".lift"
		if row.Text != "" {
			row.Text += " "
		}
		row.Text += views.T(ctx, "{cause} on {date}.", "cause", views.T(ctx, "cause."+string(cause.Cause)), "date", cause.OccurredAt.In(zone).Format("2 January 2006"))
		if cause.Cause == models.CauseInvalid || cause.Cause == models.CauseErased {
			row.MayOptIn = false
		}
	}
	return row
}

func (h *Handlers) customerPast(ctx context.Context, a models.Actor, p *views.CustomerPage, addresses []models.AddressState) error {
	sent, total, err := h.Store.CustomerNotifications(ctx, a, p.ID, shownNotifications)
	if err != nil {
		return err
	}
	p.All = total
	for _, n := range sent {
		p.Notifications = append(p.Notifications, views.CustomerNotification{ID: n.ID, Title: n.Title, Address: n.Recipient, Channel: n.Channel,
			Status: n.Status, State: string(n.State), At: n.SentAt})
	}
	values := map[string]string{}
	objects := []string{p.ID}
	for _, one := range addresses {
		values[one.ID], objects = one.Value, append(objects, one.ID)
	}
	consents, err := h.Store.ConsentsOf(ctx, a, p.ID)
	if err != nil {
		return err
	}
	for _, one := range consents {
		p.Consents = append(p.Consents, views.ConsentRow{Address: values[one.AddressID], Channel: one.Channel, By: one.GivenBy, How: one.How,
			Purpose: one.Purpose, Given: one.GivenAt, Words: one.Words, Evidence: evidence(one), Recorded: one.RecordedByName, At: one.RecordedAt, Withdrawn: one.Withdrawal})
	}
	lines, err := h.Store.ActivityOf(ctx, a, objects, shownHistory)
	for _, line := range lines {
		if row, shown := customerLine(ctx, line); shown {
			p.History = append(p.History, row)
		}
	}
	return err
}

// evidence is what the record holds besides the words; the same text is shown once.
func evidence(c models.Consent) string {
	if c.Evidence == c.Words {
		return ""
	}
	return c.Evidence
}

// historyOf are the lines of the log that belong to a customer's history, as the page names them.
var historyOf = map[string]string{"address.opt_out": "opted_out", "address.opt_in": "opted_in", "customer.address": "corrected",
	"customer.rename": "corrected", "customer.main": "corrected", "customer.add": "created"}

func customerLine(ctx context.Context, line models.AuditEntry) (views.HistoryRow, bool) {
	kind, shown := historyOf[line.Action]
	row := views.HistoryRow{Kind: kind, Person: line.ActorName, At: line.At, Text: line.Reason}
	switch kind {
	case "opted_out":
		if row.Text = views.T(ctx, "cause."+line.After); byCustomer[models.Cause(line.After)] {
			row.Kind = "opted_out_customer"
		}
	case "opted_in":
		row.Text = views.T(ctx, "history.corrected.text", "person", line.ActorName)
	case "corrected":
		row.Text = views.T(ctx, "By {person}, from {before} to {after}.", "person", line.ActorName, "before", dash(line.Before), "after", dash(line.After))
	}
	return row, shown
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// takesStop says whether the account's provider of texts takes a record of agreement in place of the customer's START.
func (h *Handlers) takesStop(ctx context.Context, a models.Actor) (bool, error) {
	all, err := h.Store.Connections(ctx, a)
	for _, one := range all {
		p, _ := providers.ByCode(one.Provider)
		if one.Carries(models.SMS) && one.Sends && p.Suppressions != nil && p.Suppressions.Delete != nil {
			return true, err
		}
	}
	return false, err
}
