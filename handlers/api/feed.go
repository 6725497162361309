package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/report"
)

type eventJSON struct {
	ID              string           `json:"id"`
	Connection      string           `json:"connection"`
	Provider        string           `json:"provider"`
	ProviderEventID string           `json:"provider_event_id"`
	Recipient       string           `json:"recipient"`
	Channel         models.Channel   `json:"channel"`
	Type            models.EventType `json:"type"`
	Status          models.Status    `json:"status"`
	Reason          string           `json:"reason"`
	SMTPCode        int              `json:"smtp_code"`
	EnhancedCode    string           `json:"enhanced_code"`
	ProviderCode    string           `json:"provider_code"`
	Diagnostic      string           `json:"diagnostic"`
	OccurredAt      time.Time        `json:"occurred_at"`
	ReceivedAt      time.Time        `json:"received_at"`
	Copies          int              `json:"copies"`
	State           string           `json:"state"`
	Notification    string           `json:"notification"`
	OptedOut        bool             `json:"opted_out"`
}

func eventOf(e models.Event, provider string, optedOut bool) eventJSON {
	return eventJSON{
		ID:              e.ID,
		Connection:      e.ConnectionID,
		Provider:        provider,
		ProviderEventID: e.ProviderEventID,
		Recipient:       e.Recipient,
		Channel:         e.Channel,
		Type:            e.Type,
		Status:          statusOfEvent(e),
		Reason:          e.Reason,
		SMTPCode:        e.SMTPCode,
		EnhancedCode:    e.EnhancedCode,
		ProviderCode:    e.ProviderCode,
		Diagnostic:      e.Diagnostic,
		OccurredAt:      e.OccurredAt.UTC(),
		ReceivedAt:      e.ReceivedAt.UTC(),
		Copies:          e.Copies,
		State:           string(e.State),
		Notification:    e.NotificationID,
		OptedOut:        optedOut,
	}
}

// statusOfEvent is the status that a type gives; empty for progress and deliveries.
func statusOfEvent(e models.Event) models.Status {
	if e.Type == models.Complaint {
		return models.Spammed
	}
	if s := models.Status(e.Type); s.Valid() {
		return s
	}
	return ""
}

type eventsJSON struct {
	Items []eventJSON `json:"items"`
	Next  *string     `json:"next"`
}

// feedQuery reads connection, since, after and limit.
func feedQuery(c echo.Context) (report.FeedQuery, error) {
	q := report.FeedQuery{Connection: c.QueryParam("connection"), After: c.QueryParam("after")}
	bad := models.Invalid{}
	var err error
	if since := c.QueryParam("since"); since != "" {
		if q.Since, err = time.Parse(time.RFC3339, strings.ReplaceAll(since, " ", "+")); err != nil {
			bad["since"] = models.Problem{Key: "error.time"}
		}
	}
	if err := bad.Err(); err != nil {
		return q, err
	}
	q.Limit, err = limitOf(c)
	return q, err
}

// Events is what arrived and what we understood, newest last.
func (h *API) Events(c echo.Context) error {
	q, err := feedQuery(c)
	if err != nil {
		return err
	}
	events, next, err := h.Pages.Store.Report.EventFeed(c.Request().Context(), handlers.Actor(c), q)
	if err != nil {
		return err
	}
	answer := eventsJSON{Items: []eventJSON{}, Next: orNull(next)}
	for _, e := range events {
		answer.Items = append(answer.Items, eventOf(e.Event, e.Provider, e.OptedOut))
	}
	return c.JSON(http.StatusOK, answer)
}

type suppressionJSON struct {
	ID           string         `json:"id"`
	Connection   string         `json:"connection"`
	Provider     string         `json:"provider"`
	Channel      models.Channel `json:"channel"`
	Address      string         `json:"address"`
	Kind         string         `json:"kind"`
	Reason       string         `json:"reason"`
	ListedAt     time.Time      `json:"listed_at"`
	SeenAt       *time.Time     `json:"seen_at,omitempty"`
	Times        int            `json:"times"`
	Notification string         `json:"notification,omitempty"`
}

type suppressionsJSON struct {
	Items []suppressionJSON `json:"items"`
	Next  *string           `json:"next"`
}

func suppressionOf(s models.Suppression, provider string) suppressionJSON {
	return suppressionJSON{
		ID:           s.ID,
		Connection:   s.ConnectionID,
		Provider:     provider,
		Channel:      s.Channel,
		Address:      s.Address,
		Kind:         s.Kind,
		Reason:       s.ProviderReason,
		ListedAt:     s.ListedAt.UTC(),
		SeenAt:       utc(s.SeenAt),
		Times:        s.Times,
		Notification: s.NotificationID,
	}
}

// Suppressions is what providers list, newest first.
func (h *API) Suppressions(c echo.Context) error {
	q, err := feedQuery(c)
	if err != nil {
		return err
	}
	listed, next, err := h.Pages.Store.Report.SuppressionFeed(c.Request().Context(), handlers.Actor(c), q)
	if err != nil {
		return err
	}
	answer := suppressionsJSON{Items: []suppressionJSON{}, Next: orNull(next)}
	for _, s := range listed {
		answer.Items = append(answer.Items, suppressionOf(s.Suppression, s.Provider))
	}
	return c.JSON(http.StatusOK, answer)
}
