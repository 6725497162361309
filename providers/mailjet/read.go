package mailjet

import (
	"encoding/json"
	"errors"

	"undelivered/models"
	"undelivered/providers/wire"
)

// login checks user and password, where they are set.
func login(r wire.Request) bool { return wire.BasicLogin(r, false) }

// reread tells the events of a post apart: an array, or one bare object.
func reread(r wire.Request) (wire.Reading, error) {
	return wire.ReadEach(r, models.Email, event)
}

// item is one event. Message ids are above 2^53 and are kept as text.
type item struct {
	Event, Time, MessageID, Email wire.Text
	CustomID, Payload, URL        wire.Text
	Blocked                       wire.Flag
	Hard                          wire.Flag `json:"hard_bounce"`
	RelatedTo                     wire.Text `json:"error_related_to"`
	Error, Comment, Source        wire.Text
	Reply                         wire.Text `json:"smtp_reply"`
}

func event(raw json.RawMessage) ([]models.Event, error) {
	var i item
	if err := wire.Decode(raw, &i); err != nil {
		return nil, err
	}
	if i.Event == "" {
		return nil, errors.New("the event has no type")
	}
	id := string(i.MessageID)
	if id == "0" {
		id = ""
	}
	e := models.Event{
		Channel: models.Email, Type: models.Unrecognised, Recipient: wire.Address(string(i.Email)),
		ProviderMessageID: id,
		AttemptRef:        wire.Pick(string(i.CustomID), string(i.Payload)), OccurredAt: wire.Time(i.Time),
		ProviderCode: string(i.Event),
		DedupeKey:    wire.Digest(string(i.Event), id, string(i.Email), string(i.Time), string(i.URL)),
		Diagnostic:   wire.Words(wire.Pick(string(i.Comment), string(i.Reply))), Raw: wire.Own(raw),
	}
	if meaning, known := meanings[string(i.Event)]; known {
		e = meaning(e, i)
	}
	return []models.Event{e}, nil
}

// meanings say what each kind of event is for us.
var meanings = map[string]func(models.Event, item) models.Event{
	"sent":    is(models.Delivered), // the receiving server has taken it
	"open":    is(models.Opened),
	"click":   is(models.Clicked),
	"bounce":  failed,
	"blocked": failed,
	"spam":    about("complaint"),
	"unsub":   about("unsubscribe"),
}

func is(t models.EventType) func(models.Event, item) models.Event { return wire.Is[item](t) }

func about(kind string) func(models.Event, item) models.Event {
	return func(e models.Event, i item) models.Event {
		e.SuppressionKind = kind
		return wire.Failure(e, "mailjet", string(i.Event))
	}
}

// listed are the errors of an address that stands on Mailjet's list, by the kind of its entry.
var listed = map[wire.Text]string{
	"preblocked":    "bounce",
	"blacklisted":   "bounce",
	"spam reporter": "complaint",
}

// failed reads Mailjet's table of errors; an error that is not in it is explained by the server's words.
func failed(e models.Event, i item) models.Event {
	e.ProviderCode = string(i.RelatedTo) + "/" + string(i.Error)
	if i.Error == "greylisted" {
		return wire.Deferral(e, "mailjet", "greylisted")
	}
	if e.SuppressionKind = listed[i.Error]; bool(i.Blocked) {
		e.SuppressionKind = "bounce"
	}
	e = wire.Failure(e, "mailjet", string(i.Error))
	if i.Event == "bounce" && !bool(i.Hard) && e.Reason != "domain-unknown" && i.Error != "user unknown" {
		e = wire.Soften(e, models.SoftBounce)
	}
	return e
}
