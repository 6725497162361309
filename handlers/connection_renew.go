package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/providers"
	"undelivered/providers/wire"
	"undelivered/views"
)

// AskRenewConnection asks before a connection gets another address for its reports.
func (h *Handlers) AskRenewConnection(c echo.Context) error {
	ctx := c.Request().Context()
	one, p, err := h.renewable(c)
	if err != nil {
		return err
	}
	title, list := views.T(ctx, "A new address for {name}?", "name", one.Name), views.SettingsURL(
		"connections",
	)
	text := views.T(ctx,
		"The address of now is good for seven more days. Tell the provider the new one until then.")
	if len(p.Renewed()) > 0 {
		text = views.T(
			ctx,
			"The address of now, and its password, are good for seven more days. Tell the provider the new "+
				"ones until then.",
		)
	}
	return h.page(c, http.StatusOK, views.Ask(views.Question{Base: h.base(c), Nav: "settings", Title: title,
		Crumbs: []views.Crumb{{Text: views.T(ctx, "Connections"), URL: list}, {Text: title}}, Text: text,
		Action: views.ConnectionActURL(one.ID,
			"renew"), Back: views.ConnectionURL(one.ID), Verb: views.T(ctx, "Make a new address")}))
}

// RenewConnection gives a connection another address for its reports, and other secrets of our own making.
func (h *Handlers) RenewConnection(c echo.Context) error {
	one, p, err := h.renewable(c)
	if err != nil {
		return err
	}
	return h.connectionDone(c, h.Store.Connection.Renew(c.Request().Context(), Actor(c), one.ID,
		connection.Renewal{Made: p.Renewed()}))
}

// renewable is the connection of the route, as long as it has an address for reports.
func (h *Handlers) renewable(c echo.Context) (models.Connection, wire.Provider, error) {
	one, err := h.Store.Connection.Connection(c.Request().Context(), Actor(c), c.Param("id"))
	if err != nil {
		return one, wire.Provider{}, err
	}
	p, _ := providers.ByCode(one.Provider)
	if !renews(p) {
		return one, p, models.ErrNotFound
	}
	return one, p, nil
}

// renews says whether a provider's connections have an address of their own for reports.
func renews(p wire.Provider) bool { return p.Read != nil && p.Code != connection.GenericProvider }

// EndOldConnection ends at once what was good beside the present address and secrets.
func (h *Handlers) EndOldConnection(c echo.Context) error {
	return h.connectionDone(c, h.Store.Connection.EndOld(c.Request().Context(), Actor(c), c.Param("id")))
}

// keepOld has the secrets before a change prove reports for their time, when the change is one of them.
func keepOld(one *models.Connection, p wire.Provider, old, changed wire.Settings, now time.Time) {
	for _, f := range p.Fields {
		if f.For == wire.Receive && f.Secret && old[f.Key] != "" && old[f.Key] != changed[f.Key] &&
			renews(p) {
			until := now.Add(models.SecretOverlap)
			one.OldSettingsUntil = &until
		}
	}
}
