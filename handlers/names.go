package handlers

import (
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/providers"
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

func visitZone(c echo.Context) *time.Location { return zoneOf(visit(c)) }

// asRefusal is the refusal inside an error; the zero Refusal when there is none.
func asRefusal(err error) models.Refusal {
	var r models.Refusal
	errors.As(err, &r)
	return r
}
