// Package plivo speaks with Plivo: texts and their signed callbacks.
package plivo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is Plivo's row.
var Provider = wire.Provider{
	Code:     "plivo",
	Name:     "Plivo",
	Channels: []models.Channel{models.SMS},
	Fields: []wire.Field{
		{
			Key:      "auth_token",
			Label:    "Auth token",
			For:      wire.Receive,
			Required: true,
			Secret:   true,
			Hint:     "Plivo signs its callbacks with it, and it is the password for sending.",
		},
		{
			Key:     "signature_v3",
			Label:   "Take only signatures of version 3",
			For:     wire.Receive,
			Default: "no",
			Options: []string{"no", "yes"},
			Hint: "Version 2 does not cover what a callback says, version 3 does. Yes, once callbacks " +
				"are seen to carry it.",
		},
		{Key: "auth_id", Label: "Auth ID", For: wire.Sending, Required: true},
		{Key: "from", Label: "From", For: wire.Sending, Required: true},
	},
	BodyLimit:  1 << 20,
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusServiceUnavailable,
	RetriesFor: time.Minute,
	Settling:   72 * time.Hour,
	Manual:     map[string]string{"unsubscribe": "your customer, by texting START to the number that wrote"},
	Read:       read,
	Reread:     reread,
	Send:       send,
	Test:       test,
}

const host = "https://api.plivo.com/v1/Account/"

// read takes a proven callback, once.
func read(ctx context.Context, r wire.Request) (wire.Reading, error) {
	reading, err := wire.Proven(proven, reread)(ctx, r)
	if !errors.Is(err, wire.ErrRefused) {
		reading.Once, reading.Insist = once(r), insist(r)
	}
	return reading, err
}

// send hands one text over. The attempt travels in the callback's address.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	body := map[string]any{"src": wire.Pick(m.From, s["from"]), "dst": wire.Figures(m.To), "text": m.Text}
	if m.CallbackURL != "" {
		body["url"], body["method"] = wire.WithQuery(m.CallbackURL, "n", m.AttemptID), http.MethodPost
	}
	call, err := wire.JSON(http.MethodPost, host+url.PathEscape(s["auth_id"])+"/Message/", body)
	if err != nil {
		return wire.Receipt{Outcome: wire.Refused, Err: err, Reason: "sms-bad-parameter"}
	}
	return receipt(c.Do(ctx, call.SignedIn(s["auth_id"], s["auth_token"])))
}

func receipt(a wire.Response) wire.Receipt {
	var body struct {
		UUIDs []string `json:"message_uuid"`
	}
	err := json.Unmarshal(a.Body, &body)
	r := wire.Class(a)
	if r.Outcome != wire.Taken {
		return r.Explain(models.SMS, "plivo", a.Words(), creditCode(a.Status)...)
	}
	if err != nil || len(body.UUIDs) == 0 || body.UUIDs[0] == "" {
		r.Outcome, r.Err = wire.Open, errors.New("the answer has no message id")
		return r
	}
	r.ProviderMessageID = body.UUIDs[0]
	return r
}

// creditCode is the dictionary's code of the one refusal that HTTP has a status for.
func creditCode(status int) []string {
	if status == http.StatusPaymentRequired {
		return []string{"insufficient-credit"}
	}
	return nil
}

// test proves the login by reading the account.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	call := wire.Call{Method: http.MethodGet, URL: host + url.PathEscape(s["auth_id"]) + "/"}
	if err := c.Do(ctx, call.SignedIn(s["auth_id"], s["auth_token"])).Decode(nil); err != nil {
		return fmt.Errorf("asking Plivo: %w", err)
	}
	return nil
}

// progress are the statuses that are no failure.
var progress = map[string]models.EventType{
	"queued":    models.Accepted,
	"sent":      models.Sent,
	"delivered": models.Delivered,
	"read":      models.Opened,
}

// failures are those of a final failure.
var failures = map[string]bool{"undelivered": true, "failed": true, "rejected": true}

// reread reads a callback: the status of a text of ours, or a text of a customer.
func reread(r wire.Request) (wire.Reading, error) {
	form, raw := r.Query, []byte(r.Query.Encode())
	if r.Method != http.MethodGet {
		var err error
		if form, err = url.ParseQuery(string(r.Body)); err != nil {
			return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
		}
		raw = r.Body
	}
	uuid, status := form.Get("MessageUUID"), form.Get("Status")
	switch {
	case uuid == "":
		return wire.Reading{}, fmt.Errorf("%w: no message id", wire.ErrUnreadable)
	case status == "" && form.Has("Text"):
		return wire.Reading{
			Inbound: []wire.Inbound{{From: wire.E164(form.Get("From")), To: wire.E164(form.Get("To")),
				Text: form.Get("Text"), ID: uuid, Raw: raw}},
		}, nil
	case status == "":
		return wire.Reading{}, fmt.Errorf("%w: no status", wire.ErrUnreadable)
	}
	e := models.Event{
		DedupeKey:         uuid + "|" + wire.Pick(form.Get("Sequence"), status),
		ProviderMessageID: uuid,
		Channel:           models.SMS,
		Type:              models.Unrecognised,
		Recipient:         wire.E164(form.Get("To")),
		AttemptRef:        r.Query.Get("n"),
		Raw:               raw,
		ProviderCode:      form.Get("ErrorCode"),
		OccurredAt:        wire.Time(wire.Text(form.Get("DeliveryReportTime"))),
	}
	if parent := form.Get("ParentMessageUUID"); parent != "" && parent != uuid { // a part of a long text
		e.ProviderMessageID, e.MessageID = parent, uuid
	}
	if t, ok := progress[status]; ok {
		e.Type = t
	} else if failures[status] {
		e = wire.TextFailure(e, "plivo", form.Get("ErrorCode"))
	}
	return wire.Reading{Events: []models.Event{e}}, nil
}
