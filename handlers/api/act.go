package api

import (
	"encoding/json"
	"errors"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/resend"
	"undelivered/providers/wire"
)

// readJSON reads the object of a request; no body at all is an empty object.
func readJSON(c echo.Context, into any) error {
	raw, err := wire.ReadBody(c.Request().Body,
		wire.Most{Items: 100, Values: 1000, Total: 1000, Depth: 12, Bytes: 1 << 20})
	if err != nil || len(raw) == 0 {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return unreadableBody(err)
	}
	return nil
}

func idempotencyKey(c echo.Context) string { return c.Request().Header.Get("Idempotency-Key") }

// ownID finds the id of a notification that may be named by the business's own name, "ref:…".
func (h *API) ownID(c echo.Context) (string, error) {
	st, err := h.Pages.Store.Report.NotificationDetail(c.Request().Context(), handlers.Actor(c),
		c.Param("id"))
	return st.Notification.ID, err
}

// Resend queues one more attempt.
func (h *API) Resend(c echo.Context) error {
	var body struct {
		MayGetTwo  bool `json:"may_get_two"`
		EvenIfOver bool `json:"even_if_over"`
	}
	if err := readJSON(c, &body); err != nil {
		return err
	}
	id, err := h.ownID(c)
	if err != nil {
		return err
	}
	ask := resend.ResendAsk{
		NotificationID: id,
		RequestID:      idempotencyKey(c),
		MayGetTwo:      body.MayGetTwo,
		Late:           body.EvenIfOver,
	}
	if _, err := h.Pages.Store.Resend.AskResend(c.Request().Context(), handlers.Actor(c), ask); err != nil {
		return err
	}
	return h.Notification(c)
}

// Clear takes a notification off the report.
func (h *API) Clear(c echo.Context) error {
	var body struct {
		Outcome string `json:"outcome"`
		Note    string `json:"note"`
	}
	if err := readJSON(c, &body); err != nil {
		return err
	}
	id, err := h.ownID(c)
	if err != nil {
		return err
	}
	err = h.Pages.Store.Ledger.ClearNotification(c.Request().Context(), handlers.Actor(c), ledger.ClearAsk{
		NotificationID: id,
		RequestID:      idempotencyKey(c),
		Outcome:        body.Outcome,
		Note:           body.Note,
	})
	if err != nil && !isCleared(err) {
		return err
	}
	st, failed := h.Pages.Store.Report.NotificationDetail(c.Request().Context(), handlers.Actor(c), id)
	if failed != nil {
		return failed
	}
	if err != nil && st.Notification.Outcome != body.Outcome {
		return err // it was cleared for another reason, and that one stays
	}
	return h.answerDetail(c, st)
}

// Reopen puts a notification back on the report.
func (h *API) Reopen(c echo.Context) error {
	id, err := h.ownID(c)
	if err != nil {
		return err
	}
	if err := h.Pages.Store.Ledger.ReopenNotification(c.Request().Context(), handlers.Actor(c), id,
		idempotencyKey(c)); err != nil {
		return err
	}
	return h.Notification(c)
}

// isCleared says whether an act was refused because the notification is cleared already: that is what was
// asked for.
func isCleared(err error) bool {
	var r models.Refusal
	return errors.As(err, &r) && r.Guard == models.GuardCleared
}
