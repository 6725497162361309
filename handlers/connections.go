package handlers

import (
	"cmp"
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/providers"
	"undelivered/providers/wire"
	"undelivered/views"
)

// Connections lists the services that send, each with how its reports do.
func (h *Handlers) Connections(c echo.Context) error {
	ctx := c.Request().Context()
	all, err := h.Store.Connection.HealthInDetail(ctx, Actor(c))
	if err != nil {
		return err
	}
	p := views.ConnectionsSettings{Base: h.base(c)}
	for _, health := range all {
		row, _, err := h.connectionRow(c.Request().Context(), health)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	return h.page(c, http.StatusOK, views.SettingsConnections(p))
}

// connectionRow is a connection as its panel shows it, and what can be done through it.
func (h *Handlers) connectionRow(ctx context.Context,
	health connection.Health) (views.ConnectionRow, delivery.Tried, error) {
	c := health.Connection
	p, _ := providers.ByCode(c.Provider)
	settings, err := h.Store.Connection.ConnectionSettings(c)
	if err != nil {
		return views.ConnectionRow{}, delivery.Tried{}, err
	}
	token, err := h.Store.Connection.ConnectionToken(c)
	if err != nil {
		return views.ConnectionRow{}, delivery.Tried{}, err
	}
	able := delivery.Able(p, settings)
	if health.State == models.HealthTrial {
		able = delivery.Tried{}
	}
	row := views.ConnectionRow{
		ID:       c.ID,
		Name:     c.Name,
		Provider: c.Provider,
		UsedFor:  usedFor(ctx, c.Channels),
		State:    string(health.State),
		Last:     health.Since,
		Today:    health.Today,
		Refused:  health.RefusedLately(),
		Can:      canDo(able),
		PerDay:   health.PerDay,
		Address:  h.reportsTo(p, settings, token),
		Stopped:  stoppedText(ctx, c),
		Renews:   renews(p),
	}
	if health.State == models.HealthTrial {
		row.Address, row.Stopped = "", views.T(ctx,
			"It is only for trying out, and reaches nobody. It can be removed.")
	}
	return row, able, h.oldOf(&row, p, settings, c)
}

// oldOf adds what is still good beside the present address and secrets.
func (h *Handlers) oldOf(row *views.ConnectionRow, p wire.Provider, settings wire.Settings,
	c models.Connection) error {
	old, err := h.Store.Connection.OldToken(c)
	if old != "" {
		row.OldAddress, row.OldAddressUntil = h.reportsTo(p, settings, old), *c.OldTokenUntil
	}
	if c.OldSecrets(h.Store.Now()) {
		row.OldSecretsUntil = *c.OldSettingsUntil
	}
	return err
}

// reportsTo is the address that delivery reports are to be sent to.
func (h *Handlers) reportsTo(p wire.Provider, settings wire.Settings, token string) string {
	switch {
	case p.Code == connection.GenericProvider:
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
	case c.StoppedAt == nil && c.HungAt != nil:
		return views.T(
			ctx,
			"It does not answer in time. Every few minutes one message tries it; the others wait, and go "+
				"out as soon as it answers.",
		)
	case c.StoppedAt == nil:
		return c.Alert
	case c.StoppedWhy == connection.StoppedByPerson:
		return views.T(ctx, "It was stopped by hand.")
	}
	return views.T(ctx, "The provider refused the login. Correct the settings, then it sends again.")
}
