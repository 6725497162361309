package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/views"
)

// sendingDomains are the domains that the account's connections send from.
func (h *Handlers) sendingDomains(c echo.Context) ([]string, error) {
	return delivery.SendingDomains(c.Request().Context(), h.Store, Actor(c))
}

// Domain shows what the directory says about one sending domain of the account.
func (h *Handlers) Domain(c echo.Context) error {
	domains, err := h.sendingDomains(c)
	if err != nil {
		return err
	}
	domain := strings.ToLower(c.Param("domain"))
	if !slices.Contains(domains, domain) {
		return models.ErrNotFound
	}
	check, err := h.checkDomain(c, domain)
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Domain(views.DomainPage{Base: h.base(c), Check: check}))
}

// CheckDomain asks again: the page itself asks each time.
func (h *Handlers) CheckDomain(c echo.Context) error {
	domains, err := h.sendingDomains(c)
	if err != nil {
		return err
	}
	if !slices.Contains(domains, strings.ToLower(c.Param("domain"))) {
		return models.ErrNotFound
	}
	return h.leave(c, views.DomainURL(c.Param("domain")))
}

// DomainsSettings checks all sending domains of the account.
func (h *Handlers) DomainsSettings(c echo.Context) error {
	domains, err := h.sendingDomains(c)
	if err != nil {
		return err
	}
	checks, problems := make([]views.DomainCheck, len(domains)), make([]error, len(domains))
	var all sync.WaitGroup
	for i, d := range domains {
		all.Go(func() { checks[i], problems[i] = h.checkDomain(c, d) })
	}
	all.Wait()
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return h.page(c, http.StatusOK,
		views.SettingsDomains(views.DomainsSettings{Base: h.base(c), Checks: checks}))
}

// checkDomain asks the directory, and notes what it says for the dashboard.
func (h *Handlers) checkDomain(c echo.Context, domain string) (views.DomainCheck, error) {
	ask := h.TXT
	if ask == nil {
		ask = delivery.LookupTXT
	}
	_, through, err := delivery.Senders(c.Request().Context(), h.Store, Actor(c))
	if err != nil {
		return views.DomainCheck{}, err
	}
	r := ask.CheckDomain(c.Request().Context(), domain, h.Store.Now(), through[domain]...)
	ctx := c.Request().Context()
	check := views.DomainCheck{Domain: domain, CheckedAt: r.CheckedAt, Lines: []views.CheckLine{
		findingLine(ctx, "spf", r.SPF), findingLine(ctx, "dkim", r.DKIM), findingLine(ctx, "dmarc", r.DMARC)}}
	if r.DMARC.State == delivery.Absent {
		check.Record = "_dmarc." + domain + " TXT \"v=DMARC1; p=none\""
	}
	return check, h.Store.Connection.KeepSendingDomain(c.Request().Context(), Actor(c), r.ToKeep())
}

// findingStates are the icons of what was found.
var findingStates = map[string]string{
	delivery.Found:      "ok",
	delivery.Weak:       "warn",
	delivery.Absent:     "no",
	delivery.Twice:      "no",
	delivery.TooMany:    "no",
	delivery.Unnamed:    "warn",
	delivery.CannotTell: "warn",
}

func findingLine(ctx context.Context, kind string, f delivery.Finding) views.CheckLine {
	return views.CheckLine{
		State: findingStates[f.State],
		Bold:  views.T(ctx, "domain."+kind),
		Text:  views.T(ctx, "domain."+kind+"."+f.State, "providers", strings.Join(f.Lacks, ", ")),
	}
}
