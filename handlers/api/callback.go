package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/callback"
)

// callbacksJSON is where callbacks go.
type callbacksJSON struct {
	URL    string   `json:"url"`
	Events []string `json:"events"`
	Secret string   `json:"secret,omitempty"`
	// What becomes of the secret: another one, which signs beside the one before; or the end of the one
	// before.
	Renew    bool       `json:"renew_secret,omitempty"`
	EndOld   bool       `json:"end_old_secret,omitempty"`
	OldUntil *time.Time `json:"old_secret_until,omitempty"`
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
	if body.Renew || body.EndOld {
		return h.callbackSecret(c, body)
	}
	e, secret, err := h.Pages.Store.Callback.SetCallbacks(c.Request().Context(), handlers.Actor(c),
		callback.CallbackAsk{URL: body.URL, Types: body.Events, Inner: h.Pages.Way.Allows(hostOf(body.URL))})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.endpoint(e, secret))
}

func (h *API) endpoint(e callback.CallbackEndpoint, secret string) callbacksJSON {
	out := callbacksJSON{URL: e.URL, Events: append([]string{}, e.Types()...), Secret: secret}
	if e.OldSecret(h.Pages.Store.Now()) {
		out.OldUntil = e.OldSecretUntil
	}
	return out
}

// callbackSecret changes the secret and leaves the rest as it is.
func (h *API) callbackSecret(c echo.Context, body callbacksJSON) error {
	ctx, a := c.Request().Context(), handlers.Actor(c)
	if body.URL != "" || len(body.Events) > 0 || body.Renew && body.EndOld {
		return models.Invalid{"renew_secret": {Key: "error.alone"}}
	}
	if body.EndOld {
		if err := h.Pages.Store.Callback.EndOldSecret(ctx, a); err != nil {
			return err
		}
		e, err := h.Pages.Store.Callback.Endpoint(ctx, a)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, h.endpoint(e, ""))
	}
	e, secret, err := h.Pages.Store.Callback.RenewSecret(ctx, a)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.endpoint(e, secret))
}
