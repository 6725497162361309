package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// table keeps gorilla's sessions in the store: the cookie carries 256 random bits, the table their digest.
type table struct {
	h *Handlers
	c echo.Context
}

// The values of a session.
const (
	valueVisit = "visit" // models.Visit, of a session that exists
	valueFlash = "flash" // JSON of a views.Flash
	valueWho   = "who"   // models.Actor, of a session to be opened
	valueKeep  = "keep"  // bool: outlives the browser
)

func (h *Handlers) cookieName() string {
	if h.Secure() {
		return "__Host-undelivered"
	}
	return "undelivered"
}

// Get is the session of the request.
func (t table) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(t, name)
}

// New reads the session that the cookie names, or begins one.
func (t table) New(r *http.Request, name string) (*sessions.Session, error) {
	s := sessions.NewSession(t, name)
	s.IsNew = true
	s.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: t.h.Secure(), SameSite: http.SameSiteLaxMode}
	cookie, err := r.Cookie(name)
	if err != nil {
		return s, nil
	}
	v, err := t.h.Store.Visit(r.Context(), cookie.Value)
	if errors.Is(err, models.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.ID, s.IsNew = cookie.Value, false
	s.Values[valueVisit], s.Values[valueFlash] = v, v.Session.Data
	return s, nil
}

// Save opens a new session, keeps what changed, or with a negative age ends it. One that has been ended elsewhere is
// not brought back.
func (t table) Save(r *http.Request, w http.ResponseWriter, s *sessions.Session) error {
	ctx := r.Context()
	if s.IsNew {
		who, _ := s.Values[valueWho].(models.Actor)
		keep, _ := s.Values[valueKeep].(bool)
		life := models.SessionShort
		if keep {
			life = models.SessionKept
		}
		token, err := t.h.Store.AddSession(ctx, who, models.Session{Agent: r.UserAgent()}, life)
		if err != nil {
			return err
		}
		s.ID, s.IsNew = token, false
		t.set(w, s, keep)
		return nil
	}
	v, _ := s.Values[valueVisit].(models.Visit)
	if s.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(s.Name(), "", s.Options))
		return t.h.Store.EndSession(ctx, actor(t.c), v.Session.TokenHash)
	}
	flash, _ := s.Values[valueFlash].(string)
	return t.h.Store.SaveSession(ctx, s.ID, flash)
}

func (t table) set(w http.ResponseWriter, s *sessions.Session, keep bool) {
	if keep {
		s.Options.MaxAge = int(models.SessionKept / time.Second)
	}
	http.SetCookie(w, sessions.NewCookie(s.Name(), s.ID, s.Options))
}

func (h *Handlers) session(c echo.Context) (*sessions.Session, error) {
	return table{h, c}.Get(c.Request(), h.cookieName())
}

// Visitor finds out who asks, for every page; it may be nobody.
func (h *Handlers) Visitor(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		s, err := h.session(c)
		if err != nil {
			return err
		}
		v, ok := s.Values[valueVisit].(models.Visit)
		if !ok {
			return next(c)
		}
		c.Set(actorKey, v.Actor(c.RealIP(), requestID(c)))
		moved, err := h.Store.TouchSession(c.Request().Context(), v.Session)
		if err != nil {
			h.Log.Warn("a session was not prolonged", "error", err)
		}
		if moved {
			v.Session.ExpiresAt = h.Store.Now().Add(v.Session.Life())
		}
		c.Set(visitKey, v)
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

// May lets in whoever has a right in the account that they look at. Support without an account is led to its desk.
func (h *Handlers) May(right models.Right) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			a := actor(c)
			if right == models.Decide && visit(c).User.Support {
				return next(c) // support decides from its desk, in no account: the handler finds the request's
			}
			if v := visit(c); v.User.Support && v.Session.AccountID != "" && a.AccountID != v.Session.AccountID {
				return h.back(c, views.SupportAccountsURL(), "flash.access_ended")
			}
			if a.AccountID == "" && a.Role == models.Support && c.Request().Method == http.MethodGet {
				return h.leave(c, views.RequestsURL(""))
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
		k, err := h.Store.KeyByToken(c.Request().Context(), models.KeyAPI, strings.TrimSpace(token))
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

func errNoKey(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="undelivered"`)
	return echo.NewHTTPError(http.StatusUnauthorized, "Send the account's API key: Authorization: Bearer <key>.")
}

// open signs a person in: whatever session the browser had ends, and a new one begins.
func (h *Handlers) open(c echo.Context, u models.User, keep bool) error {
	old, err := h.session(c)
	if err != nil {
		return err
	}
	if v, ok := old.Values[valueVisit].(models.Visit); ok {
		if err := h.Store.EndSession(c.Request().Context(), actor(c), v.Session.TokenHash); err != nil {
			return err
		}
	}
	who := actor(c)
	who.Kind, who.ID, who.Name = models.Person, u.ID, u.Name
	s := sessions.NewSession(table{h, c}, h.cookieName())
	s.IsNew, s.Options = true, old.Options
	s.Values[valueWho], s.Values[valueKeep] = who, keep
	return s.Save(c.Request(), c.Response())
}

// close signs out on this computer.
func (h *Handlers) close(c echo.Context) error {
	s, err := h.session(c)
	if err != nil || s.IsNew {
		return err
	}
	s.Options.MaxAge = -1
	return s.Save(c.Request(), c.Response())
}

// flash keeps a short message for the next page.
func (h *Handlers) flash(c echo.Context, f views.Flash) error {
	c.Set(flashKey, f)
	s, err := h.session(c)
	if err != nil || s.IsNew {
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("handlers: short message: %w", err)
	}
	s.Values[valueFlash] = string(text)
	return s.Save(c.Request(), c.Response())
}

// takeFlash is the short message of the last act; it is shown once.
func (h *Handlers) takeFlash(c echo.Context) *views.Flash {
	s, err := h.session(c)
	if err != nil || s.IsNew {
		return nil
	}
	text, _ := s.Values[valueFlash].(string)
	if text == "" {
		return nil
	}
	s.Values[valueFlash] = ""
	if err := s.Save(c.Request(), c.Response()); err != nil {
		h.Log.Warn("a short message was not taken away", "error", err)
	}
	var f views.Flash
	if json.Unmarshal([]byte(text), &f) != nil {
		return nil
	}
	return &f
}
