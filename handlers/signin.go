package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/views"
)

// notices are what the sign-in page may say above its form.
var notices = map[string]string{"out": "notice.signed_out", "password": "notice.password_set"}

func (h *Handlers) signInPage(c echo.Context) views.SignInPage {
	return views.SignInPage{
		Demo:     h.Demo,
		Links:    h.Post != nil,
		SSO:      h.SSO != nil,
		Next:     safeNext(c.FormValue("next")),
		Email:    strings.TrimSpace(c.FormValue("email")),
		Keep:     c.FormValue("keep") == "1",
		NoticeID: notices[c.QueryParam("notice")],
	}
}

// SignInForm shows where people sign in.
func (h *Handlers) SignInForm(c echo.Context) error {
	if visit(c).User.ID != "" {
		return h.leave(c, orHome(safeNext(c.QueryParam("next"))))
	}
	p, err := h.signInPage(c), error(nil)
	if p.Empty, err = h.Store.People.IsEmpty(c.Request().Context()); err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.SignIn(p))
}

// SignIn checks an email and a password.
func (h *Handlers) SignIn(c echo.Context) error {
	p := h.signInPage(c)
	u, err := h.Store.People.SignIn(c.Request().Context(), h.fromDevice(c), p.Email, c.FormValue("password"))
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, people.ErrCredentials):
		p.Error = "error.credentials"
	case errors.Is(err, people.ErrThrottled):
		p.Error, status = "error.throttled", http.StatusTooManyRequests
	case err != nil:
		return err
	default:
		if err := h.open(c, u, p.Keep, false); err != nil {
			return err
		}
		return h.leave(c, orHome(p.Next))
	}
	return h.page(c, status, views.SignIn(p))
}

// SignOut ends the session of this computer.
func (h *Handlers) SignOut(c echo.Context) error {
	if err := h.close(c); err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return h.leave(c, views.SignInURL("")+"?notice=out")
}

// SignOutEverywhere ends all sessions of the person.
func (h *Handlers) SignOutEverywhere(c echo.Context) error {
	if err := h.Store.People.EndSessions(c.Request().Context(), Actor(c), ""); err != nil {
		return err
	}
	return h.leave(c, views.SignInURL("")+"?notice=out")
}

// SwitchAccount moves to another account of the person.
func (h *Handlers) SwitchAccount(c echo.Context) error {
	err := h.Store.People.SwitchAccount(c.Request().Context(), Actor(c), visit(c), c.FormValue("account"))
	if err != nil {
		return err
	}
	return h.leave(c, views.DashboardURL())
}

// safeNext is a page of our own to go on to; anything else is empty.
func safeNext(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\r\n\t") ||
		strings.HasPrefix(next, "/sign-") {
		return ""
	}
	return next
}

func orHome(next string) string {
	if next == "" {
		return views.DashboardURL()
	}
	return next
}
