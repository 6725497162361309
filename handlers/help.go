package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/views"
)

// Shortcuts lists the keys of the pages.
func (h *Handlers) Shortcuts(c echo.Context) error {
	return h.page(c, http.StatusOK, views.Shortcuts(views.HelpPage{Base: h.base(c)}))
}

// StatusesHelp explains the statuses.
func (h *Handlers) StatusesHelp(c echo.Context) error {
	return h.page(c, http.StatusOK, views.StatusesHelp(views.HelpPage{Base: h.base(c)}))
}

// Accessibility says what the pages hold themselves to.
func (h *Handlers) Accessibility(c echo.Context) error {
	return h.page(c, http.StatusOK, views.Accessibility(views.HelpPage{Base: h.base(c)}))
}
