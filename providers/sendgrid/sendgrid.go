// Package sendgrid speaks with Twilio SendGrid: its event webhook, its mail interface and its suppression
// lists.
package sendgrid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is SendGrid's row.
var Provider = wire.Provider{
	Code:     "sendgrid",
	Name:     "SendGrid",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{Key: "public_key", Label: "Verification key", For: wire.Receive, Required: true,
			Hint: "Settings, Mail Settings, Event Webhook: switch Signature Verification on and copy the key."},
		{
			Key:      "api_key",
			Label:    "API key",
			For:      wire.Sending,
			Required: true,
			Secret:   true,
			Hint: "Begins with SG. and may send mail; with the scope Suppressions it also clears " +
				"addresses.",
		},
		{
			Key:     "region",
			Label:   "Region",
			For:     wire.Sending,
			Default: "global",
			Options: []string{"global", "eu"},
		},
		{
			Key:      "from",
			Label:    "From",
			For:      wire.Sending,
			Required: true,
			Hint:     "A verified sender, such as Harbour Street Clinic <reminders@example.org>.",
		},
		{Key: "subuser", Label: "Subuser", For: wire.Clear, Hint: "Only when the lists belong to a subuser."},
	},
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusTooManyRequests,
	RetriesFor: 24 * time.Hour,
	Settling:   72 * time.Hour,
	Read:       wire.Proven(proven, reread),
	Reread:     reread,
	Send:       send,
	Suppressions: &wire.Suppressions{
		Find: find, List: list, Delete: remove,
	},
	Missed:    missed,
	Test:      test,
	SPF:       []string{"sendgrid.net"},
	Selectors: []string{"s1", "s2"},
}

// hosts are where the interface lives, by region.
var hosts = map[string]string{"eu": "https://api.eu.sendgrid.com"}

func host(s wire.Settings) string {
	if h, known := hosts[s["region"]]; known {
		return h
	}
	return "https://api.sendgrid.com"
}

type mailbox struct {
	Email string `json:"email"`
	Name  string `json:"name,omitempty"`
}

type part struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type personalization struct {
	To         []mailbox         `json:"to"`
	CustomArgs map[string]string `json:"custom_args"`
}

// mail is the body of a hand-over.
type mail struct {
	Personalizations []personalization `json:"personalizations"`
	From             mailbox           `json:"from"`
	ReplyTo          *mailbox          `json:"reply_to,omitempty"`
	Subject          string            `json:"subject"`
	Content          []part            `json:"content"`
	Headers          map[string]string `json:"headers,omitempty"`
}

func compose(s wire.Settings, m wire.Message) mail {
	name, address := wire.NameAndAddress(wire.Pick(m.From, s["from"]))
	body := mail{
		Personalizations: []personalization{{To: []mailbox{{Email: m.To, Name: m.ToName}},
			CustomArgs: map[string]string{wire.AttemptKey: m.AttemptID}}},
		From: mailbox{Email: address, Name: name}, Subject: m.Subject, Headers: m.Headers,
	}
	if m.ReplyTo != "" {
		name, address := wire.NameAndAddress(m.ReplyTo)
		body.ReplyTo = &mailbox{Email: address, Name: name}
	}
	if m.Text != "" || m.HTML == "" { // plain text stands first
		body.Content = append(body.Content, part{"text/plain", wire.Pick(m.Text, " ")})
	}
	if m.HTML != "" {
		body.Content = append(body.Content, part{"text/html", m.HTML})
	}
	return body
}

// send hands one mail over. SendGrid takes mail to suppressed addresses and says so in an event afterwards.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	call, err := wire.JSON(http.MethodPost, host(s)+"/v3/mail/send", compose(s, m))
	if err != nil {
		return wire.NotTaken(err)
	}
	a := c.Do(ctx, call.With("Authorization", "Bearer "+s["api_key"]))
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		return wire.WithID(r, a.Header.Get("X-Message-Id"))
	}
	words := a.Words()
	r = r.Explain(models.Email, "sendgrid", words, wire.StatusCodes(a.Status, words, "suspended")...)
	return wire.AboutRecipient(r, aboutRecipient(a))
}

// aboutRecipient says whether a refusal names the recipient's field.
func aboutRecipient(a wire.Response) bool {
	var body struct{ Errors []struct{ Field wire.Text } }
	_ = json.Unmarshal(a.Body, &body) // unreadable names no field
	for _, e := range body.Errors {
		if strings.HasPrefix(string(e.Field), "personalizations.0.to") {
			return true
		}
	}
	return false
}

// test proves the key by reading what it may do.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	var answer struct{ Scopes []string }
	if err := ask(ctx, c, s, http.MethodGet, "/v3/scopes").Decode(&answer); err != nil {
		return fmt.Errorf("asking SendGrid: %w", err)
	}
	for _, scope := range answer.Scopes {
		if scope == "mail.send" {
			return nil
		}
	}
	return errors.New("the API key may not send mail")
}

// ask makes one request that is no hand-over.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, method, path string) wire.Response {
	call := wire.Call{Method: method, URL: host(s) + path}.With("Authorization", "Bearer "+s["api_key"])
	if s["subuser"] != "" {
		call = call.With("On-Behalf-Of", s["subuser"])
	}
	return c.Do(ctx, call)
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
