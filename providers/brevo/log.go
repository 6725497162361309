package brevo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

func sameAddress(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// logged are the names that the log has for what the webhook calls otherwise.
var logged = map[string]string{
	"requests":    "request",
	"hardBounces": "hard_bounce",
	"softBounces": "soft_bounce",
	"clicks":      "click",
	"invalid":     "invalid_email",
}

// Bounds of what is read of the log at once.
const (
	logPage  = 2500
	mostPage = 40
)

// missed reads the events of a time from Brevo's log, which names days and not hours.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	query := url.Values{
		"startDate": {from.UTC().Format(time.DateOnly)},
		"endDate":   {to.UTC().Format(time.DateOnly)},
		"limit":     {wire.Number(logPage)},
		"sort":      {"asc"},
	}
	var events []models.Event
	for n := range mostPage {
		query.Set("offset", wire.Number(n*logPage))
		var page struct{ Events []json.RawMessage }
		if err := ask(ctx, c, s, http.MethodGet, "/smtp/statistics/events?"+query.Encode()).Decode(&page); err != nil {
			return nil, fmt.Errorf("asking Brevo for its log: %w", err)
		}
		for _, e := range wire.Each(page.Events, models.Email, fromLog) {
			if e.OccurredAt.IsZero() || !e.OccurredAt.Before(from) && !e.OccurredAt.After(to) {
				events = append(events, e)
			}
		}
		if len(page.Events) < logPage {
			return events, nil
		}
	}
	return events, errors.New("the log of that time at Brevo is longer than can be read")
}

// fromLog reads a line of the log as the post that it stands for. The key is its own: what the webhook
// brought already is about the same message, and changes nothing a second time.
func fromLog(raw json.RawMessage) ([]models.Event, error) {
	var line struct{ Event, Email, Date, MessageID, Reason, Tag wire.Text }
	if err := json.Unmarshal(raw, &line); err != nil {
		return nil, err
	}
	name := wire.Pick(logged[string(line.Event)], string(line.Event))
	post, err := json.Marshal(
		map[string]wire.Text{"event": wire.Text(name), "email": line.Email, "message-id": line.MessageID,
			"reason": line.Reason, "tag": line.Tag},
	)
	if err != nil {
		return nil, err
	}
	events, err := event(post)
	for i := range events {
		events[i].OccurredAt, events[i].Raw = wire.Time(line.Date), wire.Own(raw)
		events[i].DedupeKey = wire.Digest("log", name, events[i].ProviderMessageID, string(line.Email),
			string(line.Date))
	}
	return events, err
}
