// Package sparkpost speaks with SparkPost: its event posts, its transmissions, its suppression list and its
// events.
package sparkpost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is SparkPost's row.
var Provider = wire.Provider{
	Code:     "sparkpost",
	Name:     "SparkPost",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{Key: "webhook_user", Label: "Webhook user", For: wire.Receive, Required: true, Generate: true,
			Hint: "SparkPost signs nothing: choose Basic Auth for the webhook and enter both."},
		{
			Key:      "webhook_password",
			Label:    "Webhook password",
			For:      wire.Receive,
			Required: true,
			Generate: true,
			Secret:   true,
		},
		{
			Key:      "api_key",
			Label:    "API key",
			For:      wire.Sending,
			Required: true,
			Secret:   true,
			Hint: "May send (Transmissions); with Suppression Lists it also clears addresses, with " +
				"Events Search it fills gaps.",
		},
		{Key: "region", Label: "Region", For: wire.Sending, Default: "us", Options: []string{"us", "eu"}},
		{Key: "from", Label: "From", For: wire.Sending, Required: true},
	},
	Unstored:     http.StatusServiceUnavailable,
	Busy:         http.StatusTooManyRequests,
	RetriesFor:   8 * time.Hour,
	Settling:     72 * time.Hour,
	Read:         wire.Proven(login, reread),
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: find, List: list, Delete: remove},
	Missed:       missed,
	Find:         search,
	Test:         test,
}

func host(s wire.Settings) string {
	if s["region"] == "eu" {
		return "https://api.eu.sparkpost.com"
	}
	return "https://api.sparkpost.com"
}

type address struct {
	Email string `json:"email"`
	Name  string `json:"name,omitempty"`
}

type recipient struct {
	Address  address           `json:"address"`
	Metadata map[string]string `json:"metadata"`
}

type content struct {
	From    address           `json:"from"`
	Subject string            `json:"subject"`
	Text    string            `json:"text,omitempty"`
	HTML    string            `json:"html,omitempty"`
	ReplyTo string            `json:"reply_to,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
}

// transmission is the body of a hand-over.
type transmission struct {
	Recipients []recipient     `json:"recipients"`
	Content    content         `json:"content"`
	Options    map[string]bool `json:"options"`
}

// send hands one mail over. SparkPost refuses a single suppressed recipient at once.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	name, from := wire.NameAndAddress(wire.Pick(m.From, s["from"]))
	body := transmission{
		Recipients: []recipient{{address{m.To, m.ToName}, map[string]string{wire.AttemptKey: m.AttemptID}}},
		Content: content{
			From:    address{from, name},
			Subject: m.Subject,
			Text:    m.Text,
			HTML:    m.HTML,
			ReplyTo: m.ReplyTo,
			Headers: m.Headers,
		},
		Options: map[string]bool{"transactional": true, "open_tracking": false, "click_tracking": false},
	}
	call, err := wire.JSON(http.MethodPost, host(s)+"/api/v1/transmissions", body)
	if err != nil {
		return wire.NotTaken(err)
	}
	return receipt(c.Do(ctx, call.With("Authorization", s["api_key"])))
}

func receipt(a wire.Response) wire.Receipt {
	var body struct {
		Results struct {
			ID       wire.Text
			Accepted int `json:"total_accepted_recipients"`
			Rejected int `json:"total_rejected_recipients"`
		}
		Errors []struct{ Code wire.Text }
	}
	_ = json.Unmarshal(a.Body, &body) // unreadable is without an id, and without words
	r := wire.Class(a)
	if r.Outcome == wire.Taken && body.Results.Rejected > 0 && body.Results.Accepted == 0 {
		r.Outcome = wire.Refused
	}
	if r.Outcome == wire.Taken {
		return wire.WithID(r, string(body.Results.ID))
	}
	var codes []string
	for _, e := range body.Errors {
		codes = append(codes, string(e.Code))
	}
	return r.Explain(models.Email, "sparkpost", a.Words(), codes...)
}

// ask makes one request that is no hand-over.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, method, path string) wire.Response {
	return c.Do(
		ctx,
		wire.Call{
			Method: method,
			URL:    host(s) + path,
		}.With("Authorization", s["api_key"]).With("Accept", "application/json"),
	)
}

// test proves the key by reading the account.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	a := ask(ctx, c, s, http.MethodGet, "/api/v1/account")
	if a.Err == nil && a.Status == http.StatusForbidden { // a good key that may not read the account
		return nil
	}
	if err := a.Decode(nil); err != nil {
		return fmt.Errorf("asking SparkPost: %w", err)
	}
	return nil
}
