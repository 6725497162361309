package brevo

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// login checks user and password, where they are set.
func login(r wire.Request) bool { return wire.BasicLogin(r, false) }

// reread tells the events of a post apart: one, or many in an array.
func reread(r wire.Request) (wire.Reading, error) {
	return wire.ReadEach(r, models.Email, event)
}

// item is one event. Its id is the webhook's, not the event's.
type item struct {
	Event, Email, Reason, Subject, Tag wire.Text
	MessageID                          wire.Text `json:"message-id"`
	Custom                             wire.Text `json:"X-Mailin-custom"`
	Epoch                              wire.Text `json:"ts_epoch"`
	EventTime                          wire.Text `json:"ts_event"`
	Time                               wire.Text `json:"ts"`
	Tags                               json.RawMessage
}

func event(raw json.RawMessage) ([]models.Event, error) {
	var i item
	if err := wire.Decode(raw, &i); err != nil {
		return nil, err
	}
	if i.Event == "" || i.Email == "" && i.MessageID == "" {
		return nil, errors.New("the event has no type, or names nothing")
	}
	at := when(i)
	id := wire.MessageID(string(i.MessageID))
	e := models.Event{
		// Brevo's times are known to be out of order
		Channel: models.Email, Type: models.Unrecognised, ByRank: true,
		Recipient: wire.Address(string(i.Email)), ProviderMessageID: id, MessageID: id,
		AttemptRef: attempt(i), OccurredAt: at,
		DedupeKey:  wire.Digest(string(i.Event), id, string(i.Email), at.String(), string(i.Reason)),
		Diagnostic: wire.Words(string(i.Reason)), ProviderCode: string(i.Event), Raw: wire.Own(raw),
	}
	if meaning, known := meanings[string(i.Event)]; known {
		e = meaning(e)
	}
	return []models.Event{e}, nil
}

// when is the first of Brevo's times that is set.
func when(i item) time.Time {
	for _, t := range []wire.Text{i.Epoch, i.EventTime, i.Time} {
		if at := wire.Time(t); !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// attempt is our id: in the custom header, or as a tag.
func attempt(i item) string {
	var tags []string
	_ = wire.Decode(i.Tags, &tags) // other shapes carry none of ours
	for _, text := range append([]string{string(i.Custom), string(i.Tag)}, tags...) {
		if _, rest, found := strings.Cut(text, custom); found {
			id, _, _ := strings.Cut(rest, "|")
			return strings.Trim(strings.TrimSpace(id), `"[]`)
		}
	}
	return ""
}

// meanings say what each kind of event is for us.
var meanings = map[string]func(models.Event) models.Event{
	"request":           is(models.Accepted),
	"delivered":         is(models.Delivered),
	"opened":            is(models.Opened),
	"unique_opened":     is(models.Opened),
	"proxy_open":        is(models.Opened),
	"unique_proxy_open": is(models.Opened),
	"click":             is(models.Clicked),
	"deferred":          deferred,
	"soft_bounce":       softBounced,
	"hard_bounce":       final("bounce"),
	"blocked":           final("bounce"),
	"invalid_email":     final("invalid"),
	"error":             failed,
	"spam":              final("complaint"),
	"complaint":         final("complaint"),
	"unsubscribe":       final("unsubscribe"),
	"unsubscribed":      final("unsubscribe"),
}

func is(t models.EventType) func(models.Event) models.Event {
	return func(e models.Event) models.Event {
		e.Type, e.ProviderCode = t, ""
		return e
	}
}

func deferred(e models.Event) models.Event {
	e.ProviderCode = ""
	return wire.Deferral(e, "brevo")
}

func softBounced(e models.Event) models.Event {
	return wire.Soften(wire.Failure(e, "brevo", "soft_bounce"), models.SoftBounce)
}

// final are failures after which the address is on the list of blocked contacts.
func final(kind string) func(models.Event) models.Event {
	return func(e models.Event) models.Event {
		e.SuppressionKind = kind
		return wire.Failure(e, "brevo", e.ProviderCode)
	}
}

// failed is an error of the message itself, whatever its words resemble.
func failed(e models.Event) models.Event {
	e = wire.Failure(e, "brevo", "error")
	return wire.Soften(e, models.NotDelivered)
}
