package web

import (
	"errors"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// measure counts requests and their time by route, so that tokens in addresses never become labels.
func measure(registry prometheus.Registerer) echo.MiddlewareFunc {
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "undelivered_http_request_seconds",
		Help:    "Time to answer a request, by route.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}},
		[]string{"method", "route", "status"})
	if registry != nil {
		registry.MustRegister(took)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			status := c.Response().Status
			if err != nil && !c.Response().Committed {
				status, _ = statusOf(err)
			}
			took.WithLabelValues(c.Request().Method, c.Path(), strconv.Itoa(status)).
				Observe(time.Since(start).Seconds())
			return err
		}
	}
}

// panicked is a panic of a handler, for the log.
type panicked struct {
	cause error
	stack []byte
}

// Error has the stack, which only the log shows.
func (p panicked) Error() string { return p.cause.Error() + "\n" + string(p.stack) }

// Unwrap is the cause.
func (p panicked) Unwrap() error { return p.cause }

func asHTTP(err error) *echo.HTTPError {
	var h *echo.HTTPError
	if errors.As(err, &h) {
		return h
	}
	return nil
}
