package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Alive says that the process lives.
func (h *Handlers) Alive(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// Ready says whether requests should come here: the database answers and the program is not stopping.
func (h *Handlers) Ready(c echo.Context) error {
	if h.stopping.Load() {
		return c.String(http.StatusServiceUnavailable, "stopping\n")
	}
	if err := h.Store.Ping(c.Request().Context()); err != nil {
		h.Log.Error("not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// Stop makes Ready say no, before the program stops taking requests.
func (h *Handlers) Stop() { h.stopping.Store(true) }
