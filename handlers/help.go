package handlers

import (
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// Help answers a page of help, also to somebody who has not signed in.
func (h *Handlers) Help(show func(views.HelpPage) templ.Component) echo.HandlerFunc {
	return func(c echo.Context) error {
		return h.page(c, http.StatusOK, show(views.HelpPage{Base: h.anybody(c)}))
	}
}

// anybody is base for pages that need nobody to be signed in.
func (h *Handlers) anybody(c echo.Context) views.Base {
	if visit(c).User.ID != "" {
		return h.base(c)
	}
	return views.Base{
		Zone:      time.UTC,
		Now:       h.Store.Now(),
		Path:      c.Request().URL.RequestURI(),
		RequestID: requestID(c),
	}
}

// Privacy says what is kept of whom, and for how long.
func (h *Handlers) Privacy(c echo.Context) error {
	l := h.Store.Limits()
	return h.page(c, http.StatusOK, views.Privacy(views.PrivacyPage{
		Base:        h.anybody(c),
		ContentDays: wholeDays(l.KeepContent),
		HistoryDays: wholeDays(l.KeepHistory),
	}))
}

func wholeDays(d time.Duration) int { return int(d / (24 * time.Hour)) }

// Gallery shows every part of the pages in every state; only the demo has it.
func (h *Handlers) Gallery(c echo.Context) error {
	if len(h.Demo) == 0 {
		return models.ErrNotFound
	}
	return h.page(c, http.StatusOK, views.Gallery(h.base(c)))
}
