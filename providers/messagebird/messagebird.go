// Package messagebird speaks with MessageBird's classic SMS interface: texts and their signed reports.
package messagebird

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is MessageBird's row.
var Provider = wire.Provider{
	Code:     "messagebird",
	Name:     "MessageBird",
	Channels: []models.Channel{models.SMS},
	Fields: []wire.Field{
		{
			Key:      "signing_key",
			Label:    "Signing key",
			For:      wire.Receive,
			Required: true,
			Secret:   true,
			Hint:     "Dashboard, Developers settings; not the access key.",
		},
		{Key: "access_key", Label: "Access key", For: wire.Sending, Required: true, Secret: true},
		{
			Key:      "from",
			Label:    "From",
			For:      wire.Sending,
			Required: true,
			Hint:     "A number of yours, or a name of up to 11 letters.",
		},
	},
	BodyLimit:  1 << 20,
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusServiceUnavailable,
	RetriesFor: time.Hour,
	Settling:   72 * time.Hour,
	Manual:     map[string]string{"unsubscribe": "your customer, by texting START to the number that wrote"},
	Read:       wire.Proven(proven, reread),
	Reread:     reread,
	Send:       send,
	Missed:     missed,
	Find:       find,
	Test:       test,
}

const host = "https://rest.messagebird.com"

// send hands one text over. The attempt travels as its reference.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	body := map[string]any{
		"originator": wire.Figures(wire.Pick(m.From, s["from"])),
		"recipients": []string{wire.Figures(m.To)},
		"body":       m.Text,
		"reference":  m.AttemptID,
		"datacoding": "auto",
	}
	if m.CallbackURL != "" {
		body["reportUrl"] = m.CallbackURL
	}
	call, err := wire.JSON(http.MethodPost, host+"/messages", body)
	if err != nil {
		return wire.Receipt{Outcome: wire.Refused, Err: err, Reason: "sms-bad-parameter"}
	}
	return receipt(c.Do(ctx, call.With("Authorization", "AccessKey "+s["access_key"])))
}

func receipt(a wire.Response) wire.Receipt {
	var body struct {
		ID     string
		Errors []struct {
			Code                   int
			Description, Parameter string
		}
	}
	err := wire.Decode(a.Body, &body)
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		if r.ProviderMessageID = body.ID; err != nil || body.ID == "" {
			r.Outcome, r.Err = wire.Open, errors.New("the answer has no message id")
		}
		return r
	}
	if len(body.Errors) == 0 {
		return r.Explain(models.SMS, "messagebird", a.Words())
	}
	first := body.Errors[0]
	return r.Explain(
		models.SMS,
		"messagebird",
		first.Description,
		refusalCode(first.Code, first.Parameter)...)
}

// refusalCode is the dictionary's code of a refusal. The numbers of refusals are not those of reports, where
// 2 is an unknown subscriber; only that of the empty purse is in the dictionary.
func refusalCode(code int, parameter string) []string {
	switch {
	case code == 25:
		return []string{"25"}
	case (code == 9 || code == 10) && strings.HasPrefix(parameter, "recipient"):
		return []string{"invalid_recipient"}
	}
	return nil
}

// test proves the login by reading the balance.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	return get(ctx, c, s, "/balance", nil)
}

func get(ctx context.Context, c *wire.Client, s wire.Settings, path string, into any) error {
	call := wire.Call{Method: http.MethodGet, URL: host + path}
	if err := c.Do(ctx, call.With("Authorization", "AccessKey "+s["access_key"])).Decode(into); err != nil {
		return fmt.Errorf("asking MessageBird: %w", err)
	}
	return nil
}

// clockSkew is how far MessageBird's clock may be from ours.
const clockSkew = time.Minute

// proven checks the token: signed with our key, for this address and this body, and not run out.
func proven(r wire.Request) bool {
	claims, ok := wire.TokenClaims(r.Header.Get("Messagebird-Signature-Jwt"), r.Settings["signing_key"])
	if !ok || claims["iss"] != "MessageBird" ||
		!strings.EqualFold(string(claims["url_hash"]), digest([]byte(r.URL))) {
		return false
	}
	from, until := wire.Time(claims["nbf"]), wire.Time(claims["exp"])
	if until.IsZero() || r.Now().After(until.Add(clockSkew)) || r.Now().Before(from.Add(-clockSkew)) {
		return false
	}
	body := string(claims["payload_hash"])
	return body == "" && len(r.Body) == 0 || strings.EqualFold(body, digest(r.Body))
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// progress are the statuses that are no failure.
var progress = map[string]models.EventType{
	"scheduled": models.Accepted,
	"sent":      models.Sent,
	"buffered":  models.Sent,
	"delivered": models.Delivered,
}

// failures are those of a final failure.
var failures = map[string]bool{"expired": true, "delivery_failed": true}

// reread reads a report, which comes as the query of a GET, or a text of a customer.
func reread(r wire.Request) (wire.Reading, error) {
	form, raw, err := parameters(r)
	if err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	id, status := form.Get("id"), form.Get("status")
	switch {
	case id == "":
		return wire.Reading{}, fmt.Errorf("%w: no message id", wire.ErrUnreadable)
	case form.Get("originator") != "" && form.Has("body"):
		return wire.Reading{
			Inbound: []wire.Inbound{
				{From: wire.E164(form.Get("originator")), To: wire.E164(form.Get("recipient")),
					Text: form.Get(
						"body",
					), ID: id, OccurredAt: wire.Time(wire.Text(form.Get("createdDatetime"))), Raw: raw},
			},
		}, nil
	case status == "":
		return wire.Reading{}, fmt.Errorf("%w: no status", wire.ErrUnreadable)
	}
	e := unified(status,
		told{id, form.Get("statusDatetime"), form.Get("statusReason"), form.Get("statusErrorCode")})
	e.Recipient, e.AttemptRef, e.Raw = wire.E164(form.Get("recipient")), form.Get("reference"), raw
	return wire.Reading{Events: []models.Event{e}}, nil
}

// told is what goes with a status, in a report and in the log alike.
type told struct{ id, at, reason, code string }

// unified puts a status into our words.
func unified(status string, t told) models.Event {
	e := models.Event{
		DedupeKey:         t.id + "|" + status + "|" + t.at,
		ProviderMessageID: t.id,
		Channel:           models.SMS,
		Type:              models.Unrecognised,
		Diagnostic:        t.reason,
		ProviderCode:      t.code,
		OccurredAt:        wire.Time(wire.Text(t.at)),
	}
	if known, ok := progress[status]; ok {
		e.Type = known
	} else if failures[status] {
		e = wire.TextFailure(e, "messagebird", t.reason, strings.ToLower(t.reason), t.code)
	}
	return e
}

// parameters are those of the query, or of a form or JSON body.
func parameters(r wire.Request) (url.Values, []byte, error) {
	if len(r.Body) == 0 {
		return r.Query, []byte(r.Query.Encode()), nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var fields map[string]wire.Text
		if err := wire.Decode(r.Body, &fields); err != nil {
			return nil, nil, err
		}
		form := url.Values{}
		for name, value := range fields {
			form.Set(name, string(value))
		}
		return form, r.Body, nil
	}
	form, err := url.ParseQuery(string(r.Body))
	return form, r.Body, err
}
