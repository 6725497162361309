package handlers

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/views"
)

// Suggestions are all addresses that look mistyped, side by side with their corrections.
func (h *Handlers) Suggestions(c echo.Context) error {
	found, err := h.Store.Report.MistypedAddresses(c.Request().Context(), Actor(c), c.QueryParam("after"))
	if err != nil {
		return err
	}
	page := views.SuggestionsPage{
		Base:           h.base(c),
		Corrected:      found.Corrected,
		CorrectedQuery: correctedQuery,
		Total:          found.Total,
	}
	for _, m := range found.Rows {
		page.Rows = append(page.Rows, views.SuggestionRow{
			Suggestion: views.Suggestion{ID: m.CustomerID, OnFile: m.Recipient, Value: m.Suggestion},
			CustomerID: m.CustomerID,
			Customer:   m.Customer,
			Version:    m.Version,
			Waiting:    m.Waiting,
		})
	}
	if found.Older != "" {
		page.Older = views.SuggestionsURL() + "?" + url.Values{"after": {found.Older}}.Encode()
	}
	if c.QueryParam("after") != "" {
		page.Newer = views.SuggestionsURL()
	}
	return h.page(c, http.StatusOK, views.Suggestions(page))
}

// correctedQuery are all whose customers have another address by now than the one that failed.
var correctedQuery = report.Filter{View: report.ViewCorrected, All: true}

// acceptedAmongMany leads back to the other suggestions; with "use it and resend" what failed of this
// customer goes out.
func (h *Handlers) acceptedAmongMany(c echo.Context, customerID string) error {
	if c.FormValue("do") != "save-resend" {
		return h.back(c, views.SuggestionsURL(), "flash.saved")
	}
	job, err := h.Store.Resend.StartBulk(
		c.Request().Context(),
		Actor(c),
		resend.BulkAsk{RequestID: c.FormValue("request_id"), Action: resend.BulkResend,
			Filter: report.Filter{Customer: customerID, View: report.ViewCorrected}},
	)
	var refusal models.Refusal
	switch {
	case errors.As(err, &refusal):
		return h.turnDown(c, views.SuggestionsURL(),
			views.T(c.Request().Context(), "flash.saved")+" "+refusalText(c, refusal))
	case errors.Is(err, models.ErrNotFound):
		return h.back(c, views.SuggestionsURL(), "flash.saved")
	case err != nil:
		return err
	}
	return h.backWith(c, views.SuggestionsURL(), views.Flash{
		Text:    views.T(c.Request().Context(), "flash.saved_resent"),
		UndoURL: views.BulkUndoURL(job.ID),
	})
}
