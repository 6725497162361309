// Package mailgun speaks with Mailgun: its webhooks old and new, its messages, suppressions and events.
package mailgun

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is Mailgun's row.
var Provider = wire.Provider{
	Code:     "mailgun",
	Name:     "Mailgun",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{
			Key:      "signing_key",
			Label:    "Webhook signing key",
			For:      wire.Receive,
			Required: true,
			Secret:   true,
			Hint:     "Not the API key: Settings, API security, HTTP webhook signing key.",
		},
		{
			Key:   "max_age_hours",
			Label: "Refuse posts older than, in hours",
			For:   wire.Receive,
			Hint: "Empty: of any age, because Mailgun tries for hours. A post is never taken twice with " +
				"different contents.",
		},
		{Key: "api_key", Label: "API key", For: wire.Sending, Required: true, Secret: true},
		{
			Key:      "domain",
			Label:    "Sending domain",
			For:      wire.Sending,
			Required: true,
			Hint:     "Such as mg.example.org.",
		},
		{Key: "region", Label: "Region", For: wire.Sending, Default: "us", Options: []string{"us", "eu"}},
		{Key: "from", Label: "From", For: wire.Sending, Required: true},
	},
	Unstored:     http.StatusServiceUnavailable,
	Busy:         http.StatusTooManyRequests,
	RetriesFor:   8 * time.Hour,
	Settling:     72 * time.Hour,
	Read:         read,
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: find, List: list, Delete: remove},
	Missed:       missed,
	Find:         search,
	Test:         test,
	SPF:          []string{"mailgun.org"},
	Selectors:    []string{"k1", "mx", "smtp", "pic", "mta", "krs", "mailo", "s1"},
}

// base is where the interface of the domain lives.
func base(s wire.Settings) string {
	host := "https://api.mailgun.net"
	if s["region"] == "eu" {
		host = "https://api.eu.mailgun.net"
	}
	return host + "/v3/" + url.PathEscape(s["domain"])
}

// send hands one mail over. Mailgun takes mail to suppressed addresses and says so in an event afterwards.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	form := url.Values{
		"from":                 {wire.Pick(m.From, s["from"])},
		"to":                   {wire.WithName(m.ToName, m.To)},
		"subject":              {m.Subject},
		"v:" + wire.AttemptKey: {m.AttemptID},
	}
	if m.Text != "" || m.HTML == "" {
		form.Set("text", wire.Pick(m.Text, " "))
	}
	if m.HTML != "" {
		form.Set("html", m.HTML)
	}
	if m.ReplyTo != "" {
		form.Set("h:Reply-To", m.ReplyTo)
	}
	for name, value := range m.Headers {
		form.Set("h:"+name, value)
	}
	return receipt(c.Do(ctx, wire.Form(base(s)+"/messages", form).SignedIn("api", s["api_key"])))
}

func receipt(a wire.Response) wire.Receipt {
	r := wire.Class(a)
	if r.Outcome != wire.Taken {
		words := a.Words()
		r = r.Explain(models.Email, "mailgun", words, wire.StatusCodes(a.Status, words, "disabled")...)
		return wire.AboutRecipient(r, strings.HasPrefix(strings.Trim(words, "' "), "to parameter"))
	}
	var body struct{ ID string }
	_ = json.Unmarshal(a.Body, &body) // unreadable is without an id
	r.MessageID = wire.MessageID(body.ID)
	return wire.WithID(r, r.MessageID)
}

// ask makes one request that is no hand-over.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, method, address string) wire.Response {
	return c.Do(ctx, wire.Call{Method: method, URL: address}.SignedIn("api", s["api_key"]))
}

// pages reads a list page by page. The address of the next one is followed only on the host that we asked.
func pages(ctx context.Context, c *wire.Client, s wire.Settings, address string,
	each func(json.RawMessage) error) error {
	first, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("asking Mailgun: %w", err)
	}
	for {
		var page struct {
			Items  []json.RawMessage
			Paging struct{ Next string }
		}
		if err := ask(ctx, c, s, http.MethodGet, address).Decode(&page); err != nil {
			return fmt.Errorf("asking Mailgun: %w", err)
		}
		for _, item := range page.Items {
			if err := each(item); err != nil {
				return err
			}
		}
		next, err := url.Parse(page.Paging.Next)
		if len(page.Items) == 0 || page.Paging.Next == "" || page.Paging.Next == address {
			return nil
		}
		if err != nil || next.Scheme != first.Scheme || next.Host != first.Host {
			return fmt.Errorf("asking Mailgun: the next page is elsewhere")
		}
		address = page.Paging.Next
	}
}

// test proves the key by reading the domain's bounces.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	if err := ask(ctx, c, s, http.MethodGet, base(s)+"/bounces?limit=1").Decode(nil); err != nil {
		return fmt.Errorf("asking Mailgun: %w", err)
	}
	return nil
}
