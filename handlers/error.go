package handlers

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// wordsFor are the statuses that a page has no words of its own for.
var wordsFor = map[int]int{http.StatusBadRequest: 422, http.StatusUnsupportedMediaType: 422}

// ErrorPage shows the page of something that went wrong.
func (h *Handlers) ErrorPage(c echo.Context, status int) error {
	if status == http.StatusServiceUnavailable {
		return h.page(c, status, views.Away(typedIn(c)))
	}
	p := views.ErrorPage{Base: h.base(c), Code: cmp.Or(wordsFor[status], status), ID: requestID(c)}
	if visit(c).Seat.Role == "" {
		// nobody, or somebody who belongs to no account any more: there is no navigation for them
		p.Person = views.Person{}
	}
	if a := Actor(c); a.AccountID != "" {
		// The page says "the owner" when nobody's name can be read.
		p.Owner, _ = h.Store.People.OwnerName(c.Request().Context(), a)
	}
	return h.page(c, status, views.Error(p))
}

// FailurePart is the short message for htmx.
func (h *Handlers) FailurePart(c echo.Context, status int) error {
	return h.page(c, status, views.ErrorFragment("flash.failed"))
}

// NoteForbidden writes into the log that somebody tried what they may not do.
func (h *Handlers) NoteForbidden(c echo.Context) error {
	a := Actor(c)
	if a.ID == "" {
		return nil
	}
	return h.Store.Note(c.Request().Context(), a, "refused", models.AuditEntry{ObjectKind: "page",
		ObjectName: c.Request().Method + " " + c.Path()})
}
