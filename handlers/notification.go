package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/resend"
	"undelivered/views"
)

// Notification shows one notification: why it failed, what to do, what happened, and the customer.
func (h *Handlers) Notification(c echo.Context) error {
	page, err := h.notificationPage(c, c.Param("id"), nil)
	if err != nil {
		return err
	}
	if page.Near, err = h.near(c, page.ID); err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Notification(page))
}

// Preview is the HTML of an email as it was sent, in a sandbox of its own: no script, nothing from elsewhere,
// so that looking at it does not count as opening it.
func (h *Handlers) Preview(c echo.Context) error {
	content, err := h.Store.Ledger.Content(c.Request().Context(), Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	if content.HTML == "" {
		return models.ErrNotFound
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentSecurityPolicy,
		"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
	header.Set(echo.HeaderXFrameOptions, "SAMEORIGIN")
	header.Set(echo.HeaderCacheControl, "no-store")
	return c.HTML(http.StatusOK, quietHTML(content.HTML))
}

// Resend asks for one more attempt. A refusal leads back to the notification, which says why and how to lift
// it.
func (h *Handlers) Resend(c echo.Context) error {
	ask := resend.ResendAsk{
		NotificationID: c.Param("id"), RequestID: c.FormValue("request_id"), Version: number(c, "version"),
		CustomerVersion: number(c, "customer_version"), To: c.FormValue("address"),
		MayGetTwo: c.FormValue("twice") == "1",
		Late:      c.FormValue("late") == "1",
	}
	attempt, err := h.Store.Resend.AskResend(c.Request().Context(), Actor(c), ask)
	if refusal := (models.Refusal{}); errors.As(err, &refusal) {
		return h.resendRefused(c, refusal)
	}
	if err != nil {
		return err
	}
	return h.onItsWay(c, attempt, "flash.resending")
}

// onItsWay leads back with the offer to undo, while the attempt is queued.
func (h *Handlers) onItsWay(c echo.Context, attempt models.Attempt, key string) error {
	id := attempt.NotificationID
	return h.backWith(c, views.NotificationURL(id), views.Flash{
		Text:    views.N(c.Request().Context(), key, 1),
		UndoURL: views.NotificationActURL(id, "cancel"), UndoFields: map[string]string{"attempt": attempt.ID},
	})
}

// questionOf are the refusals that a person can answer: they lead to a page that asks.
var questionOf = map[models.Guard]string{
	models.GuardUnknown: "resend", models.GuardMayArrive: "resend", models.GuardSameRefusal: "resend",
	models.GuardOver: "resend",
}

func (h *Handlers) resendRefused(c echo.Context, r models.Refusal) error {
	id := c.Param("id")
	if act, asks := questionOf[r.Guard]; asks && !fragment(c) {
		return h.leave(c, views.NotificationConfirmURL(id, act))
	}
	return h.turnDown(c, views.NotificationURL(id), refusalText(c, r))
}

// Cancel stops a resend that is still queued.
func (h *Handlers) Cancel(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	attempt := c.FormValue("attempt")
	if attempt == "" {
		st, err := h.Store.Report.NotificationDetail(ctx, Actor(c), id)
		if err != nil {
			return err
		}
		attempt = newest(st).ID
	}
	err := h.Store.Ledger.CancelAttempt(ctx, Actor(c), attempt)
	if refusal := (models.Refusal{}); errors.As(err, &refusal) {
		return h.turnDown(c, views.NotificationURL(id), "flash.too_late_to_cancel")
	}
	if err != nil {
		return err
	}
	return h.back(c, views.NotificationURL(id), "flash.undone")
}

// Clear takes a notification off the report with a reason.
func (h *Handlers) Clear(c echo.Context) error {
	id, outcome := c.Param("id"), c.FormValue("outcome")
	err := h.Store.Ledger.ClearNotification(c.Request().Context(), Actor(c),
		ledger.ClearAsk{NotificationID: id, Outcome: outcome, Version: number(c, "version")})
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		q, err := h.question(c)
		if err != nil {
			return err
		}
		q.Errors, q.Outcome = problems(c.Request().Context(), invalid), outcome
		return h.page(c, http.StatusUnprocessableEntity, views.ClearQuestion(q))
	}
	if refusal := (models.Refusal{}); errors.As(err, &refusal) {
		return h.turnDown(c, views.NotificationURL(id), refusalText(c, refusal))
	}
	if err != nil {
		return err
	}
	return h.backWith(c, views.NotificationURL(id), views.Flash{
		Text:    views.T(c.Request().Context(), "flash.cleared"),
		UndoURL: views.NotificationActURL(id, "reopen"),
	})
}

// Reopen puts a cleared notification back on the report.
func (h *Handlers) Reopen(c echo.Context) error {
	if err := h.Store.Ledger.ReopenNotification(c.Request().Context(), Actor(c), c.Param("id"),
		""); err != nil {
		return err
	}
	return h.back(c, views.NotificationURL(c.Param("id")), "flash.reopened")
}

// Arrived records that the customer has a message of which nobody knew whether it was sent.
func (h *Handlers) Arrived(c echo.Context) error {
	id, note := c.Param("id"), strings.TrimSpace(c.FormValue("note"))
	err := h.Store.Ledger.ConfirmArrived(c.Request().Context(), Actor(c), id, note)
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		q, err := h.question(c)
		if err != nil {
			return err
		}
		q.Errors = problems(c.Request().Context(), invalid)
		return h.page(c, http.StatusUnprocessableEntity, views.Unknown(q))
	}
	if refusal := (models.Refusal{}); errors.As(err, &refusal) {
		return h.turnDown(c, views.NotificationURL(id), refusalText(c, refusal))
	}
	if err != nil {
		return err
	}
	return h.back(c, views.NotificationURL(id), "flash.saved")
}

// number is a form's version; 0 when it holds none.
func number(c echo.Context, name string) int {
	n, err := strconv.Atoi(c.FormValue(name))
	if err != nil {
		return 0
	}
	return n
}
