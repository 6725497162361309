package handlers

import (
	"encoding/json"

	"github.com/labstack/echo/v4"

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
func (h *Handlers) ownID(c echo.Context) (string, error) {
	st, err := h.Store.Report.NotificationDetail(c.Request().Context(), actor(c), c.Param("id"))
	return st.Notification.ID, err
}

// APIResend queues one more attempt.
func (h *Handlers) APIResend(c echo.Context) error {
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
	if _, err := h.Store.Resend.AskResend(c.Request().Context(), actor(c), ask); err != nil {
		return err
	}
	return h.APINotification(c)
}

// APIClear takes a notification off the report.
func (h *Handlers) APIClear(c echo.Context) error {
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
	err = h.Store.Ledger.ClearNotification(c.Request().Context(), actor(c), ledger.ClearAsk{
		NotificationID: id,
		RequestID:      idempotencyKey(c),
		Outcome:        body.Outcome,
		Note:           body.Note,
	})
	if err != nil && asRefusal(err).Guard != models.GuardCleared {
		return err
	}
	st, failed := h.Store.Report.NotificationDetail(c.Request().Context(), actor(c), id)
	if failed != nil {
		return failed
	}
	if err != nil && st.Notification.Outcome != body.Outcome {
		return err // it was cleared for another reason, and that one stays
	}
	return h.answerStory(c, st)
}

// APIReopen puts a notification back on the report.
func (h *Handlers) APIReopen(c echo.Context) error {
	id, err := h.ownID(c)
	if err != nil {
		return err
	}
	if err := h.Store.Ledger.ReopenNotification(c.Request().Context(), actor(c), id,
		idempotencyKey(c)); err != nil {
		return err
	}
	return h.APINotification(c)
}
