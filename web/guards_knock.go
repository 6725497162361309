package web

import (
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"undelivered/delivery"
	"undelivered/models/people"
)

// How often somebody may knock at the webhooks who proves nothing. What is proven is refused only when more
// waits than can be stored: the intake itself says so.
const (
	strangerRate  rate.Limit = 20 // a second
	strangerBurst            = 200
	strangerRest             = time.Second
	strangersKept            = 10_000
)

// strangers are addresses of the network from which more came than may come without a proof.
type strangers struct {
	refused *middleware.RateLimiterMemoryStore
	mu      sync.Mutex
	rests   map[string]time.Time
}

// unproven lets everybody knock, until too many from one address of the network were refused.
func unproven() echo.MiddlewareFunc {
	s := &strangers{refused: memory(strangerRate, strangerBurst), rests: map[string]time.Time{}}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			network := people.NetworkOf(c.RealIP())
			if s.resting(network) {
				c.Response().Header().Set(echo.HeaderRetryAfter, "60")
				return echo.NewHTTPError(delivery.RateLimitStatus(c.Param("provider")))
			}
			err := next(c)
			if c.Response().Status == http.StatusUnauthorized {
				s.note(network)
			}
			return err
		}
	}
}

func (s *strangers) resting(network string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, tired := s.rests[network]
	if tired && time.Now().After(until) {
		delete(s.rests, network)
		return false
	}
	return tired
}

func (s *strangers) note(network string) {
	if allowed, err := s.refused.Allow(network); err == nil && allowed {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rests) < strangersKept {
		s.rests[network] = time.Now().Add(strangerRest)
	}
}
