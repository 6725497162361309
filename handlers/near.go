package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"undelivered/models/report"
	"undelivered/views"
)

// listCookie holds the query of the list that a browser showed last, so that a notification opened from it
// knows what comes next. It ends with the browser and says nothing that its address bar did not.
const listCookie = "list"

// listMost is the longest query that is remembered.
const listMost = 2000

// rememberList keeps the query of a list for the pages that are opened from it.
func (h *Handlers) rememberList(c echo.Context, f report.Filter) {
	query := url.QueryEscape(f.Values().Encode())
	if len(query) > listMost {
		query = ""
	}
	c.SetCookie(&http.Cookie{
		Name:     listCookie,
		Value:    query,
		Path:     "/",
		HttpOnly: true,
		Secure:   h.Secure(),
		SameSite: http.SameSiteLaxMode,
	})
}

// lastList is the list that the browser showed last; the whole report when it has shown none.
func lastList(c echo.Context) report.Filter {
	kept, err := c.Cookie(listCookie)
	if err != nil {
		return report.Filter{}
	}
	query, err := url.QueryUnescape(kept.Value)
	if err != nil {
		return report.Filter{}
	}
	fields, err := url.ParseQuery(query)
	if err != nil {
		return report.Filter{}
	}
	f, _ := report.ParseFilter(fields) // what nobody understands is left out
	return f
}

// near is the way from a notification to its neighbours in the last list, and back to it where one was.
func (h *Handlers) near(c echo.Context, id string) (views.Near, error) {
	f := lastList(c)
	n, err := h.Store.Report.Near(c.Request().Context(), Actor(c), f, id)
	if err != nil {
		return views.Near{}, err
	}
	f.IDs, f.All = nil, false
	return views.Near{
		List:     views.ReportURL(f),
		Narrowed: f.Filtered(),
		Previous: n.Previous,
		Next:     n.Next,
	}, nil
}
