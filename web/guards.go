package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"undelivered/handlers"
	"undelivered/models/people"
)

// Most bytes of a body (RULES.md, Taking an event in).
const (
	bodyPage = 1 << 20
	bodyHook = 8 << 20
)

var bodies = map[Group]int64{Hook: bodyHook}

// guards are what a request of the route passes before its handler.
func (r Route) guards(h *handlers.Handlers, o Options) []echo.MiddlewareFunc {
	most := r.Body
	if most == 0 {
		most = bodies[r.Group]
	}
	if most == 0 {
		most = bodyPage
	}
	guards := []echo.MiddlewareFunc{atMost(most)}
	if limit, ok := r.limit(); ok && !o.Unlimited {
		guards = append(guards, limit)
	}
	switch r.Group {
	case Public:
		guards = append(guards, wholeAddress, readForm, h.Visitor)
	case API:
		guards = append(guards, uncached, wholeAddress)
		if !o.Unlimited {
			guards = append(guards, guesses())
		}
		guards = append(guards, h.ByKey)
		if !o.Unlimited {
			guards = append(guards, perKey(h))
		}
	case SignedIn:
		guards = append(guards, wholeAddress, h.Visitor, h.SignedIn)
	case Support:
		guards = append(guards, wholeAddress, h.Visitor, h.SignedIn, h.SupportOnly)
	}
	if r.Right != "" {
		guards = append(guards, h.May(r.Right))
	}
	if r.Group == SignedIn || r.Group == Support {
		guards = append(guards, readForm) // nothing is read of who may not send it
	}
	if r.grave() {
		guards = append(guards, h.Again)
	}
	if r.Method == post && (r.Group == SignedIn || r.Group == Support) {
		guards = append(guards, h.SubmitOnce)
	}
	return guards
}

// graves are the acts before which the password is asked for again: they open the account to others, or can't
// be undone.
var graves = []string{
	"/settings/people",
	"/settings/people/:id/role",
	"/settings/people/support",
	"/settings/keys",
	"/settings/widget",
	"/settings/callbacks/renew",
	"/customers/:id/erase",
}

func (r Route) grave() bool { return r.Method == post && slices.Contains(graves, r.Path) }

// limit bounds how often one address of the network may try to sign in, or knock as a provider.
func (r Route) limit() (echo.MiddlewareFunc, bool) {
	switch {
	case r.Group == Hook:
		return unproven(), true
	case r.Method == post && strings.HasPrefix(r.Path, "/sign-in"):
		return perAddress(1.0/3, 30, func(echo.Context) int { return http.StatusTooManyRequests }), true
	case r.Path == "/w/:key":
		return perAddress(20, 400, func(echo.Context) int { return http.StatusTooManyRequests }), true
	}
	return nil, false
}

// perAddress answers with the status of tooOften when an address of the network comes more often than it may.
func perAddress(perSecond rate.Limit, burst int, tooOften func(echo.Context) int) echo.MiddlewareFunc {
	return middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
		Store: middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
			Rate: perSecond, Burst: burst, ExpiresIn: 10 * time.Minute}),
		IdentifierExtractor: func(c echo.Context) (string, error) {
			return people.NetworkOf(c.RealIP()),
				nil
		},
		DenyHandler: func(c echo.Context, _ string, _ error) error {
			c.Response().Header().Set(echo.HeaderRetryAfter, "60")
			return echo.NewHTTPError(tooOften(c))
		},
	})
}

// atMost refuses a body that is too large, before or while it is read.
func atMost(most int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > most {
				return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
			}
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
			}
			if most > bodyHook {
				// A server under test has no connection to set a limit on.
				_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(time.Minute))
			}
			return next(c)
		}
	}
}

// formInMemory is how much of an uploaded file is kept in memory; the rest goes to a temporary file.
const formInMemory = 2 << 20

// readForm reads a form before its handler, so that one that is too large or broken is an error and not an
// empty form.
func readForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		kind := r.Header.Get(echo.HeaderContentType)
		var err error
		switch {
		case strings.HasPrefix(kind, echo.MIMEMultipartForm):
			err = r.ParseMultipartForm(formInMemory)
		case strings.HasPrefix(kind, echo.MIMEApplicationForm):
			err = r.ParseForm()
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return err
		}
		if err != nil {
			return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
		}
		return next(c)
	}
}
