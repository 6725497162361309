package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/providers"
	"undelivered/views"
)

// requestView is one clear request as the person who decides sees it.
func (h *Handlers) requestView(c echo.Context, k models.RequestCase) views.RequestView {
	ctx, r := langCtx(c), k.Request
	v := views.RequestView{
		RequestRow: views.RequestRow{ID: r.ID, Address: k.Address.Value, Channel: k.Address.Channel, Account: k.Account.Name,
			Kind: kindShown(r.Kind, k.Address.Channel), At: r.AskedAt, State: string(r.State)},
		Version: r.Version, Number: r.ID[len(r.ID)-6:], CustomerID: k.Customer.ID, Customer: k.Customer.Name, AskedBy: r.AskedByName,
		Own: r.AskedBy == actor(c).ID, Dropped: k.Entry.Dropped, Provider: providerTitle(k.Entry.Provider), Answer: r.DecisionNote,
		Checks: h.checks(c, k), Question: r.Question,
	}
	if v.Provider == "" {
		v.Provider = views.T(ctx, "no provider")
	}
	if r.State == models.RequestRefused || r.State == models.RequestByHand || r.State == models.RequestApproved {
		v.Answer = r.Result
	}
	for _, e := range k.Earlier {
		v.Earlier = append(v.Earlier, requestLine(e))
	}
	v.Story = views.T(ctx, "{cause} on {date}. {n} notifications were dropped since.", "cause", views.T(ctx, "suppression."+v.Kind),
		"date", h.on(c, k.Since), "n", views.Count(k.Entry.Dropped))
	v.Quote, v.Recorded = h.quote(c, k)
	v.Facts = h.entryFacts(c, k)
	v.ByHand = byHandText(c, k)
	return v
}

func (h *Handlers) on(c echo.Context, at time.Time) string {
	return at.In(visitZone(c)).Format("2 January 2006, 15:04")
}

// quote is the agreement or the reason, word for word, and who recorded it.
func (h *Handlers) quote(c echo.Context, k models.RequestCase) (words, recorded string) {
	ctx, r := langCtx(c), k.Request
	recorded = views.T(ctx, "Recorded by {person} on {date}.", "person", r.AskedByName, "date", h.on(c, r.AskedAt))
	if k.Consent.ID == "" {
		return r.Checked, recorded
	}
	return k.Consent.Words, recorded + " " + views.T(ctx, "{name}, {how}, on {date}.", "name", k.Consent.GivenBy, "how", views.T(ctx, "how."+k.Consent.How),
		"date", h.on(c, k.Consent.GivenAt))
}

// checks are what we have looked at before a person decides.
func (h *Handlers) checks(c echo.Context, k models.RequestCase) []views.CheckLine {
	ctx, r := langCtx(c), k.Request
	var lines []views.CheckLine
	add := func(good bool, otherwise, bold, text string) {
		state := "ok"
		if !good {
			state = otherwise
		}
		lines = append(lines, views.CheckLine{State: state, Bold: bold, Text: text})
	}
	switch {
	case r.WaitsForCustomer():
		add(false, "no", views.T(ctx, "The customer has not confirmed yet."), views.T(ctx, "The link has been handed over, and not been used."))
	case r.ConsentID != "":
		add(k.Consent.GivenAt.After(k.Since), "no", views.T(ctx, "The agreement is recorded."),
			views.T(ctx, "{how}, on {date}.", "how", views.T(ctx, "how."+k.Consent.How), "date", h.on(c, k.Consent.GivenAt)))
	default:
		add(r.Checked != "", "no", views.T(ctx, "A reason is recorded."), views.T(ctx, "lift."+r.Reason))
	}
	add(k.Complaints < 2, "warn", views.T(ctx, "Spam reports from this address: {n}.", "n", views.Count(k.Complaints)), "")
	add(len(k.Earlier) == 0, "warn", views.T(ctx, "Earlier requests: {n}.", "n", views.Count(len(k.Earlier))), "")
	if r.SupportOnly {
		add(false, "warn", views.T(ctx, "Only support decides this."), views.T(ctx, "It has happened before."))
	}
	if r.Question != "" {
		add(r.Answer != "", "warn", views.T(ctx, "{person} asked: {question}", "person", r.QuestionBy, "question", r.Question), r.Answer)
	}
	return lines
}

func (h *Handlers) entryFacts(c echo.Context, k models.RequestCase) []views.Fact {
	ctx := langCtx(c)
	if k.Entry.ID == "" {
		return []views.Fact{{Name: views.T(ctx, "Provider"), Value: views.T(ctx, "No provider lists it. Our own opt-out is lifted.")}}
	}
	facts := []views.Fact{
		{Name: views.T(ctx, "Provider"), Value: providerTitle(k.Entry.Provider) + ", " + k.Entry.Connection},
		{Name: views.T(ctx, "List"), Value: views.T(ctx, "suppression."+kindShown(k.Entry.Kind, k.Entry.Channel))},
		{Name: views.T(ctx, "Added"), Value: h.on(c, k.Entry.ListedAt)},
	}
	if k.Entry.ProviderReason != "" {
		facts = append(facts, views.Fact{Name: views.T(ctx, "It says"), Value: k.Entry.ProviderReason})
	}
	if k.Entry.SeenAt != nil {
		facts = append(facts, views.Fact{Name: views.T(ctx, "Last checked"), Value: h.on(c, *k.Entry.SeenAt)})
	}
	return facts
}

// byHandText is what a person sends to the provider's support, where there is no interface for it.
func byHandText(c echo.Context, k models.RequestCase) string {
	if k.Request.State != models.RequestByHand {
		return ""
	}
	ctx := langCtx(c)
	text := views.T(ctx, "Please take {address} off your suppression list ({list}) for our account. The customer has agreed to hear from us again.",
		"address", k.Address.Value, "list", views.T(ctx, "suppression."+kindShown(k.Request.Kind, k.Address.Channel)))
	if p, known := providers.ByCode(k.Entry.Provider); known && p.Manual[k.Request.Kind] != "" {
		text += "\n\n" + p.Manual[k.Request.Kind]
	}
	return text
}
