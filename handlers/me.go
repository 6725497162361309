package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/views"
)

// sessionName is how much of a session's digest names it on the page.
const sessionName = 16

// Me is the person's own settings.
func (h *Handlers) Me(c echo.Context) error {
	u := visit(c).User
	p := views.MePage{Name: u.Name, OwnZone: u.Zone, OwnTheme: u.Theme, Shortcuts: !u.ShortcutsOff}
	return h.me(c, http.StatusOK, p)
}

func (h *Handlers) me(c echo.Context, status int, p views.MePage) error {
	v := visit(c)
	all, err := h.Store.People.Sessions(c.Request().Context(), Actor(c))
	if err != nil {
		return err
	}
	for _, s := range all {
		p.Sessions = append(
			p.Sessions,
			views.SessionRow{ID: s.TokenHash[:sessionName], Agent: browserOf(s.Agent), Network: s.Network,
				Seen: s.SeenAt, Here: s.TokenHash == v.Session.TokenHash},
		)
	}
	p.Base, p.HasWord = h.base(c), v.User.PasswordHash != ""
	return h.page(c, status, views.Me(p))
}

// Stay keeps the person signed in: asking has prolonged the session. The page hears for how many seconds.
func (h *Handlers) Stay(c echo.Context) error {
	if !fragment(c) {
		return h.leave(c, views.MeURL())
	}
	left := visit(c).Session.ExpiresAt.Sub(h.Store.Now())
	return c.JSON(http.StatusOK, map[string]int{"left": int(left.Seconds())})
}

// SaveMe saves the person's own name and wishes.
func (h *Handlers) SaveMe(c echo.Context) error {
	w := people.Preferences{
		Name:         c.FormValue("name"),
		Zone:         c.FormValue("zone"),
		Theme:        c.FormValue("theme"),
		ShortcutsOff: c.FormValue("shortcuts") != "1",
	}
	err := h.Store.People.EditMe(c.Request().Context(), Actor(c), w)
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return h.me(c, http.StatusUnprocessableEntity, views.MePage{
			Name:      w.Name,
			OwnZone:   w.Zone,
			OwnTheme:  w.Theme,
			Shortcuts: !w.ShortcutsOff,
			Errors:    invalid,
		})
	}
	if err != nil {
		return err
	}
	return h.back(c, views.MeURL(), "flash.saved")
}

// ChangePassword sets a new password, and signs out every other computer.
func (h *Handlers) ChangePassword(c echo.Context) error {
	v := visit(c)
	u := v.User
	p := views.MePage{Name: u.Name, OwnZone: u.Zone, OwnTheme: u.Theme, Shortcuts: !u.ShortcutsOff}
	password := c.FormValue("password")
	if password != c.FormValue("again") {
		p.WordErrors = views.Errors{"again": {Key: "error.password_same"}}
		return h.me(c, http.StatusUnprocessableEntity, p)
	}
	err := h.Store.People.ChangePassword(c.Request().Context(), Actor(c), c.FormValue("old"), password,
		v.Session.TokenHash)
	var invalid models.Invalid
	if errors.Is(err, people.ErrThrottled) {
		invalid = models.Invalid{"old": {Key: "error.throttled"}}
	}
	if invalid != nil || errors.As(err, &invalid) {
		p.WordErrors = invalid
		return h.me(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return h.back(c, views.MeURL(), "notice.password_set")
}

// EndSession signs the person out of another computer.
func (h *Handlers) EndSession(c echo.Context) error {
	ctx := c.Request().Context()
	all, err := h.Store.People.Sessions(ctx, Actor(c))
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.TokenHash[:sessionName] == c.Param("id") {
			if err := h.Store.People.EndSession(ctx, Actor(c), s.TokenHash); err != nil {
				return err
			}
			return h.back(c, views.MeURL(), "notice.computer_out")
		}
	}
	return models.ErrNotFound
}
