package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/providers"
	"undelivered/views"
)

// Suppressions is the list of what providers will not send to, in one account.
func (h *Handlers) Suppressions(c echo.Context) error {
	list, err := h.Store.Consent.Suppressions(c.Request().Context(), Actor(c), suppressionQuery(c))
	if err != nil {
		return err
	}
	return h.suppressions(c, list, false)
}

// SupportSuppressions is the list over all accounts that let support in.
func (h *Handlers) SupportSuppressions(c echo.Context) error {
	list, err := h.Store.Consent.SuppressionsAcross(c.Request().Context(), Actor(c), suppressionQuery(c))
	if err != nil {
		return err
	}
	return h.suppressions(c, list, true)
}

func suppressionQuery(c echo.Context) consent.SuppressionQuery {
	return consent.SuppressionQuery{
		List:     c.QueryParam("list"),
		Q:        c.QueryParam("q"),
		Provider: c.QueryParam("provider"),
		OldFirst: c.QueryParam("sort") == "since",
		Dropped:  c.QueryParam("sort") == "dropped",
		After:    c.QueryParam("after"),
		Before:   c.QueryParam("before"),
	}
}

func (h *Handlers) suppressions(c echo.Context, list consent.SuppressionList, desk bool) error {
	query := views.SuppressionQuery{
		List:     c.QueryParam("list"),
		Q:        c.QueryParam("q"),
		Provider: c.QueryParam("provider"),
		Sort:     c.QueryParam("sort"),
	}
	p := views.SuppressionsPage{
		Base:   h.base(c),
		Query:  query,
		Desk:   desk,
		Counts: list.Counts,
		Total:  list.Counts[query.List],
	}
	for _, line := range list.Lines {
		p.Rows = append(p.Rows, suppressionRow(c, line))
	}
	for _, provider := range providers.All() {
		if provider.Suppressions != nil && slices.Contains(list.Providers, provider.Code) {
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
		p.Total += map[string]int{string(models.OnlyThere): one.There,
			string(models.OnlyHere): one.Here}[query.List]
	}
	if query.After = list.Older; list.Older != "" {
		p.Older = url(query)
	}
	if query.After, query.Before = "", list.Newer; list.Newer != "" {
		p.Newer = url(query)
	}
	return h.page(c, http.StatusOK, views.Suppressions(p))
}

// comparisons adds what the last comparisons with the providers' own lists have found; the desk has no
// account.
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
	all, err := h.Store.Connection.Comparisons(c.Request().Context(), Actor(c), listing)
	for _, one := range all {
		p.Comparisons = append(
			p.Comparisons,
			views.ComparisonLine{Provider: one.Name, At: Deref(one.ComparedAt), Failed: one.Failed,
				There: one.Theirs, Here: one.Ours},
		)
	}
	if p.MayCompare = len(all) > 0; err != nil {
		return err
	}
	return h.unlisted(c, p, listing)
}

// unlisted adds the providers of connections that send whose own list cannot be read.
func (h *Handlers) unlisted(c echo.Context, p *views.SuppressionsPage, listing []string) error {
	all, err := h.Store.Connection.Connections(c.Request().Context(), Actor(c))
	named := map[string]bool{}
	for _, one := range all {
		if name := providerName(one); one.Sends && one.RemovedAt == nil &&
			!slices.Contains(listing, one.Provider) &&
			!named[name] {
			named[name] = true
			p.Comparisons = append(p.Comparisons, views.ComparisonLine{Provider: name, Unlisted: true})
		}
	}
	return err
}

func suppressionRow(c echo.Context, line consent.SuppressionLine) views.SuppressionRow {
	request := line.Request()
	row := views.SuppressionRow{
		ID:         line.ID,
		Address:    line.Address,
		Channel:    line.Channel,
		CustomerID: line.CustomerID,
		Customer:   line.CustomerName,
		Account:    line.Account,
		Kind:       kindShown(line.Kind, line.Channel),
		Reason:     whyListed(c, line),
		Provider:   providerTitle(line.Provider),
		Since:      line.ListedAt,
		Dropped:    line.Dropped,
		Request:    stateShown(request),
		RequestID:  request.ID,
		Times:      line.Times,
		Cleared:    Deref(line.ClearedAt),
		Agreement:  line.Kind == "complaint" || line.Kind == "unsubscribe" || line.Kind == "manual",
	}
	if row.Request == string(consent.RequestDone) && row.Cleared.IsZero() {
		row.Request = "" // it has been listed again since
	}
	row.MayAsk = Actor(c).May(models.Work) && line.Kind != "invalid" && !isOpen(request) &&
		row.Cleared.IsZero()
	if line.Kind == "invalid" {
		row.Needs = "change"
	}
	if row.MayAsk && line.Channel == models.Email && line.Kind == "bounce" {
		row.Likely = models.SuggestEmail(line.Address)
	}
	return row
}

// whyListed is why the provider lists an address, in our words: the failure's, else the list's, else the
// provider's own.
func whyListed(c echo.Context, line consent.SuppressionLine) string {
	reason, known := models.ReasonByID(line.Reason)
	switch {
	case line.Kind != "bounce" && line.Kind != "invalid", known && reason.Status() == models.Dropped:
	case known:
		return reason.Title
	case line.ProviderReason != "":
		return line.ProviderReason
	}
	return views.T(c.Request().Context(), "listed."+kindShown(line.Kind, line.Channel))
}

// kindShown tells a STOP from an unsubscribe.
func kindShown(kind string, channel models.Channel) string {
	if kind == "unsubscribe" && channel == models.SMS {
		return "stop"
	}
	return kind
}

// stateShown is the state of a request, and tells whether it waits for the customer or for somebody to
// approve it.
func stateShown(r consent.ClearRequest) string {
	if r.State == consent.RequestAsked && r.WaitsForCustomer() {
		return "customer"
	}
	return string(r.State)
}

func isOpen(r consent.ClearRequest) bool {
	for _, state := range consent.OpenStates {
		if r.State == state {
			return true
		}
	}
	return false
}

// Reconcile has the lists of all connections compared with the providers' own now.
func (h *Handlers) Reconcile(c echo.Context) error {
	ctx, a := c.Request().Context(), Actor(c)
	all, err := h.Store.Connection.Connections(ctx, a)
	if err != nil {
		return err
	}
	for _, one := range all {
		if provider, _ := providers.ByCode(one.Provider); provider.Suppressions == nil ||
			provider.Suppressions.List == nil ||
			!one.Sends {
			continue
		}
		if err := h.Store.Consent.AskReconcile(ctx, a, one.ID); err != nil {
			return err
		}
	}
	return h.back(c, views.SuppressionsURL(views.SuppressionQuery{}), "flash.reconciling")
}
