package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// ExportCustomer is all that is kept about one customer, as a file.
func (h *Handlers) ExportCustomer(c echo.Context) error {
	file, err := h.Store.Customer.CustomerFile(c.Request().Context(), Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.Response().Header().
		Set(echo.HeaderContentDisposition, `attachment; filename="customer-`+file.Customer.ID+`.json"`)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.JSONPretty(http.StatusOK, file, "  ")
}
