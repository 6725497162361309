package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// Approve lets a request go to the provider. Who chose to decline and sent the form by its first button,
// declines.
func (h *Handlers) Approve(c echo.Context) error {
	if c.FormValue("d") == "decline" {
		return h.Decline(c)
	}
	return h.decided(c, func(a models.Actor, id, note string) (consent.ClearRequest, error) {
		return h.Store.Consent.Approve(c.Request().Context(), a, id, note, c.FormValue("resend") == "1")
	}, "flash.approved")
}

// Decline ends a request with a reason.
func (h *Handlers) Decline(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (consent.ClearRequest, error) {
		return h.Store.Consent.Decline(c.Request().Context(), a, id, note)
	}, "flash.declined")
}

// AskQuestion asks the one who asked a question.
func (h *Handlers) AskQuestion(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (consent.ClearRequest, error) {
		return h.Store.Consent.AskQuestion(c.Request().Context(), a, id, note)
	}, "flash.question_asked")
}

// AnswerQuestion answers a question about a request.
func (h *Handlers) AnswerQuestion(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (consent.ClearRequest, error) {
		return h.Store.Consent.AnswerQuestion(c.Request().Context(), a, id, note)
	}, "flash.answered")
}

// WithdrawRequest takes back what the same person has asked for.
func (h *Handlers) WithdrawRequest(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, _ string) (consent.ClearRequest, error) {
		return h.Store.Consent.WithdrawRequest(c.Request().Context(), a, id)
	}, "flash.withdrawn")
}

// SettleByHand says how a request ended that was settled with the provider's support.
func (h *Handlers) SettleByHand(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (consent.ClearRequest, error) {
		return h.Store.Consent.SettleByHand(c.Request().Context(), a, id, c.FormValue("result") == "done",
			note)
	}, "flash.saved")
}

func (h *Handlers) decided(c echo.Context,
	act func(a models.Actor, id, note string) (consent.ClearRequest, error), done string) error {
	a, err := h.decider(c)
	if err != nil {
		return h.noRequest(c, err)
	}
	r, err := act(a, c.Param("id"), c.FormValue("note"))
	back := views.RequestURL(c.Param("id"))
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.turnDown(c, back, refusalText(c, refusal))
	}
	if conflict := (models.Conflict{}); errors.As(err, &conflict) {
		return h.turnDown(c, back,
			views.T(c.Request().Context(), "{person} has decided it already.", "person", conflict.By))
	}
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		return h.showRequest(c, a, c.Param("id"), http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	if r.State == consent.RequestDone && done == "flash.approved" {
		done = "flash.opted_in" // no provider lists it: it is done already
	}
	return h.back(c, back, done)
}

// after is the id of the request that follows one in the queue.
func after(rows []views.RequestRow, id string) string {
	for i, row := range rows[:max(len(rows)-1, 0)] {
		if row.ID == id {
			return rows[i+1].ID
		}
	}
	return ""
}
