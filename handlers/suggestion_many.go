package handlers

import (
	"errors"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/views"
)

// AcceptSuggestions puts the ticked suggestions in place of the mistyped addresses; with "resend" what failed
// of these customers goes out in one set. What somebody else has changed meanwhile is left alone, and said.
func (h *Handlers) AcceptSuggestions(c echo.Context) error {
	fields, err := c.FormParams()
	if err != nil {
		return err
	}
	ctx, changed, left := c.Request().Context(), []string{}, 0
	for _, ticked := range fields["id"] {
		id, version, _ := strings.Cut(ticked, " ")
		n, _ := strconv.Atoi(version) // no number: an old page
		_, done, err := h.accept(ctx, c, id, n)
		var invalid models.Invalid
		var conflict models.Conflict
		switch {
		case errors.As(err, &invalid),
			errors.As(err, &conflict),
			errors.Is(err, models.ErrNotFound),
			err == nil && !done:
			left++
		case err != nil:
			return err
		default:
			changed = append(changed, id)
		}
	}
	if len(changed) == 0 {
		return h.turnDown(c, views.SuggestionsURL(), views.T(c.Request().Context(), "suggestion.none_used"))
	}
	if fields.Get("do") == "save-resend" {
		return h.resendCorrected(c, changed, left)
	}
	return h.back(c, views.SuggestionsURL(), usedText(c, len(changed), left))
}

// usedText says how many were changed, and how many were not.
func usedText(c echo.Context, changed, left int) string {
	text := views.N(c.Request().Context(), "suggestion.used", changed)
	if left > 0 {
		text += " " + views.N(c.Request().Context(), "suggestion.left", left)
	}
	return text
}

// resendCorrected sends again what failed of customers whose addresses have just been corrected.
func (h *Handlers) resendCorrected(c echo.Context, customers []string, left int) error {
	ctx, a := c.Request().Context(), Actor(c)
	ids := []string{}
	for _, id := range customers {
		page, err := h.Store.Report.Undelivered(ctx, a,
			report.Filter{Range: "90d", Customer: id, View: report.ViewCorrected, Per: 100})
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			ids = append(ids, row.ID)
		}
	}
	job, err := h.Store.Resend.StartBulk(ctx, a, resend.BulkAsk{
		RequestID: c.FormValue("request_id"),
		Action:    resend.BulkResend,
		Filter:    report.Filter{IDs: ids},
	})
	var refusal models.Refusal
	switch {
	case errors.As(err, &refusal):
		return h.turnDown(c, views.SuggestionsURL(),
			usedText(c, len(customers), left)+" "+refusalText(c, refusal))
	case errors.Is(err, models.ErrNotFound):
		return h.back(c, views.SuggestionsURL(), usedText(c, len(customers), left))
	case err != nil:
		return err
	case job.State == resend.BulkChecking:
		return h.back(c, views.BulkURL(job.ID), usedText(c, len(customers), left))
	}
	return h.backWith(c, views.BulkURL(job.ID),
		views.Flash{Text: usedText(c, len(customers), left), UndoURL: views.BulkUndoURL(job.ID)})
}
