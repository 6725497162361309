package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// AlertsSettings shows what the account wants to be written about.
func (h *Handlers) AlertsSettings(c echo.Context) error {
	wish, err := h.Store.Report.Alerts(c.Request().Context(), Actor(c))
	if err != nil {
		return err
	}
	return h.alerts(c, http.StatusOK, wish, strings.Join(wish.To, "\n"), nil)
}

func (h *Handlers) alerts(c echo.Context, status int, w report.AlertSettings, to string,
	problems views.Errors) error {
	return h.page(c, status, views.SettingsAlerts(
		views.AlertsSettings{Base: h.base(c), Digest: w.Digest, Stopped: w.Stopped, Incident: w.Incident,
			Jump: w.Jump, Rate: w.Rate, To: to, CanMail: h.Post != nil, Errors: problems},
	))
}

// SaveAlerts keeps it.
func (h *Handlers) SaveAlerts(c echo.Context) error {
	typed := c.FormValue("to")
	wish := report.AlertSettings{
		Digest:   c.FormValue("digest"),
		Stopped:  c.FormValue("stopped") == "1",
		Incident: c.FormValue("incident") == "1",
		Jump:     c.FormValue("jump") == "1",
		Rate:     c.FormValue("rate") == "1",
		To:       strings.Fields(typed),
	}
	err := h.Store.Report.SaveAlerts(c.Request().Context(), Actor(c), wish)
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return h.alerts(c, http.StatusUnprocessableEntity, wish, typed, invalid)
	}
	if err != nil {
		return err
	}
	return h.back(c, views.SettingsURL("alerts"), "flash.saved")
}
