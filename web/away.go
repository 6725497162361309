package web

import (
	"context"
	"errors"
	"fmt"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
)

// whileAnswered lets a request go on for as long as the database answers: who waits for one that hangs is
// told so within seconds. Whether the program lives and is ready is said in any case.
func whileAnswered(h *handlers.Handlers) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Path() == "/readyz" || c.Path() == "/healthz" {
				return next(c)
			}
			asked := c.Request()
			ctx, done := h.Store.While(asked.Context())
			defer done()
			c.SetRequest(asked.WithContext(ctx))
			err := next(c)
			c.SetRequest(c.Request().WithContext(asked.Context())) // what went wrong is shown after this
			if cause := context.Cause(ctx); err != nil && errors.Is(cause, models.ErrAway) {
				return fmt.Errorf("%w: %w", models.ErrAway, err)
			}
			return err
		}
	}
}
