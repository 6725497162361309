package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/providers"
	"undelivered/views"
)

// Suppressions is the list of what providers will not send to, in one account.
func (h *Handlers) Suppressions(c echo.Context) error {
	list, err := h.Store.Suppressions(c.Request().Context(), actor(c), suppressionQuery(c))
	if err != nil {
		return err
	}
	return h.suppressions(c, list, false)
}

// SupportSuppressions is the list over all accounts that let support in.
func (h *Handlers) SupportSuppressions(c echo.Context) error {
	list, err := h.Store.SuppressionsAcross(c.Request().Context(), actor(c), suppressionQuery(c))
	if err != nil {
		return err
	}
	return h.suppressions(c, list, true)
}

func suppressionQuery(c echo.Context) models.SuppressionQuery {
	return models.SuppressionQuery{List: c.QueryParam("list"), Q: c.QueryParam("q"), Provider: c.QueryParam("provider"),
		OldFirst: c.QueryParam("sort") == "since", Dropped: c.QueryParam("sort") == "dropped",
		After: c.QueryParam("after"), Before: c.QueryParam("before")}
}

func (h *Handlers) suppressions(c echo.Context, list models.SuppressionList, desk bool) error {
	query := views.SuppressionQuery{List: c.QueryParam("list"), Q: c.QueryParam("q"), Provider: c.QueryParam("provider"), Sort: c.QueryParam("sort")}
	p := views.SuppressionsPage{Base: h.base(c), Query: query, Desk: desk, Counts: list.Counts, Total: list.Counts[query.List]}
	for _, line := range list.Lines {
		p.Rows = append(p.Rows, suppressionRow(c, line))
	}
	for _, provider := range providers.All() {
		if provider.Suppressions != nil {
			p.Providers = append(p.Providers, views.Option{Value: provider.Code, Label: provider.Name})
		}
	}
	url := views.SuppressionsURL
	if desk {
		url = views.SupportSuppressionsURL
	}
	if err := h.comparisons(c, &p); err != nil {
		return err
	}
	for _, one := range p.Comparisons {
		p.Total += map[string]int{string(models.OnlyThere): one.There, string(models.OnlyHere): one.Here}[query.List]
	}
	if query.After = list.Older; list.Older != "" {
		p.Older = url(query)
	}
	if query.After, query.Before = "", list.Newer; list.Newer != "" {
		p.Newer = url(query)
	}
	return h.page(c, http.StatusOK, views.Suppressions(p))
}

// comparisons adds what the last comparisons with the providers' own lists have found; the desk has no account.
func (h *Handlers) comparisons(c echo.Context, p *views.SuppressionsPage) error {
	if p.Desk {
		return nil
	}
	var listing []string
	for _, provider := range providers.All() {
		if provider.Suppressions != nil && provider.Suppressions.List != nil {
			listing = append(listing, provider.Code)
		}
	}
	all, err := h.Store.Comparisons(c.Request().Context(), actor(c), listing)
	for _, one := range all {
		p.Comparisons = append(p.Comparisons, views.ComparisonLine{Provider: one.Name, At: deref(one.ComparedAt), Failed: one.Failed,
			There: one.Theirs, Here: one.Ours})
	}
	if p.MayCompare = len(all) > 0; err != nil {
		return err
	}
	return h.unlisted(c, p, listing)
}

// unlisted adds the providers of connections that send whose own list cannot be read.
func (h *Handlers) unlisted(c echo.Context, p *views.SuppressionsPage, listing []string) error {
	all, err := h.Store.Connections(c.Request().Context(), actor(c))
	named := map[string]bool{}
	for _, one := range all {
		if name := providerName(one); one.Sends && one.RemovedAt == nil && !slices.Contains(listing, one.Provider) && !named[name] {
			named[name] = true
			p.Comparisons = append(p.Comparisons, views.ComparisonLine{Provider: name, Unlisted: true})
		}
	}
	return err
}

func suppressionRow(c echo.Context, line models.SuppressionLine) views.SuppressionRow {
	request := line.Request()
	row := views.SuppressionRow{ID: line.ID, Address: line.Address, Channel: line.Channel, CustomerID: line.CustomerID, Customer: line.CustomerName,
		Account: line.Account, Kind: kindShown(line.Kind, line.Channel), Reason: whyListed(c, line), Provider: providerTitle(line.Provider),
		Since: line.ListedAt, Dropped: line.Dropped, Request: stateShown(request), RequestID: request.ID, Times: line.Times,
		Cleared: line.ClearedAt != nil, Agreement: line.Kind == "complaint" || line.Kind == "unsubscribe" || line.Kind == "manual"}
	if row.Request == string(models.RequestDone) && !row.Cleared {
		row.Request = "" // it has been listed again since
	}
	row.MayAsk = actor(c).May(models.Work) && line.Kind != "invalid" && !isOpen(request) && !row.Cleared
	if line.Kind == "invalid" {
		row.Needs = "change"
	}
	return row
}

// whyListed is why the provider lists an address, in our words: the failure's, else the list's, else the provider's own.
func whyListed(c echo.Context, line models.SuppressionLine) string {
	reason, known := models.ReasonByID(line.Reason)
	switch {
	case line.Kind != "bounce" && line.Kind != "invalid", known && reason.Status() == models.Dropped:
	case known:
		return reason.Title
	case line.ProviderReason != "":
		return line.ProviderReason
	}
	return views.T(langCtx(c), "listed."+kindShown(line.Kind, line.Channel))
}

// kindShown tells a STOP from an unsubscribe.
func kindShown(kind string, channel models.Channel) string {
	if kind == "unsubscribe" && channel == models.SMS {
		return "stop"
	}
	return kind
}

// stateShown is the state of a request, and tells whether it waits for the customer or for somebody to approve it.
func stateShown(r models.ClearRequest) string {
	if r.State == models.RequestAsked && r.WaitsForCustomer() {
		return "customer"
	}
	return string(r.State)
}

func isOpen(r models.ClearRequest) bool {
	for _, state := range models.OpenStates {
		if r.State == state {
			return true
		}
	}
	return false
}

// Suppression is one entry with its requests and the form to ask for clearing it.
func (h *Handlers) Suppression(c echo.Context) error {
	p, err := h.suppressionPage(c)
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Suppression(p))
}

func (h *Handlers) suppressionPage(c echo.Context) (views.SuppressionPage, error) {
	ctx, a := c.Request().Context(), actor(c)
	line, err := h.Store.Suppression(ctx, a, c.Param("id"))
	if err != nil {
		return views.SuppressionPage{}, err
	}
	p := views.SuppressionPage{Base: h.base(c), SuppressionRow: suppressionRow(c, line), Words: line.ProviderReason, SeenAt: deref(line.SeenAt)}
	for _, r := range line.Requests {
		one := h.requestLine(c, r, p.Provider)
		if one.Link, err = h.agreeLink(ctx, a, r); err != nil {
			return p, err
		}
		p.Requests = append(p.Requests, one)
	}
	dropped, err := h.Store.Dropped(ctx, a, line.AddressID)
	if err != nil {
		return p, err
	}
	p.Offer = offerOf(dropped)
	for _, d := range dropped {
		p.DroppedNow = append(p.DroppedNow, views.AlsoRow{ID: d.ID, Title: d.Title, Status: d.Status, Channel: d.Channel, At: d.FailedAt})
	}
	if line.NotificationID != "" {
		st, err := h.Store.Story(ctx, a, line.NotificationID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return p, err
		}
		p.CausedBy = views.AlsoRow{ID: st.Notification.ID, Title: st.Notification.Title, Channel: st.Notification.Channel, At: st.Notification.DecidedAt}
	}
	if line.ClearedAt != nil {
		p.Needs = "cleared"
	}
	if line.ClearedAt != nil || !p.MayAsk {
		return p, nil
	}
	return p, h.askForm(ctx, a, &p, line)
}

func (h *Handlers) requestLine(c echo.Context, r models.ClearRequest, provider string) views.RequestLine {
	line := views.RequestLine{ID: r.ID, State: stateShown(r), Person: r.AskedByName, At: r.AskedAt, Answer: h.outcome(c, r, provider),
		ListedAgain: deref(r.RelistedAt), Times: r.RelistedTimes, ReadBack: deref(r.ReadBackAt), Proven: deref(r.ProvenAt), Lapses: r.LapsesAt()}
	if r.Answer == "" && r.State == models.RequestAsked {
		line.Question, line.Asked = r.Question, r.QuestionBy
	}
	return line
}

// askForm adds what asking needs from this person; a refusal says what else helps.
func (h *Handlers) askForm(ctx context.Context, a models.Actor, p *views.SuppressionPage, line models.SuppressionLine) error {
	takes, err := h.takesStop(ctx, a)
	if err != nil {
		return err
	}
	needs, err := h.Store.OptInNeeds(ctx, a, line.AddressID, takes)
	if refusal := asRefusal(err); refusal.Guard != "" {
		p.Needs = map[models.Guard]string{models.GuardLiftNobody: "change", models.GuardLiftErased: "change", models.GuardLiftYear: "year", models.GuardLiftStart: "start"}[refusal.Guard]
		return nil
	}
	if err != nil {
		return err
	}
	provider, _ := providers.ByCode(line.Provider)
	p.Ask = &views.AskForm{Consent: needs.Consent, Approval: needs.Approval, SupportOnly: needs.Support, After: needs.After, Values: map[string]string{},
		ByHand: line.ByHand || !line.Sends || provider.Manual[line.Kind] != "" || provider.Suppressions == nil || provider.Suppressions.Delete == nil}
	return nil
}

// AskClear asks for the clearing of an entry, and for opting the address in again after it.
func (h *Handlers) AskClear(c echo.Context) error {
	ctx, a := c.Request().Context(), actor(c)
	p, err := h.suppressionPage(c)
	if err != nil {
		return err
	}
	if p.Ask == nil {
		return h.back(c, views.SuppressionURL(p.ID), views.T(langCtx(c), "guard."+string(models.GuardLiftAsked)))
	}
	r, err := h.askClear(ctx, c, a, p)
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.back(c, views.SuppressionURL(p.ID), refusalText(c, refusal))
	}
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		p.Ask.Errors = invalid
		for _, name := range []string{"by", "how", "date", "for", "note", "sure", "reason", "checked"} {
			p.Ask.Values[name] = c.FormValue(name)
		}
		return h.page(c, http.StatusUnprocessableEntity, views.Suppression(p))
	}
	if err != nil {
		return err
	}
	return h.backWith(c, views.SuppressionURL(p.ID), h.askedFlash(c, r))
}

func (h *Handlers) askClear(ctx context.Context, c echo.Context, a models.Actor, p views.SuppressionPage) (r models.OptInResult, err error) {
	ask := h.optInAsk(c, "")
	ask.Lacks = unticked(c, p.Ask.Consent)
	if !p.Ask.Consent {
		// This form has one field for why it works now and how that was checked, and a box.
		ask.Reason, ask.Checked = "confirmed", c.FormValue("reason")
		if c.FormValue("checked") != "1" {
			ask.Lacks = models.Invalid{"checked": {Key: "error.tick"}}
		}
	}
	if ask.TakesStop, err = h.takesStop(ctx, a); err != nil {
		return r, err
	}
	r, err = h.Store.AskClear(ctx, a, p.ID, ask)
	if invalid := (models.Invalid{}); errors.As(err, &invalid) && !p.Ask.Consent && invalid["note"].Key != "" {
		invalid["reason"] = invalid["note"]
		delete(invalid, "note")
	}
	return r, err
}

// Reconcile has the lists of all connections compared with the providers' own now.
func (h *Handlers) Reconcile(c echo.Context) error {
	ctx, a := c.Request().Context(), actor(c)
	all, err := h.Store.Connections(ctx, a)
	if err != nil {
		return err
	}
	for _, one := range all {
		if provider, _ := providers.ByCode(one.Provider); provider.Suppressions == nil || provider.Suppressions.List == nil || !one.Sends {
			continue
		}
		if err := h.Store.AskReconcile(ctx, a, one.ID); err != nil {
			return err
		}
	}
	return h.back(c, views.SuppressionsURL(views.SuppressionQuery{}), "flash.reconciling")
}
