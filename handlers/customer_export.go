package handlers

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

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
	written, err := json.Marshal(file)
	if err != nil {
		return err
	}
	var all any
	numbers := json.NewDecoder(bytes.NewReader(written))
	numbers.UseNumber()
	if err := numbers.Decode(&all); err != nil {
		return err
	}
	return c.JSONPretty(http.StatusOK, plainNames(all), "  ")
}

var (
	wordEnds   = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	shortEnds  = regexp.MustCompile(`([A-Z]+)([A-Z][a-z])`)
	underscore = "${1}_${2}"
)

// plainNames names fields as the API does: asked_at instead of AskedAt.
func plainNames(v any) any {
	switch v := v.(type) {
	case map[string]any:
		named := make(map[string]any, len(v))
		for name, value := range v {
			name = wordEnds.ReplaceAllString(shortEnds.ReplaceAllString(name, underscore), underscore)
			named[strings.ToLower(name)] = plainNames(value)
		}
		return named
	case []any:
		for i := range v {
			v[i] = plainNames(v[i])
		}
	}
	return v
}
