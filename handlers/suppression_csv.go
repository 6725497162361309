package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

var suppressionHeader = []string{
	"id",
	"address",
	"channel",
	"customer",
	"kind",
	"provider",
	"connection",
	"provider_reason",
	"listed_at",
	"times",
	"dropped",
	"request",
}

// SuppressionsCSV is the same query as a file, page after page, and a line of the log.
func (h *Handlers) SuppressionsCSV(c echo.Context) error {
	ctx, a := c.Request().Context(), Actor(c)
	if err := h.Store.Note(ctx, a, "suppression.export",
		models.AuditEntry{ObjectKind: "account", ObjectID: a.AccountID}); err != nil {
		return err
	}
	s, q := h.newSheet(c, "suppressions", h.Store.Now()), suppressionQuery(c)
	q.After, q.Before, q.Per, q.Dropped = "", "", 500, false
	return s.end(h.suppressionLines(c, a, q, s))
}

func (h *Handlers) suppressionLines(c echo.Context, a models.Actor, q consent.SuppressionQuery,
	s *sheet) error {
	if err := s.line(suppressionHeader...); err != nil {
		return err
	}
	for {
		list, err := h.Store.Consent.Suppressions(c.Request().Context(), a, q)
		if err != nil {
			return err
		}
		for _, l := range list.Lines {
			err := s.line(l.ID, l.Address, string(l.Channel), l.CustomerName, l.Kind, l.Provider,
				l.Connection, l.ProviderReason, l.ListedAt.Format(time.RFC3339), views.Count(l.Times),
				views.Count(l.Dropped), string(l.Request().State))
			if err != nil {
				return err
			}
		}
		if err := s.send(); err != nil || list.Older == "" {
			return err
		}
		q.After = list.Older
	}
}
