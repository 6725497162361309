package vonage

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"undelivered/models"
	"undelivered/providers/wire"
)

// read verifies a receipt or a text of a customer and reads it, of either interface.
func read(_ context.Context, r wire.Request) (wire.Reading, error) {
	body, err := parameters(r)
	if err != nil {
		// What cannot be read cannot be proven either, where proof is asked for.
		if r.Settings["signature_secret"] != "" {
			return wire.Reading{}, wire.ErrRefused
		}
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	if !proven(r, body) {
		return wire.Reading{}, wire.ErrRefused
	}
	return told(r, body)
}

// reread reads what was proven.
func reread(r wire.Request) (wire.Reading, error) {
	body, err := parameters(r)
	if err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	return told(r, body)
}

func told(r wire.Request, body fields) (wire.Reading, error) {
	raw := r.Body
	if r.Method == http.MethodGet {
		raw = []byte(r.Query.Encode())
	}
	switch {
	case body["status"] == "" && body["text"] != "":
		return wire.Reading{Inbound: []wire.Inbound{inbound(body, raw)}}, nil
	case body["message_uuid"] != "":
		return wire.Reading{Events: []models.Event{messagesStatus(body, raw)}}, nil
	case body["messageId"] != "" && body["status"] != "":
		return wire.Reading{Events: []models.Event{receiptStatus(body, raw)}}, nil
	}
	return wire.Reading{}, fmt.Errorf("%w: no message id or no status", wire.ErrUnreadable)
}

// fields are the parameters of a call, however they came. An object inside is kept as its JSON.
type fields map[string]string

func parameters(r wire.Request) (fields, error) {
	if r.Method == http.MethodGet {
		return flat(r.Query), nil
	}
	if body := bytes.TrimSpace(wire.Plain(r.Body)); len(body) > 0 && body[0] == '{' {
		var values map[string]wire.Text
		if err := wire.Decode(body, &values); err != nil {
			return nil, err
		}
		f := fields{}
		for name, value := range values {
			f[name] = string(value)
		}
		return f, nil
	}
	form, err := url.ParseQuery(string(r.Body))
	return flat(form), err
}

func flat(values url.Values) fields {
	f := fields{}
	for name := range values {
		f[name] = values.Get(name)
	}
	return f
}

// progress are the statuses of both interfaces that are no failure.
var progress = map[string]models.EventType{"accepted": models.Accepted, "submitted": models.Accepted,
	"buffered": models.Sent, "delivered": models.Delivered, "read": models.Opened}

// failures are those of a final failure.
var failures = map[string]bool{
	"expired":       true,
	"failed":        true,
	"rejected":      true,
	"unknown":       true,
	"undeliverable": true,
}

// receiptStatus reads a receipt of the SMS interface. In it "to" is our sender, and msisdn the customer.
func receiptStatus(f fields, raw []byte) models.Event {
	e := models.Event{
		DedupeKey:         f["messageId"] + "|" + f["status"] + "|" + f["err-code"],
		ProviderMessageID: f["messageId"],
		Recipient:         wire.E164(f["msisdn"]),
		AttemptRef:        f["client-ref"],
		OccurredAt:        wire.Time(wire.Text(f["message-timestamp"])),
	}
	codes := []string{f["err-code"]}
	if f["status"] == "expired" {
		codes = []string{"expired", f["err-code"]}
	}
	return finish(e, f["status"], f["err-code"], raw, codes)
}

// messagesStatus reads a status of the Messages interface. Its numbers could not be confirmed: its words
// count.
func messagesStatus(f fields, raw []byte) models.Event {
	var failure struct {
		Title  wire.Text
		Detail string
	}
	_ = wire.Decode([]byte(f["error"]), &failure) // no object: no details
	e := models.Event{DedupeKey: f["message_uuid"] + "|" + f["status"], ProviderMessageID: f["message_uuid"],
		Recipient: wire.E164(
			f["to"],
		), AttemptRef: f["client_ref"], OccurredAt: wire.Time(wire.Text(f["timestamp"])), Diagnostic: failure.Detail}
	return finish(e, f["status"], string(failure.Title), raw, nil)
}

func finish(e models.Event, status, code string, raw []byte, codes []string) models.Event {
	e.Channel, e.Raw, e.ProviderCode, e.Type = models.SMS, raw, code, models.Unrecognised
	if t, ok := progress[status]; ok {
		e.Type = t
		return e
	}
	if failures[status] {
		return wire.TextFailure(e, "vonage", codes...)
	}
	return e
}

// inbound reads a text of a customer, of either interface.
func inbound(f fields, raw []byte) wire.Inbound {
	return wire.Inbound{
		From:       wire.E164(wire.Pick(f["msisdn"], f["from"])),
		To:         wire.E164(f["to"]),
		Text:       f["text"],
		ID:         wire.Pick(f["messageId"], f["message_uuid"]),
		Raw:        raw,
		OccurredAt: wire.Time(wire.Text(wire.Pick(f["message-timestamp"], f["timestamp"]))),
	}
}
