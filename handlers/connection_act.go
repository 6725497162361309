package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models/connection"
	"undelivered/models/report"
	"undelivered/providers/wire"
	"undelivered/views"
)

// checkLines say what a connection can do with its settings, and what is missing.
func checkLines(ctx context.Context, b views.Base, p wire.Provider, able delivery.Tried,
	health connection.Health) []views.CheckLine {
	var lines []views.CheckLine
	line := func(good bool, bold, yes, no string) {
		state, text := "ok", yes
		if !good {
			state, text = "warn", no
		}
		lines = append(lines, views.CheckLine{State: state, Bold: views.T(ctx, bold), Text: text})
	}
	if p.Read != nil {
		line(able.Receives, "Reports", views.T(ctx, "can be proven to be genuine."),
			views.T(ctx, "are refused until all settings for receiving are filled in."))
	}
	if p.Send != nil {
		line(able.CanSend, "Sending", views.T(ctx, "is possible."),
			views.T(ctx, "needs {fields}.", "fields", labels(able.Missing)))
		line(able.FillsGaps, "Gaps",
			views.T(ctx, "after an outage are filled from the provider’s own lists."),
			views.T(ctx, "after an outage stay open: the provider’s own lists can’t be asked."))
	}
	for _, r := range health.Refused {
		line(false, "Refused", "",
			views.T(ctx, "{n} in the last day, for a wrong signature.", "n", views.Count(r.N)))
	}
	for _, g := range health.Gaps {
		line(false, "Missing", "", views.T(ctx, "Reports between {from} and {to} may be missing.", "from",
			b.When(ctx, g.FromAt), "to", b.When(ctx, g.ToAt)))
	}
	return lines
}

func labels(fields []wire.Field) string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Label)
	}
	return strings.Join(all, ", ")
}

// wordsMost is how much of a provider's words a short message has room for.
const wordsMost = 200

// TestConnection tries the settings at the provider, without sending anything to a customer.
func (h *Handlers) TestConnection(c echo.Context) error {
	ctx := c.Request().Context()
	one, err := h.Store.Connection.Connection(ctx, Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	tried, err := delivery.TryConnection(ctx, h.Store, h.Receiver.Client, one)
	if err != nil {
		return err
	}
	return h.back(c, views.ConnectionURL(one.ID), triedText(c.Request().Context(), one.Name, tried))
}

func triedText(ctx context.Context, name string, t delivery.Tried) string {
	switch {
	case t.Err != nil:
		words := []rune(t.Err.Error())
		return views.T(ctx, "{name} does not work: {words}", "name", name, "words",
			string(words[:min(len(words), wordsMost)]))
	case len(t.Missing) > 0:
		return views.T(ctx, "{name} can’t be tried before these are filled in: {fields}.", "name", name,
			"fields", labels(t.Missing))
	case t.Untested:
		return views.T(ctx, "{name} offers no way to try it. Nothing was sent.", "name", name)
	}
	return views.T(ctx, "{name} works. Nothing was sent to a customer.", "name", name)
}

// PauseConnection stops sending through a connection.
func (h *Handlers) PauseConnection(c echo.Context) error {
	return h.connectionDone(c,
		h.Store.Connection.PauseConnection(c.Request().Context(), Actor(c), c.Param("id")))
}

// ResumeConnection lets a connection send again.
func (h *Handlers) ResumeConnection(c echo.Context) error {
	return h.connectionDone(c,
		h.Store.Connection.ResumeConnection(c.Request().Context(), Actor(c), c.Param("id")))
}

// PreferConnection puts a connection first.
func (h *Handlers) PreferConnection(c echo.Context) error {
	return h.connectionDone(c,
		h.Store.Connection.PreferConnection(c.Request().Context(), Actor(c), c.Param("id")))
}

func (h *Handlers) connectionDone(c echo.Context, err error) error {
	if err != nil {
		return err
	}
	return h.back(c, views.ConnectionURL(c.Param("id")), "flash.saved")
}

// AskRemoveConnection asks before a connection is removed.
func (h *Handlers) AskRemoveConnection(c echo.Context) error {
	ctx := c.Request().Context()
	one, err := h.Store.Connection.Connection(ctx, Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	title, list := views.T(ctx, "Remove {name}?", "name", one.Name), views.SettingsURL("connections")
	return h.page(c, http.StatusOK, views.Ask(views.Question{Base: h.base(c), Nav: "settings", Title: title,
		Crumbs: []views.Crumb{{Text: views.T(ctx, "Connections"), URL: list}, {Text: title}},
		Text: views.T(
			ctx,
			"Nothing is sent through it any more, its reports are refused and its settings are forgotten. "+
				"What it has told us stays.",
		),
		Action: views.ConnectionActURL(
			one.ID,
			"remove",
		), Back: views.ConnectionURL(one.ID), Verb: views.T(ctx, "Remove {name}", "name",
			one.Name), Danger: true}))
}

// RemoveConnection ends a connection.
func (h *Handlers) RemoveConnection(c echo.Context) error {
	if err := h.Store.Connection.RemoveConnection(c.Request().Context(), Actor(c),
		c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.SettingsURL("connections"), "notice.connection_removed")
}

// CloseGap takes the notice of missing reports off the report.
func (h *Handlers) CloseGap(c echo.Context) error {
	if err := h.Store.Connection.CloseGap(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.ReportURL(report.Filter{}), "flash.saved")
}
