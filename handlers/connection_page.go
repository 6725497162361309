package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/providers"
	"undelivered/views"
)

// Connection is the page of one connection: its settings, and its reports.
func (h *Handlers) Connection(c echo.Context) error {
	f, err := h.connectionForm(c, c.Param("id"))
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.SettingsConnection(f))
}

func (h *Handlers) connectionForm(c echo.Context, id string) (views.ConnectionForm, error) {
	all, err := h.Store.Connection.HealthInDetail(c.Request().Context(), Actor(c))
	if err != nil {
		return views.ConnectionForm{}, err
	}
	for _, health := range all {
		if health.Connection.ID == id {
			return h.connectionNow(c, health)
		}
	}
	return views.ConnectionForm{}, models.ErrNotFound
}

// connectionNow is the form of a connection as it is.
func (h *Handlers) connectionNow(c echo.Context, health connection.Health) (views.ConnectionForm, error) {
	ctx, one := c.Request().Context(), health.Connection
	row, able, err := h.connectionRow(ctx, health)
	if err != nil {
		return views.ConnectionForm{}, err
	}
	p, _ := providers.ByCode(one.Provider)
	settings, err := h.Store.Connection.ConnectionSettings(one)
	if err != nil {
		return views.ConnectionForm{}, err
	}
	base := h.base(c)
	return views.ConnectionForm{
		Base:     base,
		ID:       one.ID,
		Version:  one.Version,
		Provider: one.Provider,
		Name:     one.Name,
		Title:    p.Name,
		Fields:   settingFields(ctx, p, settings, true),
		Address:  row.Address,
		Row:      row,
		Result:   checkLines(ctx, base, p, able, health),
	}, nil
}
