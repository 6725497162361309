package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/resend"
	"undelivered/views"
)

// ConfirmOther asks before a notification goes by the other channel.
func (h *Handlers) ConfirmOther(channel models.Channel) echo.HandlerFunc {
	return func(c echo.Context) error {
		q, err := h.question(c)
		if err != nil {
			return err
		}
		st, err := h.Store.Report.NotificationDetail(c.Request().Context(), Actor(c), c.Param("id"))
		if err != nil {
			return err
		}
		q.Other = h.otherWay(c.Request().Context(), Actor(c), st)
		if q.Other.Channel != channel || !q.Other.Offered {
			return h.leave(c, views.NotificationURL(q.ID))
		}
		return h.page(c, http.StatusOK, views.SendOther(q))
	}
}

// SendOther sends a notification by the other channel: one more attempt, to the customer's other address.
func (h *Handlers) SendOther(channel models.Channel) echo.HandlerFunc {
	return func(c echo.Context) error {
		attempt, err := h.Store.Resend.AskResend(c.Request().Context(), Actor(c), resend.ResendAsk{
			NotificationID: c.Param("id"), RequestID: c.FormValue("request_id"),
			Version: number(c, "version"),
			To:      c.FormValue("address"), Channel: channel, Late: c.FormValue("late") == "1",
		})
		if refusal := asRefusal(err); refusal.Guard != "" {
			return h.turnDown(c, views.NotificationURL(c.Param("id")), refusalText(c, refusal))
		}
		if err != nil {
			return err
		}
		return h.onItsWay(c, attempt, "flash.resending")
	}
}

// Note keeps a note about a notification.
func (h *Handlers) Note(c echo.Context) error {
	return h.worked(c,
		h.Store.Ledger.AddNote(c.Request().Context(), Actor(c), c.Param("id"), c.FormValue("note")))
}

// Assign gives a notification to a person.
func (h *Handlers) Assign(c echo.Context) error {
	return h.worked(c,
		h.Store.Ledger.Assign(c.Request().Context(), Actor(c), c.Param("id"), c.FormValue("person")))
}

// Snooze puts a notification off, or on hold.
func (h *Handlers) Snooze(c echo.Context) error {
	var until *time.Time
	if typed := c.FormValue("until"); typed != "" {
		day, err := time.ParseInLocation(time.DateOnly, typed, visitZone(c))
		if err != nil {
			return h.worked(c, models.Invalid{"until": {Key: "error.date"}})
		}
		until = &day
	}
	return h.worked(c, h.Store.Ledger.Snooze(c.Request().Context(), Actor(c), c.Param("id"), until,
		c.FormValue("hold") == "1"))
}

// worked leads back after a small change; what is wrong with it is said there.
func (h *Handlers) worked(c echo.Context, err error) error {
	back := views.NotificationURL(c.Param("id"))
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		for _, text := range problems(c.Request().Context(), invalid) {
			return h.back(c, back, views.Say(c.Request().Context(), text))
		}
	}
	if err != nil {
		return err
	}
	return h.back(c, back, "flash.saved")
}
