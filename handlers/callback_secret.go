package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// callbackPanel is where callbacks go, for the page of the keys; nil: nowhere.
func (h *Handlers) callbackPanel(c echo.Context) (*views.CallbackPanel, error) {
	e, err := h.Store.Callback.Endpoint(c.Request().Context(), Actor(c))
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := &views.CallbackPanel{URL: e.URL}
	if e.OldSecret(h.Store.Now()) {
		p.OldUntil = *e.OldSecretUntil
	}
	return p, nil
}

// RenewCallbacks gives callbacks another secret, and shows it this once.
func (h *Handlers) RenewCallbacks(c echo.Context) error {
	_, secret, err := h.Store.Callback.RenewSecret(c.Request().Context(), Actor(c))
	if err != nil {
		return err
	}
	shownOnce(c, views.SettingsURL("keys"))
	return h.keys(c, http.StatusOK, views.KeysPage{Secret: secret})
}

// EndOldCallbacks ends the secret before the present one at once.
func (h *Handlers) EndOldCallbacks(c echo.Context) error {
	if err := h.Store.Callback.EndOldSecret(c.Request().Context(), Actor(c)); err != nil {
		return err
	}
	return h.back(c, views.SettingsURL("keys"), "flash.saved")
}
