package web

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// policy is the content security policy of all pages: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// requestID names each request; a name that the client brings is not believed.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, rand.Text()[:20])
		return next(c)
	}
}

// headers are on every answer; a handler may set its own policy instead.
func headers(secure bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set(echo.HeaderContentSecurityPolicy, policy)
			h.Set(echo.HeaderXContentTypeOptions, "nosniff")
			h.Set(echo.HeaderReferrerPolicy, "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", sharing(c.Request().URL.Path))
			if secure {
				h.Set(echo.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
			}
			return next(c)
		}
	}
}

// sharing lets other sites show the widget and its style sheet, and nothing else.
func sharing(path string) string {
	if strings.HasPrefix(path, "/w/") || strings.HasPrefix(path, "/static/") {
		return "cross-origin"
	}
	return "same-origin"
}

// sameOrigin refuses forms that another site sends in a person's name.
func sameOrigin(base string) echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	if origin := originOf(base); origin != "" {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic(err) // the address has been checked at the start
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return echo.NewHTTPError(http.StatusForbidden, "This request came from another site.").
					SetInternal(err)
			}
			return next(c)
		}
	}
}

// plainBodies refuses compressed bodies: their real size is not known.
func plainBodies(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if coding := c.Request().Header.Get(echo.HeaderContentEncoding); coding != "" &&
			!strings.EqualFold(coding, "identity") {
			return echo.NewHTTPError(http.StatusUnsupportedMediaType, "Send the body without compression.")
		}
		return next(c)
	}
}
