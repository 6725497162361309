package handlers

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"undelivered/views"
)

// Live brings the numbers of an open page up to date, and says when its list has changed. It touches nothing
// that a person may be typing into or has ticked, and does not prolong the sign-in.
func (h *Handlers) Live(c echo.Context) error {
	if !fragment(c) { // opened by hand
		return h.leave(c, views.DashboardURL())
	}
	b := h.base(c)
	h.countFor(c, &b)
	was, err := strconv.Atoi(c.QueryParam("was"))
	news := ""
	if err == nil && was != b.Number {
		news = openPage(c)
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return h.page(c, http.StatusOK, views.LiveNumbers(b, news))
}

// openPage is the page that asks, by its own way on this site.
func openPage(c echo.Context) string {
	at, err := url.Parse(c.Request().Header.Get("HX-Current-URL"))
	if err != nil || at.Path == "" || at.Path[0] != '/' || len(at.Path) > 1 && at.Path[1] == '/' {
		return views.DashboardURL()
	}
	return (&url.URL{Path: at.Path, RawQuery: at.RawQuery}).String()
}
