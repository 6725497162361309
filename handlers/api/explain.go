package api

import (
	"io"
	"net/http"
	"undelivered/delivery"

	"github.com/labstack/echo/v4"
)

// Explain says what the program makes of a mail that came back or of a provider's post. It sends and
// stores nothing.
func (h *API) Explain(c echo.Context) error {
	raw, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	told, err := delivery.Explain(raw, c.QueryParam("provider"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, told)
}
