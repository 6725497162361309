package handlers

import (
	"context"
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
	all, err := h.Store.Connections(c.Request().Context(), actor(c))
	if err != nil {
		return nil, err
	}
	var domains []string
	for _, each := range all {
		settings, err := h.Store.ConnectionSettings(each)
		if err != nil {
			return nil, err
		}
		if d := delivery.SenderDomain(settings["from"]); d != "" && !slices.Contains(domains, d) {
			domains = append(domains, d)
		}
	}
	return domains, nil
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
	return h.page(c, http.StatusOK, views.Domain(views.DomainPage{Base: h.base(c), Check: h.checkDomain(c, domain)}))
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
	checks := make([]views.DomainCheck, len(domains))
	var all sync.WaitGroup
	for i, d := range domains {
		all.Go(func() { checks[i] = h.checkDomain(c, d) })
	}
	all.Wait()
	return h.page(c, http.StatusOK, views.SettingsDomains(views.DomainsSettings{Base: h.base(c), Checks: checks}))
}

func (h *Handlers) checkDomain(c echo.Context, domain string) views.DomainCheck {
	ask := h.TXT
	if ask == nil {
		ask = delivery.LookupTXT
	}
	r := ask.CheckDomain(c.Request().Context(), domain, h.Store.Now())
	ctx := langCtx(c)
	check := views.DomainCheck{Domain: domain, CheckedAt: r.CheckedAt, Lines: []views.CheckLine{
		findingLine(ctx, "spf", r.SPF), findingLine(ctx, "dkim", r.DKIM), findingLine(ctx, "dmarc", r.DMARC)}}
	if r.DMARC.State == delivery.Absent {
		check.Record = "_dmarc." + domain + " TXT \"v=DMARC1; p=none\""
	}
	return check
}

// findingStates are the icons of what was found.
var findingStates = map[string]string{delivery.Found: "ok", delivery.Weak: "warn", delivery.Absent: "no", delivery.Twice: "no", delivery.CannotTell: "warn"}

func findingLine(ctx context.Context, kind string, f delivery.Finding) views.CheckLine {
	return views.CheckLine{State: findingStates[f.State], Bold: views.T(ctx, "domain."+kind), Text: views.T(ctx, "domain."+kind+"."+f.State)}
}
