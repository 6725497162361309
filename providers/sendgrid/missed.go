package sendgrid

import (
	"context"
	"encoding/json"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// missed reads from the lists what happened in a time without events: bounces and blocks, invalid addresses,
// complaints and unsubscribes. Deliveries are on no list.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	span := "&start_time=" + unix(from) + "&end_time=" + unix(to)
	for _, source := range []struct{ kind, path string }{
		{"bounce", lists[0].path}, {"blocked", "/v3/suppression/blocks"}, {"complaint", lists[1].path},
		{"invalid", lists[2].path}, {"unsubscribe", lists[3].path},
	} {
		err := rows(ctx, c, s, source.path, span, func(r row) error {
			events = append(events, r.event(source.kind))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return events, nil
}

// event is a row of a list as the event that it stands for. The list names neither event nor message: it is
// about the newest message to the address, or a copy of what the webhook did bring about it.
func (r row) event(kind string) models.Event {
	e := models.Event{
		Channel:      models.Email,
		Recipient:    wire.Address(r.Email),
		OccurredAt:   wire.Time(r.Created),
		Probable:     true,
		EnhancedCode: models.EnhancedStatus(r.Status),
		Diagnostic:   wire.Words(r.Reason),
		DedupeKey:    wire.Digest("list", kind, r.Email, string(r.Created)),
	}
	e.Raw, _ = json.Marshal(r) // strings only: it cannot fail
	switch kind {
	case "bounce":
		return bounced(e, item{Type: "bounce", Reason: wire.Text(r.Reason)})
	case "blocked":
		return bounced(e, item{Type: "blocked", Reason: wire.Text(r.Reason)})
	case "invalid":
		return dropped(e, item{Reason: "Invalid"})
	case "complaint":
		return meanings["spamreport"](e, item{})
	}
	return meanings["unsubscribe"](e, item{})
}
