// Package resend speaks with Resend: its webhook (signed in the Svix scheme), its emails, its suppressions
// and its list of sent mail.
package resend

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is Resend's row.
var Provider = wire.Provider{
	Code:     "resend",
	Name:     "Resend",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{
			Key:      "signing_secret",
			Label:    "Signing secret",
			For:      wire.Receive,
			Required: true,
			Secret:   true,
			Hint:     "Of the webhook; begins with whsec_.",
		},
		{
			Key:      "api_key",
			Label:    "API key",
			For:      wire.Sending,
			Required: true,
			Secret:   true,
			Hint:     "Begins with re_; with full access it also clears addresses.",
		},
		{Key: "from", Label: "From", For: wire.Sending, Required: true, Hint: "At a verified domain."},
	},
	Unstored:     http.StatusServiceUnavailable,
	Busy:         http.StatusTooManyRequests,
	RetriesFor:   28 * time.Hour,
	Repeats:      24 * time.Hour,
	Settling:     72 * time.Hour,
	Read:         wire.Proven(proven, reread),
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: find, List: list, Delete: remove},
	Missed:       missed,
	Find:         search,
	Test:         test,
	Selectors:    []string{"resend"},
}

const host = "https://api.resend.com"

type tag struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// mail is the body of a hand-over.
type mail struct {
	From    string            `json:"from"`
	To      []string          `json:"to"`
	Subject string            `json:"subject"`
	Text    string            `json:"text,omitempty"`
	HTML    string            `json:"html,omitempty"`
	ReplyTo string            `json:"reply_to,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Tags    []tag             `json:"tags"`
}

// send hands one mail over. Resend recognises a repeated key for a day.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	body := mail{
		From:    wire.Pick(m.From, s["from"]),
		To:      []string{wire.WithName(m.ToName, m.To)},
		Subject: m.Subject,
		Text:    m.Text,
		HTML:    m.HTML,
		ReplyTo: m.ReplyTo,
		Headers: m.Headers,
		Tags:    []tag{{wire.AttemptKey, m.AttemptID}},
	}
	call, err := wire.JSON(http.MethodPost, host+"/emails", body)
	if err != nil {
		return wire.NotTaken(err)
	}
	call = call.With("Authorization", "Bearer "+s["api_key"])
	if m.Repeatable != "" {
		call = call.With("Idempotency-Key", m.Repeatable)
	}
	return receipt(c.Do(ctx, call))
}

func receipt(a wire.Response) wire.Receipt {
	var body struct{ ID, Name, Message string }
	_ = json.Unmarshal(a.Body, &body) // unreadable is without an id, and without words
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		return wire.WithID(r, body.ID)
	}
	codes := wire.StatusCodes(a.Status, body.Message, "domain not verified")
	if a.Status == http.StatusForbidden && notVerified(body.Message) {
		codes = append([]string{"403:domain not verified"}, codes...)
	}
	if body.Name != "" && aboutAddress(body.Message) {
		codes = append([]string{wire.Number(a.Status) + ":" + body.Name}, codes...)
	}
	return r.Explain(models.Email, "resend", wire.Pick(body.Message, a.Words()), codes...)
}

// ask makes one request that is no hand-over.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, method, path string) wire.Response {
	return c.Do(ctx,
		wire.Call{Method: method, URL: host + path}.With("Authorization", "Bearer "+s["api_key"]))
}

// test proves the key by reading the domains. A key that may only send says so, and that is proof enough.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	a := ask(ctx, c, s, http.MethodGet, "/domains")
	var no struct{ Name string }
	if a.Status == http.StatusUnauthorized && json.Unmarshal(a.Body, &no) == nil &&
		no.Name == "restricted_api_key" {
		return nil
	}
	if err := a.Decode(nil); err != nil {
		return fmt.Errorf("asking Resend: %w", err)
	}
	return nil
}

// row is one entry of the list.
type row struct {
	ID, Email, Origin string
	Created           wire.Text `json:"created_at"`
}

// kinds are the kinds of entries, by what made them.
var kinds = map[string]string{"bounce": "bounce", "complaint": "complaint", "manual": "manual"}

func (r row) entry() wire.Entry {
	return wire.Entry{
		Address: r.Email,
		Kind:    wire.Pick(kinds[r.Origin], "manual"),
		Reason:  r.Origin,
		Since:   wire.Time(r.Created),
	}
}

// find asks for the entry of one address; 404 is none.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	a := ask(ctx, c, s, http.MethodGet, "/suppressions/"+url.PathEscape(address))
	if a.Err == nil && a.Status == http.StatusNotFound {
		return nil, nil
	}
	var found row
	if err := a.Decode(&found); err != nil {
		return nil, fmt.Errorf("asking Resend for a suppression: %w", err)
	}
	return []wire.Entry{found.entry()}, nil
}

// list reads the whole list.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	return pages(ctx, c, s, "/suppressions", func(raw json.RawMessage) (string, error) {
		var r row
		if err := json.Unmarshal(raw, &r); err != nil {
			return "", fmt.Errorf("reading Resend's suppressions: %w", err)
		}
		return r.ID, each(r.entry())
	})
}

// remove takes one address off the list, whatever made the entry.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, _ string) wire.Cleared {
	return wire.Clearing(ask(ctx, c, s, http.MethodDelete, "/suppressions/"+url.PathEscape(address)))
}
