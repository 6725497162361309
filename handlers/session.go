package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
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
	valueProof = "proof" // bool: the sign-in has proven the mailbox
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
	s.Options = &sessions.Options{
		Path:     "/",
		HttpOnly: true,
		Secure:   t.h.Secure(),
		SameSite: http.SameSiteLaxMode,
	}
	cookie, err := r.Cookie(name)
	if err != nil {
		return s, nil
	}
	v, err := t.h.Store.People.Visit(r.Context(), cookie.Value)
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

// Save opens a new session, keeps what changed, or with a negative age ends it. One that has been ended
// elsewhere is not brought back.
func (t table) Save(r *http.Request, w http.ResponseWriter, s *sessions.Session) error {
	ctx := r.Context()
	if s.IsNew {
		who, _ := s.Values[valueWho].(models.Actor)
		keep, _ := s.Values[valueKeep].(bool)
		proven, _ := s.Values[valueProof].(bool)
		life := people.SessionShort
		if keep {
			life = people.SessionKept
		}
		token, err := t.h.Store.People.AddSession(ctx, who,
			people.Session{Agent: r.UserAgent(), Proven: proven}, life)
		if err != nil {
			return err
		}
		s.ID, s.IsNew = token, false
		t.set(w, s, keep)
		return nil
	}
	v, _ := s.Values[valueVisit].(people.Visit)
	if s.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(s.Name(), "", s.Options))
		return t.h.Store.People.EndSession(ctx, Actor(t.c), v.Session.TokenHash)
	}
	flash, _ := s.Values[valueFlash].(string)
	return t.h.Store.People.SaveSession(ctx, s.ID, flash)
}

func (t table) set(w http.ResponseWriter, s *sessions.Session, keep bool) {
	if keep {
		s.Options.MaxAge = int(people.SessionKept / time.Second)
	}
	http.SetCookie(w, sessions.NewCookie(s.Name(), s.ID, s.Options))
}

func (h *Handlers) session(c echo.Context) (*sessions.Session, error) {
	return table{h, c}.Get(c.Request(), h.cookieName())
}

// open signs a person in: whatever session the browser had ends, and a new one begins.
func (h *Handlers) open(c echo.Context, u models.User, keep, proven bool) error {
	old, err := h.session(c)
	if err != nil {
		return err
	}
	if v, ok := old.Values[valueVisit].(people.Visit); ok {
		if err := h.Store.People.EndSession(c.Request().Context(), Actor(c),
			v.Session.TokenHash); err != nil {
			return err
		}
	}
	if err := h.knowDevice(c, u); err != nil {
		return err
	}
	who := Actor(c)
	who.Kind, who.ID, who.Name = models.Person, u.ID, u.Name
	s := sessions.NewSession(table{h, c}, h.cookieName())
	s.IsNew, s.Options = true, old.Options
	s.Values[valueWho], s.Values[valueKeep], s.Values[valueProof] = who, keep, proven
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
