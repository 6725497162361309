package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// widgetLife is how long a counted number is taken for true when another process may have changed it. Changes of this
// process are seen at once.
const (
	widgetLife = 5 * time.Second
	widgetMost = 2000 // keys kept in memory
)

// widgetAnswer is one counted number, ready to be drawn.
type widgetAnswer struct {
	key     models.Key
	number  models.WidgetNumber
	zone    *time.Location
	lang    string
	etag    string
	changes uint64
	at      time.Time
	drawn   map[string][]byte // by shape and theme
}

// widgetAsked is what a number was counted for: a card draws the days of its window, JSON and the badge do not.
type widgetAsked struct {
	token    string
	withDays bool
}

// widgets keeps the last answers of each key: the number is asked for often and changes seldom.
type widgets struct {
	mu   sync.Mutex
	last map[widgetAsked]*widgetAnswer
}

func (w *widgets) get(asked widgetAsked) *widgetAnswer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last[asked]
}

func (w *widgets) put(asked widgetAsked, a *widgetAnswer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last == nil || len(w.last) >= widgetMost {
		w.last = map[widgetAsked]*widgetAnswer{}
	}
	w.last[asked] = a
}

func (w *widgets) forget(asked widgetAsked) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.last, asked)
}

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

// widget is the number of a key, counted now or a moment ago. stale: the database is out of reach, and this is the
// last number that was known.
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
	var err error
	if a.key, err = h.Store.KeyByToken(ctx, models.KeyWidget, asked.token); err != nil {
		return nil, err
	}
	who := a.key.Actor(c.RealIP(), requestID(c))
	account, err := h.Store.Account(ctx, who)
	if err != nil {
		return nil, err
	}
	a.zone = account.Location()
	a.lang, _, _ = strings.Cut(account.Locale, "-")
	if a.number, err = h.Store.WidgetNumber(ctx, who, a.zone, asked.withDays); err != nil {
		return nil, err
	}
	n := a.number
	sum := sha256.Sum256(fmt.Append(nil, n.Total, n.ByChannel, n.Urgent, n.Previous, n.Range.From, n.Range.To, n.Days, a.key.Origins, a.lang))
	a.etag = `W/"` + hex.EncodeToString(sum[:12]) + `"`
	return a, nil
}

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

// knowsTag says whether a client has what a tag names; it may name several, or any, and compares weakly (RFC 9110, 13.1.2).
func knowsTag(header, etag string) bool {
	for _, one := range strings.Split(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

var shapeTypes = map[shape]string{"json": "application/json", "svg": "image/svg+xml", "html": "text/html; charset=utf-8", "page": "text/html; charset=utf-8"}

// widgetHeaders let the card be framed by the key's origins and by nobody else.
func (h *Handlers) widgetHeaders(c echo.Context, origins string) {
	header := c.Response().Header()
	if origins == "" {
		origins = "'none'"
	}
	header.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; "+
		"form-action 'none'; frame-ancestors "+origins)
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
	page := map[shape]templ.Component{"svg": views.WidgetBadge(card), "html": views.Widget(card), "page": views.WidgetPage(card)}[as]
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
	card := views.WidgetCard{State: "ok", Theme: theme, Count: n.Total, Email: n.ByChannel[models.Email], SMS: n.ByChannel[models.SMS],
		Urgent: n.Urgent, Previous: n.Previous, AsOf: n.AsOf, Zone: a.zone, Now: h.Store.Now(), URL: h.reportLink()}
	if stale {
		card.State = "stale"
	}
	for _, d := range n.Days {
		card.Spark = append(card.Spark, d.Email+d.SMS)
	}
	return card
}

// reportLink is the report with the widget's window, for people of other sites.
func (h *Handlers) reportLink() string { return h.BaseURL + views.ReportURL(views.ReportQuery{}) }

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

func (h *Handlers) widgetJSON(n models.WidgetNumber) widgetJSON {
	return widgetJSON{Count: n.Total, Days: n.Range.Days() - 1, ByChannel: n.ByChannel, Urgent: min(n.Urgent, models.DueCap),
		Capped: n.Urgent > models.DueCap, Previous: n.Previous, AsOf: n.AsOf, URL: h.reportLink()}
}

// noWidget says that a key has been withdrawn; one that never was is not found.
func (h *Handlers) noWidget(c echo.Context, token string, as shape) error {
	withdrawn, err := h.Store.KeyWithdrawn(c.Request().Context(), models.KeyWidget, token)
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
	card := views.WidgetCard{State: "withdrawn", Theme: c.QueryParam("theme"), Now: h.Store.Now(), Zone: time.UTC}
	page := map[shape]templ.Component{"svg": views.WidgetBadge(card), "html": views.Widget(card), "page": views.WidgetPage(card)}[as]
	body, err := drawn(c.Request().Context(), page)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusGone, shapeTypes[as], body)
}
