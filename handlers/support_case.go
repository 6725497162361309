package handlers

import (
	"cmp"
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// requestView is one clear request as the person who decides sees it.
func (h *Handlers) requestView(c echo.Context, a models.Actor, k consent.RequestCase) views.RequestView {
	ctx, r := c.Request().Context(), k.Request
	looked := h.lookUp(ctx, a, k)
	v := views.RequestView{
		RequestRow: requestRow(consent.RequestLine{
			ClearRequest: r,
			Account:      k.Account.Name,
			Address:      k.Address.Value,
			Channel:      k.Address.Channel,
		}),
		Version: r.Version, Number: r.ID[len(r.ID)-6:], CustomerID: k.Customer.ID,
		Customer: k.Customer.Name, AskedBy: r.AskedByName,
		Own: r.AskedBy == Actor(c).ID, Dropped: k.Entry.Dropped, Provider: providerTitle(k.Entry.Provider),
		Checks: h.checks(c, k, looked), Question: r.Question, Answered: r.Answer != "",
		MayOpen: Actor(c).AccountID == r.AccountID,
	}
	if v.Provider == "" {
		v.Provider = views.T(ctx, "no provider")
	}
	v.Answer = h.outcome(c, r, k.Entry, v.Provider)
	for _, e := range k.Earlier {
		v.Earlier = append(v.Earlier, h.requestLine(c, e, k.Entry, v.Provider))
	}
	link, err := h.agreeLink(ctx, a, r)
	v.Link = link
	h.without(c, "the customer's link", err)
	v.Waits, v.Second, v.Barred, v.Lapses = r.WaitsForCustomer(), r.NeedsSecond, r.SupportOnly &&
		a.Role != models.Support, r.LapsesAt()
	v.ByReason = r.ConsentID == "" && r.ConfirmTokenHash == ""
	v.Story = storyOf(c, k)
	v.Quote, v.Recorded = h.quote(c, k)
	v.Facts = h.entryFacts(c, k, looked)
	v.ByHand, v.ToCustomer = h.byHandText(c, k)
	if v.Poll = number(c, "poll"); k.Entry.ID != "" {
		v.NoClearing = noClearing(ctx, k.Entry, v.Provider)
	}
	if v.MayOpen {
		v.Offer, err = h.offer(ctx, a, r.AddressID)
		h.without(c, "what was dropped", err)
	}
	return v
}

func (h *Handlers) on(c echo.Context, at time.Time) string {
	return at.In(visitZone(c)).Format("2 January 2006, 15:04")
}

// storyOf says what happened, and what has been dropped since.
func storyOf(c echo.Context, k consent.RequestCase) views.Story {
	story := views.Story{
		Kind:     kindShown(k.Request.Kind, k.Address.Channel),
		Channel:  k.Address.Channel,
		Name:     k.Customer.Name,
		Provider: providerTitle(k.Entry.Provider),
		Title:    k.CausedBy.Title,
		Date:     k.Since.In(visitZone(c)),
		Dropped:  k.Entry.Dropped,
	}
	if reason, known := models.ReasonByID(cmp.Or(k.Entry.Reason, k.OptOut.Why, k.CausedBy.Reason)); known {
		story.Reason = reason.Title
	}
	if k.CausedBy.Status == models.Dropped && story.Provider != "" {
		story.Kind = "seen" // nothing of ours came back: the provider had the address on its list already
	}
	return story
}

// quote is the agreement or the reason, word for word, and who recorded it.
func (h *Handlers) quote(c echo.Context, k consent.RequestCase) (words, recorded string) {
	ctx, r := c.Request().Context(), k.Request
	if r.WaitsForCustomer() {
		return "", "" // nothing has been said yet
	}
	recorded = views.T(ctx, "Recorded by {person}, {role}, on {date}.", "person", r.AskedByName, "role",
		views.T(ctx, "role."+string(r.AskedRole)), "date", h.on(c, r.AskedAt))
	if k.Consent.ID == "" {
		return r.Checked, recorded
	}
	return cmp.Or(
			k.Consent.Words,
			k.Consent.Evidence,
		), recorded + " " + views.T(ctx, "{name}, {how}, on {date}.", "name", k.Consent.GivenBy, "how",
			views.T(ctx, "how."+k.Consent.How), "date", h.on(c, k.Consent.GivenAt))
}

func (h *Handlers) entryFacts(c echo.Context, k consent.RequestCase, l lookedUp) []views.Fact {
	ctx := c.Request().Context()
	if k.Entry.ID == "" {
		return []views.Fact{
			{
				Name:  views.T(ctx, "Provider"),
				Value: views.T(ctx, "No provider lists it. Our own opt-out is lifted."),
			},
		}
	}
	facts := []views.Fact{
		{Name: views.T(ctx, "Provider"), Value: viaOf(k.Entry)},
		{Name: views.T(ctx, "List"), Value: views.T(ctx, "list."+k.Entry.Kind)},
		{Name: views.T(ctx, "Added"), Value: h.on(c, k.Entry.ListedAt)},
		{Name: views.T(ctx, "Source"), Value: sourceOf(c, k)},
	}
	if k.Entry.ProviderReason != "" {
		facts = append(facts, views.Fact{Name: views.T(ctx, "It says"), Value: k.Entry.ProviderReason})
	}
	if l.closed {
		return facts
	}
	return append(facts, views.Fact{Name: views.T(ctx, "Last checked"), Value: h.lastChecked(c, k, l)})
}

// viaOf names the provider, and the connection where it has a name of its own.
func viaOf(entry consent.SuppressionLine) string {
	title := providerTitle(entry.Provider)
	if entry.Connection == title {
		return title
	}
	return title + ", " + entry.Connection
}

// sourceOf is who told the provider.
func sourceOf(c echo.Context, k consent.RequestCase) string {
	ctx, domain := c.Request().Context(), k.Address.Domain()
	switch {
	case k.Entry.EventID == "":
		return views.T(ctx, "The provider’s own list")
	case k.Entry.Kind == "complaint" && domain != "":
		return views.T(ctx, "Feedback loop, {domain}", "domain", domain)
	case k.Entry.Kind == "bounce" && domain != "":
		return views.T(ctx, "Mail server of {domain}", "domain", domain)
	}
	return views.T(ctx, "The customer")
}

func (h *Handlers) lastChecked(c echo.Context, k consent.RequestCase, l lookedUp) string {
	ctx := c.Request().Context()
	switch {
	case l.err == nil && l.listed:
		return views.T(ctx, "Just now, still listed")
	case l.err == nil:
		return views.T(ctx, "Just now, no longer listed")
	case k.Entry.SeenAt != nil && !errors.Is(l.err, delivery.ErrNotAsked):
		return views.T(ctx, "{date}; it does not answer now", "date", h.on(c, *k.Entry.SeenAt))
	case k.Entry.SeenAt != nil:
		return h.on(c, *k.Entry.SeenAt)
	case errors.Is(l.err, delivery.ErrNotAsked):
		return views.T(ctx, "It can’t be asked")
	}
	return views.T(ctx, "It does not answer now")
}
