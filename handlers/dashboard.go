package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/report"
	"undelivered/views"
)

// How many things to do and reasons the first page shows.
const (
	firstTodos   = 5
	firstReasons = 5
)

// Dashboard is the number, what to do first, and where it comes from.
func (h *Handlers) Dashboard(c echo.Context) error {
	d, err := h.Store.Report.Dashboard(c.Request().Context(), Actor(c))
	if err != nil {
		return err
	}
	p := views.DashboardPage{Base: h.base(c), Since: d.Range.Start, Total: d.Total, Previous: d.Previous,
		Sent:     d.Sent[models.Email] + d.Sent[models.SMS],
		Email:    views.ChannelCount{Undelivered: d.ByChannel[models.Email], Sent: d.Sent[models.Email]},
		SMS:      views.ChannelCount{Undelivered: d.ByChannel[models.SMS], Sent: d.Sent[models.SMS]},
		Statuses: d.ByStatus, Unconnected: d.Empty, Silent: d.Silent}
	p.Base.Number = d.Total
	p.Days = daysOf(d.Days, p.Zone)
	for _, t := range d.Todo {
		p.Todo = append(p.Todo, todo(t, p.Base))
	}
	if c.QueryParam("todo") != "all" && len(p.Todo) > firstTodos {
		p.Todo, p.More = p.Todo[:firstTodos], len(p.Todo)-firstTodos
	}
	for _, r := range d.Reasons[:min(len(d.Reasons), firstReasons)] {
		p.Reasons = append(p.Reasons, views.ReasonCount{Reason: r.Reason, Status: r.Status, N: r.N,
			URL: views.ReportURL(report.Filter{Reason: r.Reason.ID})})
	}
	for _, row := range d.Domains {
		p.Domains = append(p.Domains,
			views.DomainCount{Domain: row.Domain, N: row.N, Sent: row.Sent, Meant: row.Meant})
	}
	p.Feeds = feeds(c, d.Health)
	return h.page(c, 200, views.Dashboard(p))
}

// daysOf are the days of a chart, each at its noon.
func daysOf(days []report.DayCount, zone *time.Location) []views.DayCount {
	all := make([]views.DayCount, len(days))
	for i, d := range days {
		all[i] = views.DayCount{Day: noonOf(d.Day, zone), Email: d.Email, SMS: d.SMS}
	}
	return all
}

func noonOf(day string, zone *time.Location) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, time.UTC)
	if err != nil {
		return time.Time{}
	}
	return time.Date(at.Year(), at.Month(), at.Day(), 12, 0, 0, 0, zone)
}

// todo is one thing to do, with the page where it is done.
func todo(t report.Todo, b views.Base) views.Todo {
	row := views.Todo{
		Kind: t.Kind,
		N:    t.N,
		Name: t.Name,
		Like: t.Like,
		Of:   t.Of,
		URL:  views.ReportURL(t.Filter),
	}
	switch t.Kind {
	case "mistyped":
		row.URL = views.SuggestionsURL()
	case "wishes":
		row.URL = views.WishesURL()
	case "unused", "reports_stopped", "connection_fault":
		row.URL = views.AnalysisURL("provider", "")
		if b.IsOwner() {
			row.URL = views.ConnectionURL(t.ID)
		}
	case "spf", "dkim", "dmarc":
		row.URL = views.DomainURL(t.Name)
	}
	if aside := t.Filter.Values(); !b.MayWork() && len(aside) == 0 {
		row.URL = "" // a page that only managers see
	}
	if !b.MayWork() && t.Kind == "mistyped" {
		row.Kind, row.N, row.URL = "mistyped_seen", t.Rows, views.ReportURL(t.Filter)
	}
	return row
}

// feeds are the connections with whether their reports arrive.
func feeds(c echo.Context, health []connection.Health) []views.Feed {
	ctx := c.Request().Context()
	all := make([]views.Feed, len(health))
	for i, row := range health {
		all[i] = views.Feed{
			ID:      row.Connection.ID,
			Name:    row.Connection.Name,
			State:   string(row.State),
			Last:    row.Since,
			UsedFor: usedFor(ctx, row.Connection.Channels),
		}
	}
	return all
}
