package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"undelivered/handlers"
	"undelivered/models/people"
)

// How often a key may ask, and how often somebody may come with a wrong one.
const (
	keyRate    rate.Limit = 50 // a second
	keyBurst              = 500
	guessRate  rate.Limit = 0.2
	guessBurst            = 30
)

func memory(perSecond rate.Limit, burst int) *middleware.RateLimiterMemoryStore {
	return middleware.NewRateLimiterMemoryStoreWithConfig(
		middleware.RateLimiterMemoryStoreConfig{Rate: perSecond, Burst: burst, ExpiresIn: 10 * time.Minute},
	)
}

// perKey bounds how often one key may ask, whatever the addresses of the network that it comes from.
func perKey(h *handlers.Handlers) echo.MiddlewareFunc {
	limits := memory(keyRate, keyBurst)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if allowed, err := limits.Allow(h.KeyID(c)); err != nil || !allowed {
				return slower(c, "1")
			}
			return next(c)
		}
	}
}

// guesses bounds how often wrong keys come from one network. A right one passes all the same: others may be
// behind the same address.
func guesses() echo.MiddlewareFunc {
	limits := memory(guessRate, guessBurst)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			if wrong := asHTTP(err); wrong == nil || wrong.Code != http.StatusUnauthorized {
				return err
			}
			if allowed, limited := limits.Allow(people.NetworkOf(c.RealIP())); limited != nil || !allowed {
				return slower(c, "60")
			}
			return err
		}
	}
}

func slower(c echo.Context, after string) error {
	c.Response().Header().Set(echo.HeaderRetryAfter, after)
	return echo.NewHTTPError(http.StatusTooManyRequests)
}

// uncached keeps what programs are told out of everybody's memory.
func uncached(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
		return next(c)
	}
}

// addressLimit is how long an address may be, in bytes: all that a filter may hold fits.
const addressLimit = 8 << 10

// wholeAddress refuses an address that is too long, or that cannot be read.
func wholeAddress(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if len(u.RequestURI()) > addressLimit {
			return echo.NewHTTPError(http.StatusRequestURITooLong)
		}
		if _, err := url.ParseQuery(u.RawQuery); err != nil {
			return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
		}
		return next(c)
	}
}
