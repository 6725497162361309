// Package postmark speaks with Postmark: its webhook, its mail interface, its suppressions and its list of
// bounces.
package postmark

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

// Provider is Postmark's row.
var Provider = wire.Provider{
	Code:     "postmark",
	Name:     "Postmark",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{Key: "webhook_user", Label: "Webhook user", For: wire.Receive, Required: true, Generate: true,
			Hint: "Postmark signs nothing: enter both in the webhook's Basic auth credentials."},
		{
			Key:      "webhook_password",
			Label:    "Webhook password",
			For:      wire.Receive,
			Required: true,
			Generate: true,
			Secret:   true,
		},
		{Key: "server_token", Label: "Server API token", For: wire.Sending, Required: true, Secret: true},
		{Key: "stream", Label: "Message stream", For: wire.Sending, Default: "outbound"},
		{
			Key:      "from",
			Label:    "From",
			For:      wire.Sending,
			Required: true,
			Hint:     "A confirmed sender signature.",
		},
	},
	Unstored:     http.StatusServiceUnavailable,
	Busy:         http.StatusTooManyRequests,
	RetriesFor:   70 * time.Minute,
	Settling:     72 * time.Hour,
	Manual:       map[string]string{"complaint": "Postmark's support, when your customer asks for it"},
	Read:         wire.Proven(login, reread),
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: find, List: list, Delete: remove},
	Missed:       missed,
	Find:         search,
	Test:         test,
	SPF:          []string{"mtasv.net"},
}

const host = "https://api.postmarkapp.com"

// testToken is Postmark's own for trying out: it takes mail, sends none and owns no server.
const testToken = "POSTMARK_API_TEST"

type pair struct{ Name, Value string }

// mail is the body of a hand-over.
type mail struct {
	From, To, Subject, MessageStream string
	TextBody                         string `json:",omitempty"`
	HTMLBody                         string `json:"HtmlBody,omitempty"`
	ReplyTo                          string `json:",omitempty"`
	Metadata                         map[string]string
	Headers                          []pair `json:",omitempty"`
}

func stream(s wire.Settings) string { return wire.Pick(s["stream"], "outbound") }

// send hands one mail over.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	body := mail{
		From:          wire.Pick(m.From, s["from"]),
		To:            wire.WithName(m.ToName, m.To),
		Subject:       m.Subject,
		MessageStream: stream(s),
		TextBody:      m.Text,
		HTMLBody:      m.HTML,
		ReplyTo:       m.ReplyTo,
		Metadata:      map[string]string{wire.AttemptKey: m.AttemptID},
	}
	for name, value := range m.Headers {
		body.Headers = append(body.Headers, pair{name, value})
	}
	call, err := wire.JSON(http.MethodPost, host+"/email", body)
	if err != nil {
		return wire.NotTaken(err)
	}
	r := receipt(c.Do(ctx, call.With("X-Postmark-Server-Token", s["server_token"])))
	if r.ProviderCode == inactive {
		return why(ctx, c, s, m.To, r)
	}
	return r
}

// inactive is the refusal of an address on the list. It does not say why the address is there.
const inactive = "406"

// why looks the cause up in the list, so that a complaint is not taken for a bounce. Without an answer the
// refusal stays as it is.
func why(ctx context.Context, c *wire.Client, s wire.Settings, address string, r wire.Receipt) wire.Receipt {
	var causes []string
	err := each(ctx, c, s, "?EmailAddress="+url.QueryEscape(address), func(row suppressed) error {
		if !strings.EqualFold(row.EmailAddress, address) {
			return nil
		}
		causes = append(causes, inactive+":"+row.SuppressionReason+":"+row.Origin,
			inactive+":"+row.SuppressionReason)
		return nil
	})
	if err != nil || len(causes) == 0 {
		return r
	}
	reason := models.MatchReason(models.Evidence{Channel: models.Email, Provider: "postmark", Codes: causes})
	if !reason.ByDefault {
		r.Reason = reason.ID
	}
	return r
}

// Codes of a refusal that will pass.
const (
	maintenance = 100
	tooFast     = 429
)

func receipt(a wire.Response) wire.Receipt {
	var body struct {
		MessageID string
		Message   string
		ErrorCode int
	}
	err := json.Unmarshal(a.Body, &body)
	r := wire.Class(a)
	if r.Outcome == wire.Taken && err == nil && body.ErrorCode == 0 {
		return wire.WithID(r, body.MessageID)
	}
	if r.Outcome == wire.Taken && err != nil {
		return wire.WithID(r, "")
	}
	if body.ErrorCode == 0 {
		return r.Explain(models.Email, "postmark", a.Words())
	}
	if r.Outcome == wire.Taken { // a 200 that says no
		r.Outcome = wire.Refused
	}
	if body.ErrorCode == tooFast || body.ErrorCode == maintenance && r.Outcome == wire.Refused {
		r.Outcome = wire.Later
	}
	return r.Explain(models.Email, "postmark", body.Message, wire.Number(body.ErrorCode))
}

// ask makes one request that is no hand-over.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, path string) wire.Response {
	call := wire.Call{
		Method: http.MethodGet,
		URL:    host + path,
		Header: http.Header{"Accept": {"application/json"}},
	}
	return c.Do(ctx, call.With("X-Postmark-Server-Token", s["server_token"]))
}

// test proves the token by reading its server.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	if s["server_token"] == testToken {
		return nil
	}
	if err := ask(ctx, c, s, "/server").Decode(nil); err != nil {
		return fmt.Errorf("asking Postmark: %w", err)
	}
	return nil
}

// search asks for messages that carry our attempt id. The search lags behind sending, and Postmark promises
// no end to that, so that a message that is not there proves nothing.
func search(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var answer struct{ Messages []struct{ MessageID string } }
	query := url.Values{
		"count":                       {"2"},
		"offset":                      {"0"},
		"recipient":                   {m.To},
		"metadata_" + wire.AttemptKey: {m.AttemptID},
	}
	if err := ask(ctx, c, s, "/messages/outbound?"+query.Encode()).Decode(&answer); err != nil {
		return wire.Found{}, fmt.Errorf("searching Postmark: %w", err)
	}
	if len(answer.Messages) == 0 {
		return wire.Found{}, nil
	}
	return wire.Found{Known: true, ProviderMessageID: answer.Messages[0].MessageID}, nil
}
