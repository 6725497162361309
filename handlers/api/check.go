package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

type reachJSON struct {
	Prospect    consent.Prospect     `json:"prospect"`
	Address     string               `json:"address"`
	Problem     string               `json:"problem,omitempty"`
	Suggestion  string               `json:"suggestion,omitempty"`
	MailService delivery.MailService `json:"mail_service,omitempty"`
	OptedOut    []optOutJSON         `json:"opted_out"`
	Listed      []suppressionJSON    `json:"listed"`
	Soft        int                  `json:"soft_failures"`
	Last        *lastJSON            `json:"last,omitempty"`
}

type lastJSON struct {
	Notification string              `json:"notification"`
	Outcome      models.AttemptState `json:"outcome"`
	Status       models.Status       `json:"status,omitempty"`
	Reason       string              `json:"reason,omitempty"`
	At           time.Time           `json:"at"`
}

// Check answers before anything is sent: will a message reach this address? It keeps nothing.
func (h *API) Check(c echo.Context) error {
	var body struct {
		Channel models.Channel `json:"channel"`
		To      string         `json:"to"`
	}
	if err := readJSON(c, &body); err != nil {
		return err
	}
	if body.Channel != models.Email && body.Channel != models.SMS {
		return models.Invalid{"channel": {Key: "error.channel"}}
	}
	ctx, a := c.Request().Context(), handlers.Actor(c)
	r, err := h.Pages.Store.Consent.Reach(ctx, a, body.Channel, body.To)
	if err != nil {
		return err
	}
	var mail delivery.MailService
	if r.Channel == models.Email && r.Problem == "" && h.Pages.Directory.MX != nil {
		mail = h.Pages.Directory.TakesMail(ctx, models.DomainOf(models.Email, r.Value))
		r.NoMail = mail == delivery.MailNo
	}
	answer := reachOf(r)
	answer.MailService = mail
	if r.Problem != "" {
		answer.Problem = views.T(ctx, r.Problem)
	}
	answer.Listed, err = h.listings(c, r.Listings)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

func reachOf(r consent.Reach) reachJSON {
	answer := reachJSON{Prospect: r.Prospect(), Address: r.Value, Suggestion: r.Likely,
		OptedOut: []optOutJSON{}, Soft: r.Soft}
	for _, o := range r.OptOuts {
		answer.OptedOut = append(answer.OptedOut, optOutJSON{o.Cause, o.OccurredAt.UTC()})
	}
	if last := r.Last; last.ID != "" {
		answer.Last = &lastJSON{
			last.NotificationID,
			last.Outcome,
			last.Status,
			last.Reason,
			last.DecidedAt.UTC(),
		}
	}
	return answer
}

// listings are entries with the provider that keeps each.
func (h *API) listings(c echo.Context, entries []models.Suppression) ([]suppressionJSON, error) {
	all := []suppressionJSON{}
	for _, entry := range entries {
		connection, err := h.Pages.Store.Connection.Connection(c.Request().Context(), handlers.Actor(c),
			entry.ConnectionID)
		if err != nil && !errors.Is(err, models.ErrNotFound) { // a connection that was removed has no name
			return nil, err
		}
		all = append(all, suppressionOf(entry, connection.Provider))
	}
	return all, nil
}
