package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/views"
)

// shape is how the number is drawn: html (a card), page (the card in a page of its own), json, svg.
type shape string

// Widget is the number for somebody else's page: a card, JSON or an image.
func (h *Handlers) Widget(c echo.Context) error {
	token, as := strings.TrimSuffix(c.Param("key"), ".json"), shape("json")
	switch {
	case strings.HasSuffix(c.Param("key"), ".svg"):
		token, as = strings.TrimSuffix(c.Param("key"), ".svg"), "svg"
	case token == c.Param("key") && framed(c.Request()):
		as = "page"
	case token == c.Param("key"):
		as = "html"
	}
	a, stale, err := h.widget(c, widgetAsked{token, as == "html" || as == "page"})
	if errors.Is(err, models.ErrNotFound) {
		return h.noWidget(c, token, as)
	}
	if err != nil {
		return err
	}
	return h.drawWidget(c, a, as, stale)
}

// framed says whether a browser shows the answer itself; servers that paste the card into a page ask plainly.
func framed(r *http.Request) bool {
	if to := r.Header.Get("Sec-Fetch-Dest"); to != "" {
		return to == "iframe" || to == "frame" || to == "document"
	}
	return strings.Contains(r.Header.Get(echo.HeaderAccept), echo.MIMETextHTML)
}

// widget is the number of a key, counted now or a moment ago. stale: the database is out of reach, and this
// is the last number that was known.
func (h *Handlers) widget(c echo.Context, asked widgetAsked) (a *widgetAnswer, stale bool, err error) {
	last := h.widgets.get(asked)
	if last != nil && last.changes == h.Store.Changes() && time.Since(last.at) < widgetLife {
		return last, false, nil
	}
	a, err = h.countWidget(c, asked)
	if errors.Is(err, models.ErrNotFound) {
		h.widgets.forget(asked)
		return nil, false, err
	}
	if err != nil && last != nil {
		h.Log.Warn("the widget's number could not be counted", "error", err)
		return last, true, nil
	}
	if err == nil {
		h.widgets.put(asked, a)
	}
	return a, false, err
}

func (h *Handlers) countWidget(c echo.Context, asked widgetAsked) (*widgetAnswer, error) {
	ctx := c.Request().Context()
	a := &widgetAnswer{changes: h.Store.Changes(), at: time.Now(), drawn: map[string][]byte{}}
	var of models.Account
	var err error
	if a.key, a.zone, of, err = h.Store.Report.WidgetKey(ctx, asked.token); err != nil {
		return nil, err
	}
	a.lang, _, _ = strings.Cut(of.Locale, "-")
	who := a.key.Actor(c.RealIP(), requestID(c))
	if a.number, err = h.Store.Report.WidgetNumber(ctx, who, a.zone, of.Days(), asked.withDays); err != nil {
		return nil, err
	}
	n := a.number
	sum := sha256.Sum256(fmt.Append(nil, n.Total, n.ByChannel, n.Urgent, n.Previous, n.Range.From, n.Range.To,
		n.Days, a.key.Origins, a.lang))
	a.etag = `W/"` + hex.EncodeToString(sum[:12]) + `"`
	return a, nil
}

// noWidget says that a key has been withdrawn; one that never was is not found.
func (h *Handlers) noWidget(c echo.Context, token string, as shape) error {
	withdrawn, err := h.Store.People.KeyWithdrawn(c.Request().Context(), people.KeyWidget, token)
	if err != nil {
		return err
	}
	if !withdrawn {
		return models.ErrNotFound
	}
	if as == "json" {
		return echo.NewHTTPError(http.StatusGone, "This widget has been turned off.")
	}
	h.widgetHeaders(c, "*")
	card := views.WidgetCard{
		State: "withdrawn",
		Theme: c.QueryParam("theme"),
		Now:   h.Store.Now(),
		Zone:  time.UTC,
	}
	page := map[shape]templ.Component{"svg": views.WidgetBadge(card), "html": views.Widget(card),
		"page": views.WidgetPage(card)}[as]
	body, err := drawn(c.Request().Context(), page)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusGone, shapeTypes[as], body)
}
