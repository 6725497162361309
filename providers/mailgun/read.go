package mailgun

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"net/url"
	"strconv"

	"undelivered/models"
	"undelivered/providers/wire"
)

// read verifies a post, of the kind that is JSON or of the old kind that is a form, and reads its one event.
func read(_ context.Context, r wire.Request) (wire.Reading, error) {
	g, raw, err := opened(r)
	if !g.proven(r.Settings["signing_key"]) || !g.fresh(r) {
		return wire.Reading{}, wire.ErrRefused
	}
	reading, err := told(g, raw, err)
	reading.Once = g.once(r)
	return reading, err
}

// reread reads a post that was proven, or its event alone.
func reread(r wire.Request) (wire.Reading, error) {
	g, raw, err := opened(r)
	if errors.Is(err, errNoEvent) {
		g.Token, raw, err = wire.Text(r.EventID), r.Body, nil
	}
	return told(g, raw, err)
}

func told(g signature, raw json.RawMessage, err error) (wire.Reading, error) {
	if err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	events := wire.Each([]json.RawMessage{raw}, models.Email, event)
	for i := range events {
		events[i].ProviderEventID = string(g.Token)
		if events[i].DedupeKey == "" {
			events[i].DedupeKey = string(g.Token)
		}
	}
	return wire.Reading{Events: events}, nil
}

// opened takes a body apart into its signature and its event. An old form becomes an event of the new kind.
func opened(r wire.Request) (signature, json.RawMessage, error) {
	if body := bytes.TrimSpace(wire.Plain(r.Body)); len(body) > 0 && body[0] == '{' {
		var post struct {
			Signature signature
			Event     json.RawMessage `json:"event-data"`
		}
		err := wire.Decode(body, &post)
		if err == nil && len(post.Event) == 0 {
			err = errNoEvent
		}
		return post.Signature, post.Event, err
	}
	form, err := formOf(r)
	if err != nil {
		return signature{}, nil, err
	}
	raw, err := json.Marshal(modern(form))
	return signature{
		wire.Text(form.Get("timestamp")),
		wire.Text(form.Get("token")),
		wire.Text(form.Get("signature")),
	}, raw, err
}

var errNoEvent = errors.New("the post has no event")

func formOf(r wire.Request) (url.Values, error) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return url.ParseQuery(string(r.Body))
	}
	parts, err := multipart.NewReader(bytes.NewReader(r.Body), params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		return nil, err
	}
	return parts.Value, parts.RemoveAll()
}

// oldNames are the events of old forms that have another name today.
var oldNames = map[string]string{"dropped": "failed", "bounced": "failed"}

// modern writes an old form as an event of the new kind.
func modern(form url.Values) map[string]any {
	name := form.Get("event")
	if today, changed := oldNames[name]; changed {
		name = today
	}
	return map[string]any{
		"event": name, "severity": "permanent", "reason": wire.Pick(form.Get("reason"), "bounce"),
		"recipient": form.Get("recipient"), "timestamp": form.Get("timestamp"),
		"message":        map[string]any{"headers": map[string]string{"message-id": form.Get("Message-Id")}},
		"user-variables": map[string]string{wire.AttemptKey: form.Get(wire.AttemptKey)},
		"delivery-status": map[string]string{
			"code":    form.Get("code"),
			"message": wire.Pick(form.Get("error"), form.Get("description")),
		},
	}
}

// item is one event.
type item struct {
	Event, Severity, Reason, Recipient, ID wire.Text
	Timestamp                              wire.Text
	Message                                struct {
		Headers struct {
			To wire.Text
			ID wire.Text `json:"message-id"`
		}
	}
	Variables wire.Fields `json:"user-variables"`
	Flags     wire.Fields
	Status    *struct {
		Code, Message, Description wire.Text
		Enhanced                   wire.Text `json:"enhanced-code"`
		LastMessage                wire.Text `json:"last-message"`
		LastCode                   wire.Text `json:"last-code"`
	} `json:"delivery-status"`
	Reject struct{ Reason, Description wire.Text }
}

// sampleVariable is what the console's test posts carry.
const sampleVariable = "my_var_1"

func event(raw json.RawMessage) ([]models.Event, error) {
	var i item
	if err := wire.Decode(raw, &i); err != nil {
		return nil, err
	}
	if i.Event == "" {
		return nil, errors.New("the event has no type")
	}
	_, sample := i.Variables[sampleVariable]
	e := models.Event{
		Channel: models.Email, Type: models.Unrecognised, ProviderCode: string(i.Event),
		Recipient:         wire.Address(wire.Pick(string(i.Recipient), string(i.Message.Headers.To))),
		ProviderMessageID: wire.MessageID(string(i.Message.Headers.ID)),
		MessageID:         wire.MessageID(string(i.Message.Headers.ID)),
		AttemptRef:        string(i.Variables[wire.AttemptKey]), OccurredAt: wire.Time(i.Timestamp),
		Raw:    wire.Own(raw),
		Sample: sample || i.Flags["is-test-mode"] == "true" || i.Flags["is-system-test"] == "true",
	}
	if i.ID != "" { // a retry is signed anew, but the event stays the same
		e.DedupeKey = string(i.ID) + "|" + strconv.FormatInt(e.OccurredAt.UnixMicro(),
			10) + "|" + string(i.Event)
	}
	if meaning, known := meanings[string(i.Event)]; known {
		e = meaning(e, i)
	}
	return []models.Event{e}, nil
}
