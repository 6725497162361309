package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// drawWidget answers in one shape. The answer may be kept for a minute by whoever asked.
func (h *Handlers) drawWidget(c echo.Context, a *widgetAnswer, as shape, stale bool) error {
	header := c.Response().Header()
	h.widgetHeaders(c, a.key.Origins)
	if !stale {
		header.Set("ETag", a.etag)
		header.Set(echo.HeaderCacheControl, "private, max-age=60")
		if knowsTag(c.Request().Header.Get("If-None-Match"), a.etag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	theme := c.QueryParam("theme")
	if theme != "light" && theme != "dark" {
		theme = "auto"
	}
	body, err := h.widgetBody(a, as, theme, stale)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, shapeTypes[as], body)
}

// knowsTag says whether a client has what a tag names; it may name several, or any, and compares weakly (RFC
// 9110, 13.1.2).
func knowsTag(header, etag string) bool {
	for _, one := range strings.Split(header, ",") {
		if one = strings.TrimSpace(one); one == "*" ||
			strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

var shapeTypes = map[shape]string{
	"json": "application/json",
	"svg":  "image/svg+xml",
	"html": "text/html; charset=utf-8",
	"page": "text/html; charset=utf-8",
}

// widgetHeaders let the card be framed by the key's origins and by nobody else.
func (h *Handlers) widgetHeaders(c echo.Context, origins string) {
	header := c.Response().Header()
	header.Add(echo.HeaderVary, echo.HeaderOrigin)
	if from := c.Request().Header.Get(echo.HeaderOrigin); from != "" &&
		slices.Contains(strings.Fields(origins), from) {
		header.Set(echo.HeaderAccessControlAllowOrigin, from) // a listed page may fetch it by script
	}
	if origins == "" {
		origins = "'none'"
	}
	header.Set(
		echo.HeaderContentSecurityPolicy,
		"default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; "+
			"form-action 'none'; frame-ancestors "+origins,
	)
	header.Add(echo.HeaderVary, "Sec-Fetch-Dest, Accept")
	header.Set(echo.HeaderCacheControl, "no-store")
}

// widgetBody draws a shape once for each count.
func (h *Handlers) widgetBody(a *widgetAnswer, as shape, theme string, stale bool) ([]byte, error) {
	name := string(as) + theme
	h.widgets.mu.Lock()
	body := a.drawn[name]
	h.widgets.mu.Unlock()
	if body != nil && !stale {
		return body, nil
	}
	body, err := h.draw(a, as, theme, stale)
	if err == nil && !stale {
		h.widgets.mu.Lock()
		a.drawn[name] = body
		h.widgets.mu.Unlock()
	}
	return body, err
}

func (h *Handlers) draw(a *widgetAnswer, as shape, theme string, stale bool) ([]byte, error) {
	if as == "json" {
		return json.Marshal(h.widgetJSON(a.number))
	}
	card := h.widgetCard(a, theme, stale)
	page := map[shape]templ.Component{"svg": views.WidgetBadge(card), "html": views.Widget(card),
		"page": views.WidgetPage(card)}[as]
	return drawn(views.WithLang(context.Background(), a.lang), page)
}

func drawn(ctx context.Context, page templ.Component) ([]byte, error) {
	var text strings.Builder
	if err := page.Render(ctx, &text); err != nil {
		return nil, fmt.Errorf("handlers: widget: %w", err)
	}
	return []byte(text.String()), nil
}

func (h *Handlers) widgetCard(a *widgetAnswer, theme string, stale bool) views.WidgetCard {
	n := a.number
	card := views.WidgetCard{
		State:    "ok",
		Theme:    theme,
		Count:    n.Total,
		Email:    n.ByChannel[models.Email],
		SMS:      n.ByChannel[models.SMS],
		Urgent:   n.Urgent,
		Previous: n.Previous,
		AsOf:     n.AsOf,
		Zone:     a.zone,
		Now:      h.Store.Now(),
		URL:      h.reportLink(),
		Days:     n.Range.Days() - 1,
	}
	if stale {
		card.State = "stale"
	}
	for _, d := range n.Days {
		card.Spark = append(card.Spark, d.Email+d.SMS)
	}
	return card
}

// reportLink is the report with the widget's window, for people of other sites.
func (h *Handlers) reportLink() string { return h.BaseURL + views.ReportURL(report.Filter{}) }

type widgetJSON struct {
	Count     int                    `json:"count"`
	Days      int                    `json:"days"`
	ByChannel map[models.Channel]int `json:"by_channel"`
	Urgent    int                    `json:"urgent"`
	Capped    bool                   `json:"urgent_is_capped"`
	Previous  int                    `json:"previous"`
	AsOf      time.Time              `json:"as_of"`
	URL       string                 `json:"url"`
}

func (h *Handlers) widgetJSON(n report.WidgetNumber) widgetJSON {
	return widgetJSON{
		Count:     n.Total,
		Days:      n.Range.Days() - 1,
		ByChannel: n.ByChannel,
		Urgent:    min(n.Urgent, report.DueCap),
		Capped:    n.Urgent > report.DueCap,
		Previous:  n.Previous,
		AsOf:      n.AsOf,
		URL:       h.reportLink(),
	}
}
