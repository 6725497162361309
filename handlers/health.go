package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models/store"
)

// Alive says that the process lives.
func (h *Handlers) Alive(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyPatience is how long the database may take to say that it is there.
const readyPatience = 1500 * time.Millisecond

// Ready says whether requests should come here: the database answers, has room, and the program is not
// stopping.
func (h *Handlers) Ready(c echo.Context) error {
	if h.stopping.Load() {
		return c.String(http.StatusServiceUnavailable, "stopping\n")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyPatience)
	defer cancel()
	err := h.Store.Ready(ctx)
	switch {
	case store.Full(err):
		h.Log.Error("not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "the database has no room: nothing can be taken in\n")
	case err != nil:
		h.Log.Error("not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	if why := h.Store.ReplicaAway(); why != nil {
		return c.String(http.StatusOK, "ready; "+why.Error()+", and the database itself is asked\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// Stop makes Ready say no, before the program stops taking requests.
func (h *Handlers) Stop() { h.stopping.Store(true) }
