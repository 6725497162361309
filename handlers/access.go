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

// Visitor finds out who asks, for every page; it may be nobody.
func (h *Handlers) Visitor(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		s, err := h.session(c)
		if err != nil {
			return err
		}
		v, ok := s.Values[valueVisit].(people.Visit)
		if !ok {
			return next(c)
		}
		c.Set(actorKey, v.Actor(c.RealIP(), requestID(c)))
		if c.Path() == "/live" { // asked by the page, not by the person
			enter(c, v)
			return next(c)
		}
		moved, err := h.Store.People.TouchSession(c.Request().Context(), v.Session)
		if err != nil {
			h.Log.Warn("a session was not prolonged", "error", err)
		}
		if moved {
			v.Session.ExpiresAt = v.Session.Until(h.Store.Now())
		}
		enter(c, v)
		if moved && v.Session.Kept() {
			table{h, c}.set(c.Response(), s, true)
		}
		return next(c)
	}
}

// SignedIn lets in whoever has signed in; others are asked to, and come back afterwards.
func (h *Handlers) SignedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if visit(c).User.ID != "" {
			return next(c)
		}
		if m := c.Request().Method; m != http.MethodGet && m != http.MethodHead {
			if fragment(c) {
				return echo.NewHTTPError(StatusPageExpired)
			}
			return h.signedOut(c)
		}
		target := c.Request().URL.RequestURI()
		if fragment(c) {
			target = ""
		}
		return h.leave(c, views.SignInURL(target))
	}
}

// StatusPageExpired is the answer to a form whose sign-in has run out.
const StatusPageExpired = 419

// May lets in whoever has a right in the account that they look at. Support without an account is led to its
// desk.
func (h *Handlers) May(right models.Right) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			a := Actor(c)
			if right == models.Decide && visit(c).User.Support {
				// support decides from its desk, in no account: the handler finds the request's
				return next(c)
			}
			if v := visit(c); v.User.Support && v.Session.AccountID != "" &&
				a.AccountID != v.Session.AccountID {
				return h.turnDown(c, views.SupportAccountsURL(), "flash.access_ended")
			}
			if a.AccountID == "" && a.Role == models.Support && c.Request().Method == http.MethodGet {
				return h.leave(c, views.RequestsURL(""))
			}
			if a.AccountID == "" && visit(c).User.ID != "" && a.Role == "" &&
				c.Request().Method == http.MethodGet &&
				!fragment(c) {
				return h.leave(c, views.InvitationURL("")) // who belongs to no account may be invited to one
			}
			if a.AccountID == "" || !a.May(right) {
				return models.ErrForbidden
			}
			return next(c)
		}
	}
}

// SupportOnly lets support staff in; to all others the page does not exist.
func (h *Handlers) SupportOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !visit(c).User.Support {
			return models.ErrNotFound
		}
		return next(c)
	}
}

// ByKey lets in programs that bring an account's API key.
func (h *Handlers) ByKey(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return errNoKey(c)
		}
		k, err := h.Store.People.KeyByToken(c.Request().Context(), people.KeyAPI, strings.TrimSpace(token))
		if errors.Is(err, models.ErrNotFound) {
			return errNoKey(c)
		}
		if err != nil {
			return err
		}
		c.Set(actorKey, k.Actor(c.RealIP(), requestID(c)))
		return next(c)
	}
}

// KeyID is the id of the key with which a program has come.
func (h *Handlers) KeyID(c echo.Context) string { return Actor(c).ID }

func errNoKey(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="undelivered"`)
	return echo.NewHTTPError(http.StatusUnauthorized,
		"Send the account's API key: Authorization: Bearer <key>.")
}
