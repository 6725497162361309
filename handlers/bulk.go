package handlers

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/views"
)

// bulkAsk reads what is to be done with many: chosen ids, or with all=1 the whole result of the query. A
// query that is not understood is refused: less of it would mean more notifications.
func bulkAsk(c echo.Context, action resend.BulkAction) (resend.BulkAsk, report.Filter, error) {
	fields, err := c.FormParams()
	if err != nil {
		return resend.BulkAsk{}, report.Filter{}, err
	}
	outcome := fields.Get("outcome")
	// here it is the answer to the question; what is to be cleared has none yet
	if action == resend.BulkClear {
		fields = maps.Clone(fields)
		fields.Del("outcome")
	}
	f, err := report.ParseFilter(fields)
	if err != nil {
		return resend.BulkAsk{}, report.Filter{}, err
	}
	q := f
	if !f.All {
		f.IDs = append([]string{}, f.IDs...) // none chosen are none, not all
	}
	ask := resend.BulkAsk{
		RequestID: fields.Get("request_id"),
		Action:    action,
		Filter:    f,
		Outcome:   outcome,
		Count:     fields.Get("count"),
		Instead:   insteadOf(fields),
		Shown:     resend.Shown{Total: shownNumber(fields, "of"), Send: shownNumber(fields, "sends")},
	}
	return ask, q, nil
}

// insteadOf are the channels that are chosen in place of a notification's own.
func insteadOf(fields url.Values) []models.Channel {
	var all []models.Channel
	for _, word := range fields["instead"] {
		if c := models.Channel(word); c.Valid() {
			all = append(all, c)
		}
	}
	return all
}

func shownNumber(fields url.Values, name string) *int {
	n, err := strconv.Atoi(fields.Get(name))
	if err != nil {
		return nil
	}
	return &n
}

var confirmURLs = map[resend.BulkAction]func(report.Filter) string{
	resend.BulkResend: views.BulkResendConfirmURL, resend.BulkClear: views.BulkClearConfirmURL,
}

// ConfirmBulk shows the exact numbers before many are resent or cleared.
func (h *Handlers) ConfirmBulk(action resend.BulkAction) echo.HandlerFunc {
	return func(c echo.Context) error {
		ask, q, err := bulkAsk(c, action)
		if err != nil {
			return err
		}
		return h.askBulk(c, ask, q, nil)
	}
}

func (h *Handlers) askBulk(c echo.Context, ask resend.BulkAsk, q report.Filter, wrong views.Errors) error {
	dry, err := h.Store.Resend.DryRun(c.Request().Context(), Actor(c), ask)
	if err != nil {
		return err
	}
	if dry.Total == 0 {
		return h.noneChosen(c, q)
	}
	show := func(what string) string { return showURL(confirmURLs[ask.Action](q), ask, what) }
	page := views.BulkQuestion{
		Base:      h.base(c),
		Query:     q,
		Total:     dry.Total,
		Send:      dry.Send,
		Check:     dry.Check,
		SendURL:   show("sent"),
		LeftOut:   leftOut(dry.Refused, func(g models.Guard) string { return show(string(g)) }),
		Ways:      otherWays(dry.OtherWays, ask.Instead, show),
		TypeCount: dry.Type,
		Count:     ask.Count,
		Outcome:   ask.Outcome,
		Errors:    wrong,
		Show:      c.QueryParam("show"),
	}
	if page.Show != "" && !dry.Check {
		rows, err := h.Store.Resend.DryRows(c.Request().Context(), Actor(c), dry, bulkShow(page.Show))
		if err != nil {
			return err
		}
		page.Rows = bulkRows(rows, true)
	}
	if dry.Warning {
		page.Warning = "todo.complaint_rate.text"
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if ask.Action == resend.BulkClear {
		return h.page(c, status, views.BulkClear(page))
	}
	return h.page(c, status, views.BulkResend(page))
}

// noneChosen leads back to the report when nothing was selected, or nothing is left of it.
func (h *Handlers) noneChosen(c echo.Context, q report.Filter) error {
	q.IDs, q.All = nil, false
	return h.turnDown(c, views.ReportURL(q), "flash.none_selected")
}

// leftOut are the guards with how many each refuses, and where these are shown.
func leftOut(refused []resend.GuardCount, url func(models.Guard) string) []views.LeftOut {
	all := make([]views.LeftOut, len(refused))
	for i, g := range refused {
		if all[i] = (views.LeftOut{Guard: g.Guard, N: g.N}); url != nil {
			all[i].URL = url(g.Guard)
		}
	}
	return all
}

// StartBulk fixes the set that was confirmed and leads to its progress.
func (h *Handlers) StartBulk(action resend.BulkAction) echo.HandlerFunc {
	return func(c echo.Context) error {
		ask, q, err := bulkAsk(c, action)
		if err != nil {
			return err
		}
		job, err := h.Store.Resend.StartBulk(c.Request().Context(), Actor(c), ask)
		var invalid models.Invalid
		var refusal models.Refusal
		switch {
		case errors.As(err, &invalid):
			return h.askBulk(c, ask, q, invalid)
		case errors.As(err, &refusal):
			return h.turnDown(c, confirmURLs[action](q), refusalText(c, refusal))
		case errors.Is(err, models.ErrNotFound):
			return h.noneChosen(c, q)
		case err != nil:
			return err
		}
		if job.State == resend.BulkChecking {
			return h.leave(c, views.BulkURL(job.ID))
		}
		return h.backWith(c, views.BulkURL(job.ID), views.Flash{
			Text:    views.T(c.Request().Context(), "flash.bulk_"+string(action)),
			UndoURL: views.BulkUndoURL(job.ID),
		})
	}
}

// PauseBulk stops the work after the item that is being done.
func (h *Handlers) PauseBulk(c echo.Context) error {
	return h.turnBulk(c, h.Store.Resend.PauseBulk, "")
}

// ResumeBulk goes on with what is left.
func (h *Handlers) ResumeBulk(c echo.Context) error {
	return h.turnBulk(c, h.Store.Resend.ResumeBulk, "")
}

// UndoBulk takes back what can be. The first slice is done at once: what is queued waits ten seconds only.
func (h *Handlers) UndoBulk(c echo.Context) error {
	ctx, a, id := c.Request().Context(), Actor(c), c.Param("id")
	if err := h.Store.Resend.UndoBulk(ctx, a, id); err != nil {
		return err
	}
	if _, err := h.Store.Resend.WorkBulk(ctx, id); err != nil {
		return err
	}
	b, err := h.Store.Resend.BulkPage(ctx, a, id, resend.BulkShow{}, "")
	if err != nil {
		return err
	}
	return h.backWith(c, views.BulkURL(id), views.Flash{Text: undoneText(c.Request().Context(), b)})
}

// undoneText says what was really taken back.
func undoneText(ctx context.Context, b resend.BulkProgress) string {
	kept := b.Gone.OnWay + b.Gone.Delivered + b.Gone.Back + b.Gone.Unknown
	switch {
	case b.State == resend.BulkUndoing:
		return views.T(ctx, "flash.bulk_undoing")
	case b.Action == resend.BulkClear:
		return views.T(ctx, "flash.bulk_undone_all")
	case b.Gone.Undone == 0:
		return views.T(ctx, "flash.bulk_undone_none")
	case kept > 0:
		return views.N(ctx, "flash.bulk_undone_some", b.Gone.Undone, "kept", views.Count(kept))
	}
	return views.N(ctx, "flash.bulk_undone", b.Gone.Undone)
}

func (h *Handlers) turnBulk(c echo.Context, turn func(context.Context, models.Actor, string) error,
	text string) error {
	if err := turn(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.BulkURL(c.Param("id")), text)
}
