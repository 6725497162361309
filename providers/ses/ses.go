// Package ses speaks with Amazon SES: its events, brought by SNS, its mail interface and the account's
// suppression list.
package ses

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/sns"
	"undelivered/providers/wire"
)

// Provider is SES's row. SNS gives an event up after every answer but 5xx.
var Provider = wire.Provider{
	Code:     "ses",
	Name:     "Amazon SES",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{
			Key:      "topic_arns",
			Label:    "SNS topics",
			For:      wire.Receive,
			Required: true,
			Hint:     "The ARN of each topic that may bring events, with commas between.",
		},
		{
			Key:     "auto_confirm",
			Label:   "Confirm subscriptions of these topics",
			For:     wire.Receive,
			Default: "yes",
			Options: []string{"yes", "no"},
		},
		{
			Key:   "signing_cert_pem",
			Label: "Pinned certificate",
			For:   wire.Receive,
			Hint:  "Only where Amazon's certificate cannot be fetched: the certificate in PEM.",
		},
		{
			Key:     "raw_delivery",
			Label:   "Raw message delivery",
			For:     wire.Receive,
			Default: "no",
			Options: []string{"no", "yes"},
			Hint: "Raw messages carry no signature: only this secret address proves them. Better leave " +
				"it off in SNS.",
		},
		{Key: "access_key_id", Label: "Access key id", For: wire.Sending, Required: true},
		{
			Key:      "secret_access_key",
			Label:    "Secret access key",
			For:      wire.Sending,
			Required: true,
			Secret:   true,
		},
		{Key: "region", Label: "Region", For: wire.Sending, Required: true, Hint: "Such as eu-west-1."},
		{
			Key:   "configuration_set",
			Label: "Configuration set",
			For:   wire.Sending,
			Hint:  "The one that publishes events to the topic.",
		},
		{Key: "from", Label: "From", For: wire.Sending, Required: true, Hint: "A verified identity."},
	},
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusServiceUnavailable,
	RetriesFor: time.Minute,
	Settling:   72 * time.Hour,
	Manual:     map[string]string{"unsubscribe": "support, in the contact list of SES"},
	Read:       read,
	Reread:     reread,
	Send:       send,
	Suppressions: &wire.Suppressions{
		Find: find, List: list, Delete: remove,
	},
	Missed: missed,
	Test:   test,
}

// region is what a region looks like; it becomes a part of the host's name.
var region = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)

type text struct{ Data string }

type pair struct{ Name, Value string }

// header carries our attempt id where events come without tags.
const header = "X-Notification-Id"

// compose writes the body of a hand-over.
func compose(s wire.Settings, m wire.Message) map[string]any {
	parts := map[string]text{}
	if m.Text != "" || m.HTML == "" {
		parts["Text"] = text{m.Text}
	}
	if m.HTML != "" {
		parts["Html"] = text{m.HTML}
	}
	headers := []pair{{header, m.AttemptID}}
	for name, value := range m.Headers {
		headers = append(headers, pair{name, value})
	}
	from := wire.Pick(m.From, s["from"])
	body := map[string]any{
		"FromEmailAddress": wire.WithName(wire.NameAndAddress(from)),
		"Destination":      map[string]any{"ToAddresses": []string{wire.WithName(m.ToName, m.To)}},
		"Content": map[string]any{
			"Simple": map[string]any{"Subject": text{m.Subject}, "Body": parts, "Headers": headers},
		},
		"EmailTags": []pair{{wire.AttemptKey, m.AttemptID}},
	}
	if m.ReplyTo != "" {
		body["ReplyToAddresses"] = []string{m.ReplyTo}
	}
	if s["configuration_set"] != "" {
		body["ConfigurationSetName"] = s["configuration_set"]
	}
	return body
}

// send hands one mail over. SES takes mail to suppressed addresses and says so in an event afterwards.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	return receipt(ask(ctx, c, s, http.MethodPost, "/outbound-emails", compose(s, m)))
}

// later are the refusals that will pass, refusedLogin those of the login; both come with 400 at times.
var (
	later        = map[string]bool{"TooManyRequests": true, "Throttling": true}
	refusedLogin = map[string]bool{"UnrecognizedClient": true, "InvalidSignature": true, "AccessDenied": true,
		"IncompleteSignature": true, "ExpiredToken": true, "InvalidClientTokenId": true}
)

func receipt(a wire.Response) wire.Receipt {
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		var body struct{ MessageId string }
		_ = json.Unmarshal(a.Body, &body) // unreadable is without an id
		return wire.WithID(r, body.MessageId)
	}
	words, kind := a.Words(), errorType(a)
	if r.Outcome == wire.Refused && later[kind] {
		r.Outcome = wire.Later
	}
	r.StopConnection = r.StopConnection || refusedLogin[kind]
	codes := []string{kind}
	if strings.Contains(strings.ToLower(words), "not verified") {
		codes = []string{kind + ":not verified", kind}
	}
	return r.Explain(models.Email, "ses", words, codes...)
}

// errorType is the name of a refusal, without what Amazon puts around it.
func errorType(a wire.Response) string {
	name, _, _ := strings.Cut(a.Header.Get("X-Amzn-Errortype"), ":")
	if name == "" {
		var body struct {
			Type string `json:"__type"`
		}
		_ = json.Unmarshal(a.Body, &body) // without a name there is none
		name = body.Type[strings.LastIndexAny(body.Type, "#.")+1:]
	}
	return strings.TrimSuffix(name, "Exception")
}

// ask makes one signed request.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, method, path string, body any) wire.Response {
	if !region.MatchString(s["region"]) {
		return wire.Response{Err: fmt.Errorf("%q is no region of AWS", s["region"])}
	}
	call := wire.Call{Method: method, URL: "https://email." + s["region"] + ".amazonaws.com/v2/email" + path}
	if body != nil {
		var err error
		if call, err = wire.JSON(method, call.URL, body); err != nil {
			return wire.Response{Err: err}
		}
		call.Header.Del("Accept")
	}
	if err := sns.Sign(ctx, &call, s, "ses", time.Now()); err != nil {
		return wire.Response{Err: err}
	}
	return c.Do(ctx, call)
}

// test proves the login by reading the account, and says when sending is switched off.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	account := struct{ SendingEnabled bool }{true}
	if err := ask(ctx, c, s, http.MethodGet, "/account", nil).Decode(&account); err != nil {
		return fmt.Errorf("asking SES: %w", err)
	}
	if !account.SendingEnabled {
		return errors.New("sending is switched off for this account")
	}
	return nil
}
