package handlers

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
)

// readJSON reads the object of a request; no body at all is an empty object.
func readJSON(c echo.Context, into any) error {
	raw, err := io.ReadAll(c.Request().Body)
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
	st, err := h.Store.Story(c.Request().Context(), actor(c), c.Param("id"))
	return st.Notification.ID, err
}

// APIResend queues one more attempt.
func (h *Handlers) APIResend(c echo.Context) error {
	var body struct {
		MayGetTwo bool `json:"may_get_two"`
	}
	if err := readJSON(c, &body); err != nil {
		return err
	}
	id, err := h.ownID(c)
	if err != nil {
		return err
	}
	ask := models.ResendAsk{NotificationID: id, RequestID: idempotencyKey(c), MayGetTwo: body.MayGetTwo}
	if _, err := h.Store.AskResend(c.Request().Context(), actor(c), ask); err != nil {
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
	err = h.Store.ClearNotification(c.Request().Context(), actor(c), id, body.Outcome, body.Note, 0)
	if refusal := asRefusal(err); err != nil && refusal.Guard != models.GuardCleared {
		return err
	}
	return h.APINotification(c)
}

// APIReopen puts a notification back on the report.
func (h *Handlers) APIReopen(c echo.Context) error {
	id, err := h.ownID(c)
	if err != nil {
		return err
	}
	if err := h.Store.ReopenNotification(c.Request().Context(), actor(c), id); err != nil {
		return err
	}
	return h.APINotification(c)
}

// APIEditCustomer changes contact details; a field that is left out stays as it is.
func (h *Handlers) APIEditCustomer(c echo.Context) error {
	ctx, a := c.Request().Context(), actor(c)
	var body struct {
		Name, Email, Phone *string
		Version            int
	}
	if err := readJSON(c, &body); err != nil {
		return err
	}
	customer, err := h.Store.Customer(ctx, a, c.Param("id"))
	if err != nil {
		return err
	}
	main, err := h.Store.MainAddresses(ctx, a, customer.ID)
	if err != nil {
		return err
	}
	edit := models.ContactEdit{CustomerID: customer.ID, Version: body.Version, Name: given(body.Name, customer.Name),
		Email: given(body.Email, main[models.Email].Value), Phone: given(body.Phone, main[models.SMS].Value)}
	_, err = h.Store.EditContact(ctx, a, edit)
	if conflict := (models.Conflict{}); errors.As(err, &conflict) {
		return echo.NewHTTPError(http.StatusConflict, "The customer was changed since that version was read.")
	}
	if err != nil {
		return err
	}
	return h.APICustomer(c)
}

func given(typed *string, present string) string {
	if typed == nil {
		return present
	}
	return *typed
}
