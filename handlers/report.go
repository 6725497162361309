package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/connection"
	"undelivered/models/report"
	"undelivered/views"
)

// Report is the list of undelivered notifications; htmx gets its results alone.
func (h *Handlers) Report(c echo.Context) error {
	ctx := c.Request().Context()
	f, wrong := report.ParseFilter(c.QueryParams())
	p := views.ReportPage{Base: h.base(c), Query: f, Errors: datesWrong(ctx, wrong)}
	if f.IDs = nil; len(p.Errors) > 0 { // on this page ids are what is ticked
		f.From, f.To = "", ""
	}
	r, err := h.Store.Report.Report(ctx, Actor(c), f)
	if err != nil {
		return err
	}
	if err := h.fillReport(ctx, c, &p, r); err != nil {
		return err
	}
	h.rememberList(c, p.Query)
	status := http.StatusOK
	if len(p.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if fragment(c) {
		if status == http.StatusOK {
			// without the fields that are empty
			c.Response().Header().Set("HX-Push-Url", views.ReportURL(p.Query))
		}
		return h.page(c, status, views.ReportResults(p, true))
	}
	return h.page(c, status, views.Report(p))
}

// datesWrong are the errors of the two dates, in words; other words that nobody knows are left out of the
// query.
func datesWrong(ctx context.Context, err error) views.Errors {
	var invalid models.Invalid
	if !errors.As(err, &invalid) {
		return nil
	}
	wrong := invalid
	for field := range wrong {
		if field != "from" && field != "to" {
			delete(wrong, field)
		}
	}
	return wrong
}

func (h *Handlers) fillReport(ctx context.Context, c echo.Context, p *views.ReportPage,
	r report.Report) error {
	a := Actor(c)
	p.From, p.To = r.Window.Start, r.Window.End.Add(-time.Nanosecond)
	p.Partial, p.Work = r.Counts.Partial, r.Work
	p.Total, p.Capped, p.Window, p.Counts = r.Counts.Total, r.Counts.Capped, r.Counts.Window,
		r.Counts.ByStatus
	p.Number, p.Waiting, p.Due = r.Number.Total, r.Number.Waiting, r.Due
	p.Base.Number = r.Number.Total
	p.Tabs = families(r.Number.ByStatus)
	p.Reasons = reasonGroups(ctx, r.Reasons)
	for _, i := range r.Incidents {
		p.Incidents = append(p.Incidents,
			views.Incident{Reason: i.Reason, Status: i.Status, N: i.N, Query: i.Filter, Last: i.Last})
	}
	names, err := h.namesOf(ctx, a, r.Rows)
	if err != nil {
		return err
	}
	briefs, err := h.Briefs(ctx, a, r.Rows)
	if err != nil {
		return err
	}
	for _, u := range r.Rows {
		row := reportRow(u, names, briefs[u.ID])
		row.Chosen = slices.Contains(p.Query.IDs, u.ID)
		p.Rows = append(p.Rows, row)
	}
	p.Older, p.Newer = otherPage(p.Query, r.Older, ""), otherPage(p.Query, "", r.Newer)
	if err := h.nameFilters(ctx, a, p); err != nil {
		return err
	}
	return h.aroundReport(ctx, a, p, r)
}

// otherPage is the address of the next page; empty: there is none.
func otherPage(q report.Filter, after, before string) string {
	if after == "" && before == "" {
		return ""
	}
	q = q.First()
	q.After, q.Before = after, before
	return views.ReportURL(q)
}

func reportRow(u models.Undelivered, names map[string]string, brief advice.Brief) views.ReportRow {
	reason, _ := models.ReasonByID(u.Reason)
	row := views.ReportRow{
		ID:          u.ID,
		Title:       u.Title,
		Channel:     u.Channel,
		CustomerID:  u.CustomerID,
		Customer:    u.CustomerName,
		CustomerRef: u.CustomerRef,
		Address:     u.Recipient,
		Brief:       brief,
		Corrected:   u.NewAddress,
		Status:      u.Status,
		State:       string(u.State),
		Returned:    u.Returned,
		OurSide:     u.OurSide,
		Reason:      reason.Title,
		FailedAt:    u.FailedAt,
		Tries:       u.Tries,
		Assigned:    names[u.AssignedTo],
		OnHold:      u.OnHold,
	}
	row.DueAt, row.Snoozed = Deref(u.DueAt), Deref(u.SnoozedUntil)
	return row
}

// aroundReport adds the saved views, the gaps, and how to begin when there is nothing yet.
func (h *Handlers) aroundReport(ctx context.Context, a models.Actor, p *views.ReportPage,
	r report.Report) error {
	saved, err := h.Store.Report.Views(ctx, a)
	if err != nil {
		return err
	}
	for _, v := range saved {
		n, err := h.Store.Report.ViewCount(ctx, a, v)
		if err != nil {
			return err
		}
		p.Saved = append(p.Saved,
			views.SavedView{ID: v.ID, Name: v.Name, Query: v.Filter(), N: n, Own: v.Own(a), Shared: v.Shared})
	}
	if p.Sets, err = h.Store.Resend.RecentBulks(ctx, a); err != nil {
		return err
	}
	gaps, err := h.Store.Connection.OpenGaps(ctx, a, r.Window)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		p.Gaps = append(p.Gaps, views.Gap{ID: g.ID, Connection: g.Connection, From: g.FromAt, To: g.ToAt})
	}
	if len(r.Rows) > 0 || r.Number.Total > 0 {
		return nil
	}
	health, err := h.Store.Connection.Health(ctx, a)
	if err != nil {
		return err
	}
	p.Silent = connection.Silent(health)
	p.Unconnected, err = h.Store.Connection.Unconnected(ctx, a)
	return err
}
