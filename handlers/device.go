package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
)

// deviceLife is how long a computer is known.
const deviceLife = 180 * 24 * time.Hour

func (h *Handlers) deviceCookie() string {
	if h.Secure() {
		return "__Host-undelivered-computer"
	}
	return "undelivered-computer"
}

// fromDevice is the visitor with what their computer keeps to be known again: strangers' wrong tries do not
// keep out who has signed in there before.
func (h *Handlers) fromDevice(c echo.Context) models.Actor {
	a := Actor(c)
	if cookie, err := c.Cookie(h.deviceCookie()); err == nil && len(cookie.Value) == 43 {
		a.Device = cookie.Value
	}
	return a
}

// knowDevice remembers the computer on which a person has just signed in.
func (h *Handlers) knowDevice(c echo.Context, u models.User) error {
	token, err := h.Store.People.KnowDevice(c.Request().Context(), h.fromDevice(c), u)
	if err != nil {
		return err
	}
	c.SetCookie(&http.Cookie{
		Name:     h.deviceCookie(),
		Value:    token,
		Path:     "/",
		MaxAge:   int(deviceLife / time.Second),
		HttpOnly: true,
		Secure:   h.Secure(),
		SameSite: http.SameSiteLaxMode,
	})
	return nil
}
