package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// Request is one clear request with all that the decision needs. Support's look into it is written down.
func (h *Handlers) Request(c echo.Context) error {
	a, err := h.decider(c)
	if err != nil {
		return h.noRequest(c, err)
	}
	if a.Kind == models.OnBehalf {
		err := h.Store.Note(c.Request().Context(), a, "support.look",
			models.AuditEntry{ObjectKind: "request", ObjectID: c.Param("id")})
		if err != nil {
			return err
		}
	}
	return h.showRequest(c, a, c.Param("id"), http.StatusOK, nil)
}

// noRequest says before support that there is no such request, or that its account does not let support in
// any more: which of the two is not told.
func (h *Handlers) noRequest(c echo.Context, err error) error {
	if !visit(c).User.Support || !errors.Is(err, models.ErrNotFound) {
		return err
	}
	desk, err := h.deskOf(c, consent.RequestsWaiting)
	if err != nil {
		return err
	}
	p := h.requestsPage(c, desk, "")
	p.Gone = true
	return h.page(c, http.StatusNotFound, views.Requests(p))
}

func (h *Handlers) showRequest(c echo.Context, a models.Actor, id string, status int,
	wrong models.Invalid) error {
	desk, err := h.deskOf(c, consent.RequestsWaiting)
	if err != nil {
		return err
	}
	k, err := h.Store.Consent.RequestCase(c.Request().Context(), a, id)
	if err != nil {
		return err
	}
	p := h.requestsPage(c, desk, "")
	open := h.requestView(c, a, k)
	open.Errors, open.Note, open.Declining = wrong, c.FormValue("note"), c.FormValue("d") == "decline"
	open.Next = after(p.Rows, open.ID)
	p.Open = &open
	return h.page(c, status, views.Requests(p))
}
