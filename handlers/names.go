package handlers

import (
	"context"
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/providers"
	"undelivered/views"
)

// providerName is the name of a connection's provider as people know it.
func providerName(c models.Connection) string {
	if c.Provider == connection.GenericProvider || c.Provider == "" {
		return c.Name
	}
	return providerTitle(c.Provider)
}

func providerTitle(code string) string {
	if p, known := providers.ByCode(code); known {
		return p.Name
	}
	return code
}

// langCtx is the request's context with the language of the account.
func langCtx(c echo.Context) context.Context {
	return views.WithLang(c.Request().Context(), langOf(c))
}

func visitZone(c echo.Context) *time.Location { return zoneOf(visit(c)) }

// asRefusal is the refusal inside an error; the zero Refusal when there is none.
func asRefusal(err error) models.Refusal {
	var r models.Refusal
	errors.As(err, &r)
	return r
}
