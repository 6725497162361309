package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"undelivered/models/callback"
)

// apiCallbacks is where callbacks go.
type apiCallbacks struct {
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

// APICallbacks sets where signed callbacks go, or ends them.
func (h *Handlers) APICallbacks(c echo.Context) error {
	var body apiCallbacks
	if err := readJSON(c, &body); err != nil {
		return err
	}
	e, secret, err := h.Store.Callback.SetCallbacks(c.Request().Context(), actor(c),
		callback.CallbackAsk{URL: body.URL, Types: body.Events, Inner: h.Way.Allows(hostOf(body.URL))})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK,
		apiCallbacks{URL: e.URL, Events: append([]string{}, e.Types()...), Secret: secret})
}
