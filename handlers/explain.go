package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/providers"
	"undelivered/views"
)

// SupportExplain is where support pastes a mail or a post, to see how it is understood.
func (h *Handlers) SupportExplain(c echo.Context) error {
	return h.page(c, http.StatusOK, views.SupportExplain(h.explainPage(c)))
}

// ExplainText shows what the program makes of a pasted text. Nothing is changed, so the answer is the page
// itself.
func (h *Handlers) ExplainText(c echo.Context) error {
	p := h.explainPage(c)
	p.Text, p.Provider = c.FormValue("text"), c.FormValue("provider")
	told, err := delivery.Explain([]byte(strings.ReplaceAll(p.Text, "\r\n", "\n")), p.Provider)
	invalid := models.Invalid{}
	switch {
	case errors.As(err, &invalid):
		p.Errors = invalid
		return h.page(c, http.StatusUnprocessableEntity, views.SupportExplain(p))
	case err != nil:
		return err
	}
	p.Told = h.toldOf(c, told)
	return h.page(c, http.StatusOK, views.SupportExplain(p))
}

func (h *Handlers) explainPage(c echo.Context) views.ExplainPage {
	ctx := c.Request().Context()
	p := views.ExplainPage{Base: h.base(c), Providers: []views.Option{{Label: views.T(ctx, "Recognise it")},
		{
			Value: delivery.ExplainMail,
			Label: views.T(ctx, "A mail that came back"),
		}, {Value: delivery.ExplainReply, Label: views.T(ctx, "The words of a mail server")}}}
	for _, row := range providers.All() {
		if row.Reread != nil {
			p.Providers = append(p.Providers, views.Option{Value: row.Code, Label: row.Name})
		}
	}
	return p
}

// toldOf is an explanation for the page.
func (h *Handlers) toldOf(c echo.Context, told delivery.Explained) *views.ExplainTold {
	ctx := c.Request().Context()
	shown := &views.ExplainTold{Kind: told.Kind, Alert: told.Alert}
	if row, known := providers.ByCode(told.Provider); known {
		shown.Provider = row.Name
	}
	for _, e := range told.Events {
		one := views.ExplainEvent{
			Type:      e.Type,
			Title:     e.Title,
			Recipient: e.Recipient,
			Message:   firstOf(e.Attempt, e.ProviderMessage, e.Message, e.NotificationRef),
			Evidence:  e.Evidence,
			Steps:     e.Steps,
		}
		if e.Sureness != "" {
			one.Sure = views.T(ctx, "sureness."+e.Sureness, "n", strconv.Itoa(e.Certainty))
		}
		if e.OptsOut != "" {
			one.OptsOut = views.T(ctx, "cause."+e.OptsOut)
		}
		shown.Events = append(shown.Events, one)
	}
	return shown
}

func firstOf(all ...string) string {
	for _, one := range all {
		if one != "" {
			return one
		}
	}
	return ""
}
