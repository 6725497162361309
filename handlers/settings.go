package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// AccountSettings shows what the business is called, and where it is.
func (h *Handlers) AccountSettings(c echo.Context) error {
	a, err := h.Store.Account(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	return h.accountSettings(c, http.StatusOK, a, nil)
}

func (h *Handlers) accountSettings(c echo.Context, status int, a models.Account, problems views.Errors) error {
	p := h.accountPage(c, a)
	p.Errors = problems
	return h.page(c, status, views.AccountSettings(p))
}

func (h *Handlers) accountPage(c echo.Context, a models.Account) views.AccountPage {
	return views.AccountPage{Base: h.base(c), Name: a.Name, Zone: a.Zone, Locale: a.Locale, Country: a.Country, Version: a.Version,
		Countries: models.Countries()}
}

// SaveAccount saves name, place and language of the account.
func (h *Handlers) SaveAccount(c echo.Context) error {
	// A version that is no number is an old one.
	version, _ := strconv.Atoi(c.FormValue("version"))
	a := models.Account{Name: c.FormValue("name"), Zone: c.FormValue("zone"), Locale: c.FormValue("locale"),
		Country: c.FormValue("country"), Version: version}
	if !offersLanguage(c, a.Locale) {
		return h.accountSettings(c, http.StatusUnprocessableEntity, a, views.Errors{"locale": {Key: "error.language"}})
	}
	_, err := h.Store.EditAccount(c.Request().Context(), actor(c), a)
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return h.accountSettings(c, http.StatusUnprocessableEntity, a, invalid)
	}
	if conflict := (models.Conflict{}); errors.As(err, &conflict) {
		return h.accountChanged(c, a, conflict)
	}
	if err != nil {
		return err
	}
	return h.back(c, views.SettingsURL("account"), "flash.saved")
}

// accountChanged shows what was typed beside what somebody else has saved since the page was made.
func (h *Handlers) accountChanged(c echo.Context, typed models.Account, conflict models.Conflict) error {
	now, err := h.Store.Account(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p := h.accountPage(c, typed).Beside(langCtx(c), h.accountPage(c, now), conflict.By)
	return h.page(c, http.StatusUnprocessableEntity, views.AccountSettings(p))
}

// offersLanguage says whether a language could have been chosen: one with pages, or what the account has.
func offersLanguage(c echo.Context, tag string) bool {
	return slices.ContainsFunc(views.LanguageOptions(langCtx(c), visit(c).Seat.Account.Locale), func(o views.Option) bool { return o.Value == tag })
}

// KeysSettings lists the account's API keys.
func (h *Handlers) KeysSettings(c echo.Context) error {
	return h.keys(c, http.StatusOK, views.KeysPage{})
}

func (h *Handlers) keys(c echo.Context, status int, p views.KeysPage) (err error) {
	if p.Keys, err = h.Store.Keys(c.Request().Context(), actor(c), models.KeyAPI); err != nil {
		return err
	}
	p.Base, p.URL = h.base(c), h.BaseURL+"/api/v1"
	return h.page(c, status, views.KeysSettings(p))
}

// AddKey makes an API key, and shows it this once: the answer is a page, because a key never stands in an address or
// in a session.
func (h *Handlers) AddKey(c echo.Context) error {
	p := views.KeysPage{Name: c.FormValue("name")}
	_, token, err := h.Store.AddKey(c.Request().Context(), actor(c), models.KeyAPI, p.Name, nil)
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

// AskRevokeKey asks before a key is withdrawn.
func (h *Handlers) AskRevokeKey(c echo.Context) error {
	return h.askRevoke(c, models.KeyAPI, "keys", "Withdraw the key {name}?", "Systems that use it are refused from now on. This can’t be undone.", "Withdraw {name}")
}

// RevokeKey withdraws an API key for good.
func (h *Handlers) RevokeKey(c echo.Context) error { return h.revoke(c, "keys") }

// AskRevokeWidget asks before a widget is turned off.
func (h *Handlers) AskRevokeWidget(c echo.Context) error {
	return h.askRevoke(c, models.KeyWidget, "widget", "Turn off the widget {name}?", "Pages that show it say so from now on. This can’t be undone.", "Turn off {name}")
}

// RevokeWidget turns a widget off for good.
func (h *Handlers) RevokeWidget(c echo.Context) error { return h.revoke(c, "widget") }

func (h *Handlers) askRevoke(c echo.Context, kind models.KeyKind, page, title, text, verb string) error {
	k, err := h.key(c, kind)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	back := views.SettingsURL(page)
	return h.page(c, http.StatusOK, views.Ask(views.Question{Base: h.base(c), Nav: "settings", Title: views.T(ctx, title, "name", k.Name),
		Crumbs: []views.Crumb{{Text: views.T(ctx, "Settings"), URL: back}, {Text: views.T(ctx, title, "name", k.Name)}},
		Text:   views.T(ctx, text), Action: back + "/" + k.ID + "/revoke", Back: back, Verb: views.T(ctx, verb, "name", k.Name), Danger: true}))
}

func (h *Handlers) key(c echo.Context, kind models.KeyKind) (models.Key, error) {
	all, err := h.Store.Keys(c.Request().Context(), actor(c), kind)
	if err != nil {
		return models.Key{}, err
	}
	for _, k := range all {
		if k.ID == c.Param("id") {
			return k, nil
		}
	}
	return models.Key{}, models.ErrNotFound
}

func (h *Handlers) revoke(c echo.Context, page string) error {
	if err := h.Store.RevokeKey(c.Request().Context(), actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.SettingsURL(page), "notice.key_withdrawn")
}

// WidgetSettings shows what to paste into other pages.
func (h *Handlers) WidgetSettings(c echo.Context) error {
	return h.widgetPage(c, http.StatusOK, views.WidgetSettingsPage{})
}

func (h *Handlers) widgetPage(c echo.Context, status int, p views.WidgetSettingsPage) error {
	all, err := h.Store.Keys(c.Request().Context(), actor(c), models.KeyWidget)
	if err != nil {
		return err
	}
	for _, k := range all {
		token, err := h.Store.KeyToken(k)
		if err != nil {
			return err
		}
		address := h.BaseURL + views.WidgetURL(token)
		p.Keys = append(p.Keys, views.WidgetKeyRow{Key: k, HTML: address, JSON: address + ".json", SVG: address + ".svg",
			Frame: `<iframe src="` + address + `?theme=auto" title="Undelivered notifications" width="100%" height="250" loading="lazy"></iframe>`})
	}
	p.Base = h.base(c)
	return h.page(c, status, views.WidgetSettings(p))
}

// AddWidget makes a widget's key.
func (h *Handlers) AddWidget(c echo.Context) error {
	p := views.WidgetSettingsPage{Name: c.FormValue("name"), Origins: c.FormValue("origins")}
	_, _, err := h.Store.AddKey(c.Request().Context(), actor(c), models.KeyWidget, p.Name, strings.Fields(p.Origins))
	return h.widgetDone(c, p, err)
}

// EditWidget changes who may frame a widget.
func (h *Handlers) EditWidget(c echo.Context) error {
	k, err := h.key(c, models.KeyWidget)
	if err != nil {
		return err
	}
	p := views.WidgetSettingsPage{Wrong: k.ID, Origins: c.FormValue("origins")}
	return h.widgetDone(c, p, h.Store.EditWidgetKey(c.Request().Context(), actor(c), k.ID, strings.Fields(p.Origins)))
}

func (h *Handlers) widgetDone(c echo.Context, p views.WidgetSettingsPage, err error) error {
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		p.Errors = invalid
		return h.widgetPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return h.back(c, views.SettingsURL("widget"), "flash.saved")
}
