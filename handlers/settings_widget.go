package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/static"
	"undelivered/views"
)

// WidgetSettings shows what to paste into other pages.
func (h *Handlers) WidgetSettings(c echo.Context) error {
	return h.widgetPage(c, http.StatusOK, views.WidgetSettingsPage{})
}

func (h *Handlers) widgetPage(c echo.Context, status int, p views.WidgetSettingsPage) error {
	all, err := h.Store.People.Keys(c.Request().Context(), Actor(c), people.KeyWidget)
	if err != nil {
		return err
	}
	for _, k := range all {
		token, err := h.Store.People.KeyToken(k)
		if err != nil {
			return err
		}
		address := h.BaseURL + views.WidgetURL(token)
		p.Keys = append(
			p.Keys,
			views.WidgetKeyRow{Key: k, HTML: address, JSON: address + ".json", SVG: address + ".svg",
				Frame: `<iframe src="` + address + `?theme=auto" title="Undelivered notifications" height="250" loading="lazy" ` +
					`style="width:100%;max-width:26rem;border:0;color-scheme:light"></iframe>`},
		)
	}
	p.Base = h.base(c)
	account := visit(c).Seat.Account
	number, err := h.Store.Report.WidgetNumber(c.Request().Context(), Actor(c), account.Location(),
		account.Days(), true)
	if err != nil {
		return err
	}
	p.Preview = h.widgetCard(&widgetAnswer{number: number, zone: account.Location()}, "auto", false)
	p.Sheet = h.BaseURL + static.Path("widget.css")
	return h.page(c, status, views.WidgetSettings(p))
}

// AddWidget makes a widget's key.
func (h *Handlers) AddWidget(c echo.Context) error {
	p := views.WidgetSettingsPage{Name: c.FormValue("name"), Origins: c.FormValue("origins")}
	_, _, err := h.Store.People.AddKey(c.Request().Context(), Actor(c), people.KeyWidget, p.Name,
		strings.Fields(p.Origins))
	return h.widgetDone(c, p, err)
}

// EditWidget changes who may frame a widget.
func (h *Handlers) EditWidget(c echo.Context) error {
	k, err := h.key(c, people.KeyWidget)
	if err != nil {
		return err
	}
	p := views.WidgetSettingsPage{Wrong: k.ID, Origins: c.FormValue("origins")}
	return h.widgetDone(c, p,
		h.Store.People.EditWidgetKey(c.Request().Context(), Actor(c), k.ID, strings.Fields(p.Origins)))
}

// AskRevokeWidget asks before a widget is turned off.
func (h *Handlers) AskRevokeWidget(c echo.Context) error {
	return h.askRevoke(c, people.KeyWidget, "widget", "Turn off the widget {name}?",
		"Pages that show it say so from now on. This can’t be undone.", "Turn off {name}")
}

// RevokeWidget turns a widget off for good.
func (h *Handlers) RevokeWidget(c echo.Context) error { return h.revoke(c, "widget") }

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
