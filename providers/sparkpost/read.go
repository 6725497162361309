package sparkpost

import (
	"encoding/json"
	"errors"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// login checks user and password.
func login(r wire.Request) bool { return wire.BasicLogin(r, true) }

// reread tells the events of a post apart. The console's ping holds none.
func reread(r wire.Request) (wire.Reading, error) {
	return wire.ReadEach(r, models.Email, unwrapped)
}

// unwrapped takes an event out of its wrapping, whose one field names the kind of event.
func unwrapped(raw json.RawMessage) ([]models.Event, error) {
	var wrapping struct {
		Msys map[string]json.RawMessage
	}
	if err := wire.Decode(raw, &wrapping); err != nil {
		return nil, err
	}
	if wrapping.Msys == nil { // as it is kept
		return event(raw)
	}
	var events []models.Event
	for _, inner := range wrapping.Msys {
		found, err := event(inner)
		if err != nil {
			return nil, err
		}
		events = append(events, found...)
	}
	return events, nil
}

// item is one event, of a post or of the events' log.
type item struct {
	Type, Timestamp, Reason wire.Text
	ID                      wire.Text   `json:"event_id"`
	Transmission            wire.Text   `json:"transmission_id"`
	To                      wire.Text   `json:"rcpt_to"`
	RawTo                   wire.Text   `json:"raw_rcpt_to"`
	Meta                    wire.Fields `json:"rcpt_meta"`
	Class                   wire.Text   `json:"bounce_class"`
	Code                    wire.Text   `json:"error_code"`
	RawReason               wire.Text   `json:"raw_reason"`
}

func event(raw json.RawMessage) ([]models.Event, error) {
	var i item
	if err := wire.Decode(raw, &i); err != nil {
		return nil, err
	}
	if i.Type == "" {
		return nil, errors.New("the event has no type")
	}
	e := models.Event{
		Channel: models.Email, Type: models.Unrecognised, ProviderEventID: string(i.ID),
		DedupeKey: string(i.ID), ProviderCode: string(i.Type),
		Recipient:         wire.Address(wire.Pick(string(i.RawTo), string(i.To))),
		ProviderMessageID: string(i.Transmission),
		AttemptRef:        string(i.Meta[wire.AttemptKey]), OccurredAt: wire.Time(i.Timestamp),
		SMTPCode:   models.ReplyCode(string(i.Code)),
		Diagnostic: wire.Words(wire.Pick(string(i.RawReason), string(i.Reason))), Raw: wire.Own(raw),
	}
	if e.DedupeKey == "" {
		e.DedupeKey = wire.Digest(string(i.Type), string(i.Transmission), e.Recipient, string(i.Timestamp),
			string(i.Class), e.Diagnostic)
	}
	if meaning, known := meanings[string(i.Type)]; known {
		e = meaning(e, i)
	}
	return []models.Event{e}, nil
}

// meanings say what each kind of event is for us.
var meanings = map[string]func(models.Event, item) models.Event{
	"injection":            is(models.Accepted),
	"delivery":             is(models.Delivered),
	"open":                 is(models.Opened),
	"initial_open":         is(models.Opened),
	"amp_open":             is(models.Opened),
	"amp_initial_open":     is(models.Opened),
	"click":                is(models.Clicked),
	"amp_click":            is(models.Clicked),
	"delay":                delayed,
	"bounce":               bounced,
	"out_of_band":          bounced,
	"policy_rejection":     rejected,
	"generation_rejection": rejected,
	"generation_failure":   unmade,
	"spam_complaint":       about("complaint"),
	"list_unsubscribe":     about("unsubscribe"),
	"link_unsubscribe":     about("unsubscribe"),
}

func is(t models.EventType) func(models.Event, item) models.Event { return wire.Is[item](t) }

func about(kind string) func(models.Event, item) models.Event {
	return func(e models.Event, i item) models.Event {
		e.SuppressionKind = kind
		return wire.Failure(e, "sparkpost", string(i.Type))
	}
}

func delayed(e models.Event, i item) models.Event {
	e.ProviderCode = string(i.Class)
	return wire.Deferral(e, "sparkpost", string(i.Class))
}

// softened are the classes that are no verdict on the address, whatever the words, with what they are
// instead.
var softened = map[wire.Text]models.Status{
	"1": models.NotDelivered, "20": models.SoftBounce, "21": models.SoftBounce, "24": models.SoftBounce,
	"25": models.NotDelivered,
	"40": models.SoftBounce, "50": models.Blocked, "51": models.Blocked, "70": models.SoftBounce,
}

// bounced reads a bounce by its class and its words.
func bounced(e models.Event, i item) models.Event {
	e.ProviderCode = string(i.Class)
	switch i.Class {
	case "80":
		e.Type, e.SuppressionKind = models.Resubscribed, "unsubscribe"
		return e
	case "90":
		e.SuppressionKind = "unsubscribe"
	case "10", "30":
		e.SuppressionKind = "bounce"
	}
	e = wire.Failure(e, "sparkpost", string(i.Class))
	if to, soft := softened[i.Class]; soft {
		e = wire.Soften(e, to)
	}
	return e
}

// kinds are the entries that stopped a mail, by the reason.
var kinds = map[string]string{"dropped-bounce": "bounce", "dropped-complaint": "complaint",
	"dropped-unsubscribed": "unsubscribe", "dropped-manual": "manual"}

// rejected was not tried: words that tell of a list say which one, else the event's own name does.
func rejected(e models.Event, i item) models.Event {
	codes := []string{string(i.Type)}
	if strings.Contains(strings.ToLower(e.Diagnostic), "suppressed") {
		codes = nil
	}
	e = wire.Failure(e, "sparkpost", codes...)
	e.SuppressionKind = kinds[e.Reason]
	return e
}

func unmade(e models.Event, i item) models.Event {
	return wire.Failure(e, "sparkpost", string(i.Type))
}
