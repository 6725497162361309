package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/providers"
	"undelivered/providers/wire"
	"undelivered/views"
)

// NewConnection lets the owner choose a provider, then asks for its settings.
func (h *Handlers) NewConnection(c echo.Context) error {
	return h.newConnection(c, http.StatusOK, views.ConnectionForm{Provider: c.QueryParam("provider")}, nil)
}

func (h *Handlers) newConnection(c echo.Context, status int, f views.ConnectionForm,
	typed wire.Settings) error {
	f.Base = h.base(c)
	p, known := providers.ByCode(f.Provider)
	if !known || f.Provider == connection.GenericProvider || !h.Store.Knows(f.Provider) {
		f.Provider = ""
		for _, p := range providers.All() {
			if p.Code != connection.GenericProvider && h.Store.Knows(p.Code) {
				f.Providers = append(f.Providers, views.ProviderChoice{
					Code: p.Code,
					Name: p.Name,
					For:  usedFor(c.Request().Context(), p.ChannelList()),
				})
			}
		}
		return h.page(c, status, views.SettingsConnection(f))
	}
	if f.Title = p.Name; f.Name == "" {
		f.Name = p.Name
	}
	f.Fields = settingFields(c.Request().Context(), p, typed, false)
	return h.page(c, status, views.SettingsConnection(f))
}

// AddConnection connects a provider.
func (h *Handlers) AddConnection(c echo.Context) error {
	p, known := providers.ByCode(c.FormValue("provider"))
	if !known || p.Code == connection.GenericProvider || !h.Store.Knows(p.Code) {
		return models.ErrNotFound
	}
	typed := typedSettings(c, p)
	settings, name, wrong := completed(c, p, typed)
	if len(wrong) > 0 {
		return h.newConnection(
			c,
			http.StatusUnprocessableEntity,
			views.ConnectionForm{Provider: p.Code, Name: name,
				Secret: typedSecret(c, p), Errors: wrong},
			typed,
		)
	}
	added, _, err := h.Store.Connection.AddConnection(
		c.Request().Context(),
		Actor(c),
		models.Connection{Provider: p.Code, Name: name,
			Channels: p.ChannelList(), Sends: p.Sends(settings)},
		settings,
	)
	if err != nil {
		return err
	}
	return h.back(c, views.ConnectionURL(added.ID), "flash.saved")
}

// typedSettings are the settings as they stand in the form.
func typedSettings(c echo.Context, p wire.Provider) wire.Settings {
	typed := wire.Settings{}
	for _, f := range p.Fields {
		if value := strings.TrimSpace(c.FormValue("set." + f.Key)); value != "" {
			typed[f.Key] = value
		}
	}
	return typed
}

// completed are the typed settings with what is made or left as it is by default, and what is wrong with the
// form.
func completed(c echo.Context, p wire.Provider,
	typed wire.Settings) (settings wire.Settings, name string, wrong models.Invalid) {
	wrong = models.Invalid{}
	if name = strings.TrimSpace(c.FormValue("name")); name == "" {
		name = p.Name
	}
	settings, err := p.Complete(typed)
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		for key, problem := range invalid {
			wrong["set."+key] = problem
		}
	}
	return settings, name, wrong
}

// settingFields are the provider's questions. A secret is never shown again; what we have made is, because
// the provider must be told it.
func settingFields(ctx context.Context, p wire.Provider, values wire.Settings, kept bool) []views.Field {
	var fields []views.Field
	for _, f := range p.Fields {
		field := views.Field{
			Name:         "set." + f.Key,
			Label:        f.Label,
			Hint:         f.Hint,
			Value:        values[f.Key],
			Mono:         true,
			Autocomplete: "off",
		}
		for _, option := range f.Options {
			field.Options = append(field.Options,
				views.Option{Value: option, Label: views.OptionLabel(ctx, option)})
		}
		if field.Value == "" {
			field.Value = f.Default
		}
		if f.Secret && !f.Generate {
			field.Type, field.Autocomplete, field.Value = "password", "new-password", ""
			if kept && values[f.Key] != "" {
				field.Hint = strings.TrimSpace(
					f.Hint + " " + views.T(ctx, "Leave it empty to keep the present one."),
				)
			}
		}
		fields = append(fields, field)
	}
	return fields
}
