package api

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models/callback"
)

// callbacksJSON is where callbacks go.
type callbacksJSON struct {
	URL    string   `json:"url"`
	Events []string `json:"events"`
	Secret string   `json:"secret,omitempty"`
}

// hostOf is the host of an address, as far as it is one.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// Callbacks sets where signed callbacks go, or ends them.
func (h *API) Callbacks(c echo.Context) error {
	var body callbacksJSON
	if err := readJSON(c, &body); err != nil {
		return err
	}
	e, secret, err := h.Pages.Store.Callback.SetCallbacks(c.Request().Context(), handlers.Actor(c),
		callback.CallbackAsk{URL: body.URL, Types: body.Events, Inner: h.Pages.Way.Allows(hostOf(body.URL))})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK,
		callbacksJSON{URL: e.URL, Events: append([]string{}, e.Types()...), Secret: secret})
}
