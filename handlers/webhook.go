package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/providers/wire"
)

// Hook is where providers knock: POST, and GET where a provider calls so.
func (h *Handlers) Hook(c echo.Context) error {
	request := c.Request()
	most := delivery.HookBodyLimit(c.Param("provider"))
	if request.ContentLength > most {
		return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
	}
	body, err := wire.ReadBody(http.MaxBytesReader(c.Response(), request.Body, most), wire.Most{})
	if err != nil {
		return err
	}
	reply := h.Receiver.Receive(request.Context(), delivery.HookRequest{
		Provider: c.Param("provider"), Token: c.Param("token"),
		Request: wire.Request{
			Method: request.Method,
			URL:    request.URL.RequestURI(),
			Query:  request.URL.Query(),
			Header: request.Header,
			Body:   body,
		},
	})
	if reply.Status == http.StatusServiceUnavailable || reply.Status == http.StatusTooManyRequests {
		c.Response().Header().Set("Retry-After", "30")
	}
	if len(reply.Body) == 0 {
		return c.NoContent(reply.Status)
	}
	return c.Blob(reply.Status, reply.ContentType, reply.Body)
}
