package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/providers"
	"undelivered/providers/wire"
	"undelivered/views"
)

// EditConnection saves changed settings.
func (h *Handlers) EditConnection(c echo.Context) error {
	ctx, a := c.Request().Context(), Actor(c)
	one, err := h.Store.Connection.Connection(ctx, a, c.Param("id"))
	if err != nil {
		return err
	}
	p, known := providers.ByCode(one.Provider)
	old, err := h.Store.Connection.ConnectionSettings(one)
	if err != nil || !known {
		return errors.Join(err, unknownProvider(known))
	}
	typed := typedOver(c, p, old)
	settings, name, wrong := completed(c, p, typed)
	one.Name, one.Sends = name, p.Sends(settings)
	// A version that is no number is an old one.
	one.Version, _ = strconv.Atoi(c.FormValue("version"))
	keepOld(&one, p, old, settings, h.Store.Now())
	if err = wrong.Err(); err == nil {
		err = h.Store.Connection.ChangeConnection(ctx, a, one, settings)
	}
	if err != nil {
		return h.refusedConnection(c, one, typed, err)
	}
	return h.back(c, views.ConnectionURL(one.ID), "flash.saved")
}

// typedOver are the settings as they stand in the form. A secret left empty stays as it is, and what is no
// question of the form too.
func typedOver(c echo.Context, p wire.Provider, old wire.Settings) wire.Settings {
	typed := typedSettings(c, p)
	for _, f := range p.Fields {
		if (f.Secret || f.Generate) && typed[f.Key] == "" && old[f.Key] != "" {
			typed[f.Key] = old[f.Key]
		}
	}
	return typed
}

// refusedConnection shows the form again as it was typed, with what is wrong with it; after somebody else's
// change with both versions.
func (h *Handlers) refusedConnection(c echo.Context, one models.Connection, typed wire.Settings,
	err error) error {
	var invalid models.Invalid
	var conflict models.Conflict
	if !errors.As(err, &invalid) && !errors.As(err, &conflict) {
		return err
	}
	now, failed := h.connectionForm(c, one.ID)
	if failed != nil {
		return failed
	}
	ctx := c.Request().Context()
	p, _ := providers.ByCode(one.Provider)
	f := now.As(one.Name, settingFields(ctx, p, typed, true))
	f.Errors, f.Secret = invalid, typedSecret(c, p)
	if invalid == nil {
		f = f.Beside(ctx, now, conflict.By)
	} else {
		f.Version = one.Version
	}
	return h.page(c, http.StatusUnprocessableEntity, views.SettingsConnection(f))
}

// typedSecret says whether a secret was typed, which is never written into a page.
func typedSecret(c echo.Context, p wire.Provider) bool {
	for _, f := range p.Fields {
		if f.Secret && !f.Generate && c.FormValue("set."+f.Key) != "" {
			return true
		}
	}
	return false
}

func unknownProvider(known bool) error {
	if known {
		return nil
	}
	return models.ErrNotFound
}
