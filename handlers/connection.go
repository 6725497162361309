package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/providers"
	"undelivered/providers/wire"
	"undelivered/views"
)

// Connections lists the services that send, each with how its reports do.
func (h *Handlers) Connections(c echo.Context) error {
	ctx := c.Request().Context()
	all, err := h.Store.HealthInDetail(ctx, actor(c))
	if err != nil {
		return err
	}
	p := views.ConnectionsSettings{Base: h.base(c)}
	for _, health := range all {
		row, _, err := h.connectionRow(langCtx(c), health)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	return h.page(c, http.StatusOK, views.SettingsConnections(p))
}

// connectionRow is a connection as its panel shows it, and what can be done through it.
func (h *Handlers) connectionRow(ctx context.Context, health models.Health) (views.ConnectionRow, delivery.Tried, error) {
	c := health.Connection
	p, _ := providers.ByCode(c.Provider)
	settings, err := h.Store.ConnectionSettings(c)
	if err != nil {
		return views.ConnectionRow{}, delivery.Tried{}, err
	}
	token, err := h.Store.ConnectionToken(c)
	if err != nil {
		return views.ConnectionRow{}, delivery.Tried{}, err
	}
	able := delivery.Able(p, settings)
	row := views.ConnectionRow{ID: c.ID, Name: c.Name, Provider: c.Provider, UsedFor: usedFor(ctx, c.Channels), State: string(health.State),
		Last: health.Since, Today: health.Today, Refused: health.RefusedLately(), Can: canDo(able), PerDay: health.PerDay,
		Address: h.reportsTo(p, settings, token), Stopped: stoppedText(ctx, c)}
	return row, able, nil
}

// reportsTo is the address that delivery reports are to be sent to.
func (h *Handlers) reportsTo(p wire.Provider, settings wire.Settings, token string) string {
	switch {
	case p.Code == models.GenericProvider:
		return h.BaseURL + "/api/v1/events"
	case p.Read != nil:
		return h.BaseURL + "/hooks/" + p.Code + "/" + token
	}
	return settings["bounce_address"]
}

func usedFor(ctx context.Context, channels string) string {
	used := map[string]string{"email": "channel.email", "sms": "channel.sms.many"}[channels]
	return views.T(ctx, cmp.Or(used, "channel.both"))
}

// canDo is the key of what can be done through a connection.
func canDo(t delivery.Tried) string {
	switch {
	case t.CanSend && t.CanClear:
		return "both"
	case t.CanSend:
		return "resend"
	case t.CanClear:
		return "clear"
	}
	return "reports"
}

func stoppedText(ctx context.Context, c models.Connection) string {
	switch {
	case c.StoppedAt == nil:
		return c.Alert
	case c.StoppedWhy == models.StoppedByPerson:
		return views.T(ctx, "It was stopped by hand.")
	}
	return views.T(ctx, "The provider refused the login. Correct the settings, then it sends again.")
}

// NewConnection lets the owner choose a provider, then asks for its settings.
func (h *Handlers) NewConnection(c echo.Context) error {
	return h.newConnection(c, http.StatusOK, views.ConnectionForm{Provider: c.QueryParam("provider")}, nil)
}

func (h *Handlers) newConnection(c echo.Context, status int, f views.ConnectionForm, typed wire.Settings) error {
	f.Base = h.base(c)
	p, known := providers.ByCode(f.Provider)
	if !known || f.Provider == models.GenericProvider {
		f.Provider = ""
		for _, p := range providers.All() {
			if p.Code != models.GenericProvider {
				f.Providers = append(f.Providers, views.ProviderChoice{Code: p.Code, Name: p.Name, For: usedFor(langCtx(c), p.ChannelList())})
			}
		}
		return h.page(c, status, views.SettingsConnection(f))
	}
	if f.Title = p.Name; f.Name == "" {
		f.Name = p.Name
	}
	f.Fields = settingFields(langCtx(c), p, typed, false)
	return h.page(c, status, views.SettingsConnection(f))
}

// AddConnection connects a provider.
func (h *Handlers) AddConnection(c echo.Context) error {
	p, known := providers.ByCode(c.FormValue("provider"))
	if !known || p.Code == models.GenericProvider {
		return models.ErrNotFound
	}
	typed := typedSettings(c, p)
	settings, name, wrong := completed(c, p, typed)
	if len(wrong) > 0 {
		return h.newConnection(c, http.StatusUnprocessableEntity, views.ConnectionForm{Provider: p.Code, Name: name,
			Secret: typedSecret(c, p), Errors: wrong}, typed)
	}
	added, _, err := h.Store.AddConnection(c.Request().Context(), actor(c), models.Connection{Provider: p.Code, Name: name,
		Channels: p.ChannelList(), Sends: p.Sends(settings)}, settings)
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

// completed are the typed settings with what is made or left as it is by default, and what is wrong with the form.
func completed(c echo.Context, p wire.Provider, typed wire.Settings) (settings wire.Settings, name string, wrong models.Invalid) {
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

// settingFields are the provider's questions. A secret is never shown again; what we have made is, because the
// provider must be told it.
func settingFields(ctx context.Context, p wire.Provider, values wire.Settings, kept bool) []views.Field {
	var fields []views.Field
	for _, f := range p.Fields {
		field := views.Field{Name: "set." + f.Key, Label: f.Label, Hint: f.Hint, Value: values[f.Key], Mono: true, Autocomplete: "off"}
		for _, option := range f.Options {
			field.Options = append(field.Options, views.Option{Value: option, Label: views.OptionLabel(ctx, option)})
		}
		if field.Value == "" {
			field.Value = f.Default
		}
		if f.Secret && !f.Generate {
			field.Type, field.Autocomplete, field.Value = "password", "new-password", ""
			if kept && values[f.Key] != "" {
				field.Hint = strings.TrimSpace(f.Hint + " " + views.T(ctx, "Leave it empty to keep the present one."))
			}
		}
		fields = append(fields, field)
	}
	return fields
}

// Connection is the page of one connection: its settings, and its reports.
func (h *Handlers) Connection(c echo.Context) error {
	f, err := h.connectionForm(c, c.Param("id"))
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.SettingsConnection(f))
}

func (h *Handlers) connectionForm(c echo.Context, id string) (views.ConnectionForm, error) {
	all, err := h.Store.HealthInDetail(c.Request().Context(), actor(c))
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
func (h *Handlers) connectionNow(c echo.Context, health models.Health) (views.ConnectionForm, error) {
	ctx, one := langCtx(c), health.Connection
	row, able, err := h.connectionRow(ctx, health)
	if err != nil {
		return views.ConnectionForm{}, err
	}
	p, _ := providers.ByCode(one.Provider)
	settings, err := h.Store.ConnectionSettings(one)
	if err != nil {
		return views.ConnectionForm{}, err
	}
	base := h.base(c)
	return views.ConnectionForm{Base: base, ID: one.ID, Version: one.Version, Provider: one.Provider, Name: one.Name, Title: p.Name,
		Fields: settingFields(ctx, p, settings, true), Address: row.Address, Row: row, Result: checkLines(ctx, base, p, able, health)}, nil
}
