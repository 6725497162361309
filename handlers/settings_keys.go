package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/views"
)

// KeysSettings lists the account's API keys.
func (h *Handlers) KeysSettings(c echo.Context) error {
	return h.keys(c, http.StatusOK, views.KeysPage{})
}

func (h *Handlers) keys(c echo.Context, status int, p views.KeysPage) (err error) {
	if p.Keys, err = h.Store.People.Keys(c.Request().Context(), Actor(c), people.KeyAPI); err != nil {
		return err
	}
	if p.Callbacks, err = h.callbackPanel(c); err != nil {
		return err
	}
	p.Base, p.URL = h.base(c), h.BaseURL+"/api/v1"
	return h.page(c, status, views.KeysSettings(p))
}

// AddKey makes an API key, and shows it this once: the answer is a page, because a key never stands in an
// address or in a session.
func (h *Handlers) AddKey(c echo.Context) error {
	p := views.KeysPage{Name: c.FormValue("name"), Rights: c.FormValue("rights"), Ends: c.FormValue("ends")}
	n := people.NewKey{Name: p.Name, Rights: keyRights[p.Rights]}
	if day, err := time.ParseInLocation(time.DateOnly, p.Ends, visit(c).Seat.Account.Location()); err == nil {
		end := day.AddDate(0, 0, 1)
		n.EndsAt = &end
	} else if p.Ends != "" {
		n.EndsAt = &time.Time{} // no day at all is as wrong as one that has passed
	}
	_, token, err := h.Store.People.AddAPIKey(c.Request().Context(), Actor(c), n)
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		p.Errors = invalid
		return h.keys(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	shownOnce(c, views.SettingsURL("keys"))
	return h.keys(c, http.StatusOK, views.KeysPage{Token: token})
}

// keyRights are the choices of the form; empty is everything.
var keyRights = map[string][]models.Right{"read": {models.See}, "register": {models.See, models.Register}}

// AskRevokeKey asks before a key is withdrawn.
func (h *Handlers) AskRevokeKey(c echo.Context) error {
	return h.askRevoke(c, people.KeyAPI, "keys", "Withdraw the key {name}?",
		"Systems that use it are refused from now on. This can’t be undone.", "Withdraw {name}")
}

// RevokeKey withdraws an API key for good.
func (h *Handlers) RevokeKey(c echo.Context) error { return h.revoke(c, "keys") }

func (h *Handlers) askRevoke(c echo.Context, kind people.KeyKind, page, title, text, verb string) error {
	k, err := h.key(c, kind)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	back := views.SettingsURL(page)
	return h.page(
		c,
		http.StatusOK,
		views.Ask(views.Question{Base: h.base(c), Nav: "settings", Title: views.T(ctx, title, "name", k.Name),
			Crumbs: []views.Crumb{
				{Text: views.T(ctx, "Settings"), URL: back},
				{Text: views.T(ctx, title, "name", k.Name)},
			},
			Text: views.T(
				ctx,
				text,
			), Action: back + "/" + k.ID + "/revoke", Back: back, Verb: views.T(ctx, verb, "name",
				k.Name), Danger: true}),
	)
}

func (h *Handlers) key(c echo.Context, kind people.KeyKind) (people.Key, error) {
	all, err := h.Store.People.Keys(c.Request().Context(), Actor(c), kind)
	if err != nil {
		return people.Key{}, err
	}
	for _, k := range all {
		if k.ID == c.Param("id") {
			return k, nil
		}
	}
	return people.Key{}, models.ErrNotFound
}

func (h *Handlers) revoke(c echo.Context, page string) error {
	if err := h.Store.People.RevokeKey(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.SettingsURL(page), "notice.key_withdrawn")
}
