// Package mailjet speaks with Mailjet: its event posts, its sending interface and its contacts.
package mailjet

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

// bySupport is who lifts what Mailjet's interface cannot.
const bySupport = "Mailjet's support"

// Provider is Mailjet's row.
var Provider = wire.Provider{
	Code:     "mailjet",
	Name:     "Mailjet",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{Key: "webhook_user", Label: "Webhook user", For: wire.Receive,
			Hint: "Mailjet signs nothing: the secret webhook address is the proof. A login in it, " +
				"user:password@, is a second one."},
		{Key: "webhook_password", Label: "Webhook password", For: wire.Receive, Secret: true},
		{Key: "api_key", Label: "API key", For: wire.Sending, Required: true},
		{Key: "api_secret", Label: "API secret", For: wire.Sending, Required: true, Secret: true},
		{Key: "from", Label: "From", For: wire.Sending, Required: true, Hint: "A validated sender."},
	},
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusTooManyRequests,
	RetriesFor: 24 * time.Hour,
	Settling:   72 * time.Hour,
	Manual: map[string]string{
		"bounce":    bySupport,
		"complaint": bySupport,
		"invalid":   bySupport,
		"manual":    bySupport,
	},
	Read:         wire.Proven(login, reread),
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: find, List: list, Delete: remove},
	Missed:       missed,
	Find:         search,
	Test:         test,
	SPF:          []string{"mailjet.com"},
	Selectors:    []string{"mailjet"},
}

const host = "https://api.mailjet.com"

type mailbox struct {
	Email string
	Name  string `json:",omitempty"`
}

// mail is one of the messages of a hand-over.
type mail struct {
	From                        mailbox
	To                          []mailbox
	ReplyTo                     *mailbox `json:",omitempty"`
	Subject, TextPart, HTMLPart string   `json:",omitempty"`
	CustomID                    string
	Headers                     map[string]string `json:",omitempty"`
}

// send hands one mail over.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	name, address := wire.NameAndAddress(wire.Pick(m.From, s["from"]))
	one := mail{
		From:     mailbox{address, name},
		To:       []mailbox{{m.To, m.ToName}},
		Subject:  m.Subject,
		TextPart: m.Text,
		HTMLPart: m.HTML,
		CustomID: m.AttemptID,
		Headers:  m.Headers,
	}
	if m.ReplyTo != "" {
		name, address := wire.NameAndAddress(m.ReplyTo)
		one.ReplyTo = &mailbox{address, name}
	}
	call, err := wire.JSON(http.MethodPost, host+"/v3.1/send", map[string]any{"Messages": []mail{one}})
	if err != nil {
		return wire.NotTaken(err)
	}
	return receipt(c.Do(ctx, call.SignedIn(s["api_key"], s["api_secret"])))
}

// refusal is why a message, or the request as a whole, was not taken.
type refusal struct {
	ErrorCode, ErrorMessage wire.Text
	ErrorRelatedTo          []string
	StatusCode              int
}

func receipt(a wire.Response) wire.Receipt {
	var body struct {
		refusal
		Messages []struct {
			Status string
			Errors []refusal
			To     []struct{ MessageID wire.Text }
		}
	}
	_ = json.Unmarshal(a.Body, &body) // unreadable is without an id, and without words
	r := wire.Class(a)
	no := body.refusal
	if len(body.Messages) > 0 {
		message := body.Messages[0]
		if len(message.Errors) > 0 {
			no = message.Errors[0]
		}
		if r.Outcome == wire.Taken && message.Status == "error" {
			r.Outcome = wire.Refused
		}
		if r.Outcome == wire.Taken && len(message.To) > 0 {
			return wire.WithID(r, string(message.To[0].MessageID))
		}
	}
	if r.Outcome == wire.Taken {
		return wire.WithID(r, "")
	}
	r = r.Explain(models.Email, "mailjet", wire.Pick(string(no.ErrorMessage), a.Words()),
		string(no.ErrorCode))
	if about := len(no.ErrorRelatedTo) > 0 && !strings.HasPrefix(no.ErrorRelatedTo[0], "To["); about &&
		r.Reason == "address-malformed" {
		r.Reason = "not-sent-bad-request" // an address of ours is wrong
	}
	return wire.AboutRecipient(r,
		no.ErrorCode == "mj-0013" && strings.HasPrefix(strings.Join(no.ErrorRelatedTo, ""), "To["))
}

// ask makes one request that is no hand-over.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, path string) wire.Response {
	return c.Do(ctx,
		wire.Call{Method: http.MethodGet, URL: host + path}.SignedIn(s["api_key"], s["api_secret"]))
}

// test proves the keys by reading whose they are.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	if err := ask(ctx, c, s, "/v3/REST/myprofile").Decode(nil); err != nil {
		return fmt.Errorf("asking Mailjet: %w", err)
	}
	return nil
}

// search asks for the message with our attempt id. One that is not there yet proves nothing.
func search(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var answer struct{ Data []struct{ ID wire.Text } }
	if err := ask(ctx, c, s, "/v3/REST/message?CustomID="+url.QueryEscape(m.AttemptID)).Decode(&answer); err != nil {
		return wire.Found{}, fmt.Errorf("searching Mailjet: %w", err)
	}
	if len(answer.Data) == 0 {
		return wire.Found{}, nil
	}
	return wire.Found{Known: true, ProviderMessageID: string(answer.Data[0].ID)}, nil
}
