// Package handlers answers requests: one file a page or a door. A handler reads the request, asks the store
// and shows a view; what goes wrong it returns, and web turns it into an answer.
package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/providers/wire"
	"undelivered/views"
)

// Handlers is what all pages and doors have in common.
type Handlers struct {
	Store     *store.Store
	Receiver  *delivery.Receiver
	Directory delivery.Directory // of domain names; zero: not asked
	BaseURL   string             // as people reach us, without a slash at the end
	Log       *slog.Logger
	Demo      []views.DemoUser // in demo mode: who can sign in
	Post      *delivery.Mailer // the product's own mails; nil: ways that need them are not offered
	SSO       *SingleSignOn    // nil: not set up
	Way       *wire.Outward    // where addresses that people set may lead; nil: to the internet
	TXT       delivery.TXT     // asks the directory about sending domains; nil: the machine's resolver

	stopping atomic.Bool
	widgets  widgets
}

// Secure says whether people reach us by HTTPS.
func (h *Handlers) Secure() bool { return strings.HasPrefix(h.BaseURL, "https://") }

// page shows a page. It is rendered before anything is sent, so that a failure is still a clean error.
func (h *Handlers) page(c echo.Context, status int, page templ.Component) error {
	buffer := templ.GetBuffer()
	defer templ.ReleaseBuffer(buffer)
	if err := page.Render(c.Request().Context(), buffer); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Add(echo.HeaderVary, "HX-Request")
	if header.Get(echo.HeaderCacheControl) == "" {
		header.Set(echo.HeaderCacheControl, "no-store")
	}
	return c.HTMLBlob(status, buffer.Bytes())
}

// back ends every act of a form: 303 to a page, with a short message there. text is a key or a sentence.
func (h *Handlers) back(c echo.Context, url, text string) error {
	return h.backWith(c, url, views.Flash{Text: text})
}

// turnDown is back with a message that says why nothing was done.
func (h *Handlers) turnDown(c echo.Context, url, text string) error {
	return h.backWith(c, url, views.Flash{Text: text, Refused: true})
}

// backWith is back with a message that offers to undo, or that leads on.
func (h *Handlers) backWith(c echo.Context, url string, flash views.Flash) error {
	if flash.Text != "" {
		if err := h.flash(c, flash); err != nil {
			return err
		}
	}
	return h.leave(c, url)
}

// leave sends the browser to another page, also when htmx asked.
func (h *Handlers) leave(c echo.Context, url string) error {
	if fragment(c) {
		c.Response().Header().Set("HX-Redirect", url)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, url)
}

// fragment says whether htmx asked for a part of the page.
func fragment(c echo.Context) bool { return c.Request().Header.Get("HX-Request") == "true" }

// base is what every page knows.
func (h *Handlers) base(c echo.Context) views.Base {
	v := visit(c)
	b := views.Base{
		Theme: v.User.Theme, ShortcutsOff: v.User.ShortcutsOff, Role: v.Seat.Role,
		Person:  views.Person{ID: v.User.ID, Name: v.User.Name, Email: v.User.Email},
		Account: accountLink(v.Seat.Account), Zone: zoneOf(v), Now: h.Store.Now(),
		WindowDays: v.Seat.Account.Days(),
		Path:       c.Request().URL.RequestURI(), RequestID: requestID(c), SignedInTill: v.Session.ExpiresAt,
		Copied: h.Store.Resend.Held(),
		Trial:  h.Store.Trial() && len(h.Demo) == 0,
	}
	for _, seat := range v.Seats {
		b.Accounts = append(b.Accounts, accountLink(seat.Account))
	}
	if fragment(c) {
		return b
	}
	b.Flash = h.takeFlash(c)
	h.countFor(c, &b)
	return b
}

// countFor puts the numbers beside the navigation. A page without them is better than none.
func (h *Handlers) countFor(c echo.Context, b *views.Base) {
	ctx, a := c.Request().Context(), Actor(c)
	if a.AccountID != "" {
		n, err := h.Store.Report.CountUndelivered(ctx, a, report.Filter{})
		h.without(c, "the number", err)
		b.Number = n.Total
		b.Wishes, err = h.Store.Intake.CountUnsure(ctx, a)
		h.without(c, "the texts to read", err)
	}
	var err error
	b.MayApprove, err = h.Store.People.MayApprove(ctx, a)
	h.without(c, "the clear requests", err)
	if b.MayApprove {
		b.Requests, err = h.Store.Consent.RequestsFor(ctx, a)
		h.without(c, "the count of clear requests", err)
	}
}

// without notes what a page has to do without.
func (h *Handlers) without(c echo.Context, what string, err error) {
	if err != nil {
		h.Log.Warn("a page has to do without something", "what", what, "error", err, "request", requestID(c))
	}
}

func accountLink(a models.Account) views.AccountLink {
	return views.AccountLink{ID: a.ID, Name: a.Name, Country: a.Country}
}

// zoneOf is the person's own time zone, else the account's.
func zoneOf(v people.Visit) *time.Location {
	if v.User.Zone != "" {
		if zone, err := time.LoadLocation(v.User.Zone); err == nil {
			return zone
		}
	}
	return v.Seat.Account.Location()
}

// enter notes who is signed in, and in which language the request is answered: the account's.
func enter(c echo.Context, v people.Visit) {
	c.Set(visitKey, v)
	lang, _, _ := strings.Cut(v.Seat.Account.Locale, "-")
	c.SetRequest(c.Request().WithContext(views.WithLang(c.Request().Context(), lang)))
}

// requestID names the request in answers and in the log.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// Actor is who asks, as the store knows them.
func Actor(c echo.Context) models.Actor {
	if a, ok := c.Get(actorKey).(models.Actor); ok {
		return a
	}
	return models.Actor{Kind: models.Person, Network: c.RealIP(), RequestID: requestID(c)}
}

// visit is who is signed in; the zero Visit: nobody.
func visit(c echo.Context) people.Visit {
	v, _ := c.Get(visitKey).(people.Visit)
	return v
}

const (
	actorKey = "actor"
	visitKey = "visit"
)

// problems are the messages of a refused form.
func problems(_ context.Context, invalid models.Invalid) views.Errors { return invalid }
