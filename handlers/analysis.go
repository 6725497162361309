package handlers

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// analysisRange is the window of an analysis; a word that nobody knows is the standard one.
func analysisRange(c echo.Context) string {
	switch r := c.QueryParam("range"); r {
	case "7d", "30d", "90d":
		return r
	}
	return ""
}

func (h *Handlers) analysis(c echo.Context, most int) (report.Analysis, error) {
	return h.Store.Report.Analysis(c.Request().Context(), Actor(c), cmp.Or(c.QueryParam("by"), "reason"),
		report.Filter{Range: analysisRange(c)}, most)
}

// Analysis shows what fails, by reason, domain, provider, day or kind.
func (h *Handlers) Analysis(c echo.Context) error {
	a, err := h.analysis(c, report.AnalysisLines)
	if err != nil {
		return err
	}
	p := views.AnalysisPage{Base: h.base(c), By: a.By, Range: analysisRange(c), More: a.More}
	for _, l := range a.Lines {
		row := views.AnalysisRow{
			Name:      l.Name,
			Status:    l.Status,
			Now:       l.N(),
			Before:    l.Before,
			Fixed:     l.Fixed,
			FixedURL:  views.ReportURL(l.FixedNow()),
			Sent:      l.Sent,
			Delivered: l.Delivered,
			URL:       views.ReportURL(l.Filter),
			BeforeURL: views.ReportURL(l.Earlier(a.Window)),
		}
		if l.Email == 0 {
			row.Channel = models.SMS
		}
		if a.By == "domain" {
			_, row.Meant, _ = strings.Cut(models.SuggestEmail("x@"+l.Key), "@")
		}
		p.Rows = append(p.Rows, row)
		if a.By == "day" {
			p.Days = append(
				[]views.DayCount{{Day: noonOf(l.Key, p.Zone), Email: l.Email, SMS: l.SMS}},
				p.Days...)
		}
	}
	for _, l := range a.Outcomes {
		p.Outcomes = append(p.Outcomes,
			views.AnalysisRow{Name: l.Key, Now: l.N(), URL: views.ReportURL(l.Filter)})
	}
	p.Worth = append(burst(p.Base, c, a), risen(c, a)...)
	if p.Domains, err = h.sendingDomains(c); err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Analysis(p))
}

// AnalysisCSV is the same table as a file.
func (h *Handlers) AnalysisCSV(c echo.Context) error {
	a, err := h.analysis(c, 0)
	if err != nil {
		return err
	}
	err = h.Store.Note(c.Request().Context(), Actor(c), "analysis.export",
		models.AuditEntry{ObjectKind: "analysis", ObjectName: a.By})
	if err != nil {
		return err
	}
	s := h.newSheet(c, "analysis-"+a.By, h.Store.Now().In(visitZone(c)))
	if err := s.line(a.By, "status", "undelivered", "email", "sms", "before", "fixed", "sent",
		"delivered"); err != nil {
		return err
	}
	for _, l := range a.Lines {
		err := s.line(l.Name, string(l.Status), strconv.Itoa(l.N()), strconv.Itoa(l.Email),
			strconv.Itoa(l.SMS), strconv.Itoa(l.Before), strconv.Itoa(l.Fixed), strconv.Itoa(l.Sent),
			strconv.Itoa(l.Delivered))
		if err != nil {
			return err
		}
	}
	return s.send()
}
