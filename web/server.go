// Package web is the front door: the table of routes, what every request passes, and how an error looks.
package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/static"
)

// Options are what the front door needs to know from the settings.
type Options struct {
	TrustedProxies []*net.IPNet // whose X-Forwarded-For is believed
	Metrics        prometheus.Registerer
	Unlimited      bool // no rate limits: benchmarks and tests that knock often
}

// New is the whole site.
func New(h *handlers.Handlers, o Options) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = addressOf(o.TrustedProxies)
	e.HTTPErrorHandler = translator{h}.answer
	e.Pre(requestID)
	e.Use(measure(o.Metrics), logged(h.Log), recovered(), headers(h.Secure()), sameOrigin(h.BaseURL),
		plainBodies, zipped(), whileAnswered(h))
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	e.RouteNotFound("/*", func(echo.Context) error { return models.ErrNotFound }, h.Visitor)
	for _, r := range Routes(h) {
		guards := r.guards(h, o)
		e.Add(r.Method, r.Path, r.Handle, guards...)
		if r.Method == http.MethodGet {
			e.HEAD(r.Path, r.Handle, guards...)
		}
	}
	return e
}

// Server is an HTTP server with time limits for the site.
func Server(addr string, site http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Addr: addr, Handler: site, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
}

// addressOf says whose word about the client's address is believed: nobody's, unless a proxy is named.
func addressOf(proxies []*net.IPNet) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{
		echo.TrustLoopback(false),
		echo.TrustLinkLocal(false),
		echo.TrustPrivateNet(false),
	}
	for _, network := range proxies {
		trust = append(trust, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

func logged(log *slog.Logger) echo.MiddlewareFunc {
	return middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
		LogStatus: true, LogMethod: true, LogRoutePath: true, LogLatency: true, LogRequestID: true,
		LogError: true, HandleError: true,
		LogValuesFunc: func(c echo.Context, v middleware.RequestLoggerValues) error {
			// The route and not the address: addresses carry tokens.
			line := []slog.Attr{
				slog.String("method", v.Method),
				slog.String("route", v.RoutePath),
				slog.Int("status", v.Status),
				slog.Duration("took", v.Latency),
				slog.String("request", c.Response().Header().Get(echo.HeaderXRequestID)),
			}
			level := slog.LevelDebug
			if v.Status >= 500 {
				level, line = slog.LevelError, append(line, slog.Any("error", v.Error))
			}
			log.LogAttrs(context.WithoutCancel(c.Request().Context()), level, "request", line...)
			return nil
		},
	})
}

func recovered() echo.MiddlewareFunc {
	return middleware.RecoverWithConfig(
		middleware.RecoverConfig{StackSize: 8 << 10, DisableErrorHandler: true,
			LogErrorFunc: func(_ echo.Context, err error,
				stack []byte) error {
				return panicked{err, stack}
			}},
	)
}

// zipped packs pages at the fastest level; files are packed already.
func zipped() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(
		middleware.GzipConfig{Level: 1, MinLength: 1024, Skipper: func(c echo.Context) bool {
			return c.Path() == static.Prefix+"*"
		}},
	)
}

func originOf(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
