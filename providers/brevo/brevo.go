// Package brevo speaks with Brevo: its webhook, its transactional emails and its blocked contacts.
package brevo

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

// Provider is Brevo's row. Brevo gives an event up after every answer of 4xx and 5xx but 429.
var Provider = wire.Provider{
	Code:     "brevo",
	Name:     "Brevo",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{Key: "webhook_user", Label: "Webhook user", For: wire.Receive,
			Hint: "Brevo signs nothing: the secret webhook address is the proof. A login in it, " +
				"user:password@, is a second one."},
		{Key: "webhook_password", Label: "Webhook password", For: wire.Receive, Secret: true},
		{
			Key:      "api_key",
			Label:    "API key",
			For:      wire.Sending,
			Required: true,
			Secret:   true,
			Hint:     "Begins with xkeysib-.",
		},
		{Key: "from", Label: "From", For: wire.Sending, Required: true, Hint: "A verified sender."},
	},
	Unstored:     http.StatusTooManyRequests,
	Busy:         http.StatusTooManyRequests,
	RetriesFor:   11 * time.Hour,
	Repeats:      15 * time.Minute,
	Settling:     72 * time.Hour,
	Read:         wire.Proven(login, reread),
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: find, List: list, Delete: remove},
	Missed:       missed,
	Test:         test,
	SPF:          []string{"sendinblue.com", "brevo.com"},
	Selectors:    []string{"mail", "brevo1", "brevo2"},
}

const host = "https://api.brevo.com/v3"

type mailbox struct {
	Email string `json:"email"`
	Name  string `json:"name,omitempty"`
}

// mail is the body of a hand-over.
type mail struct {
	Sender  mailbox           `json:"sender"`
	To      []mailbox         `json:"to"`
	Subject string            `json:"subject"`
	Text    string            `json:"textContent,omitempty"`
	HTML    string            `json:"htmlContent,omitempty"`
	ReplyTo *mailbox          `json:"replyTo,omitempty"`
	Headers map[string]string `json:"headers"`
}

// custom begins the header in which our attempt id travels.
const custom = wire.AttemptKey + ":"

// send hands one mail over. The key against repetition stands among the message's own headers.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	name, address := wire.NameAndAddress(wire.Pick(m.From, s["from"]))
	body := mail{
		Sender:  mailbox{address, name},
		To:      []mailbox{{m.To, m.ToName}},
		Subject: m.Subject,
		Text:    m.Text,
		HTML:    m.HTML,
		Headers: map[string]string{"X-Mailin-custom": custom + m.AttemptID},
	}
	if m.ReplyTo != "" {
		name, address := wire.NameAndAddress(m.ReplyTo)
		body.ReplyTo = &mailbox{address, name}
	}
	for name, value := range m.Headers {
		body.Headers[name] = value
	}
	if m.Repeatable != "" {
		body.Headers["idempotencyKey"] = m.Repeatable
	}
	call, err := wire.JSON(http.MethodPost, host+"/smtp/email", body)
	if err != nil {
		return wire.NotTaken(err)
	}
	return receipt(c.Do(ctx, call.With("api-key", s["api_key"])))
}

func receipt(a wire.Response) wire.Receipt {
	var body struct{ MessageID, Code, Message string }
	_ = json.Unmarshal(a.Body, &body) // unreadable is without an id, and without words
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		r.MessageID = wire.MessageID(body.MessageID)
		return wire.WithID(r, r.MessageID)
	}
	codes := append([]string{body.Code}, wire.StatusCodes(a.Status, body.Message)...)
	if body.Code == "" {
		codes = codes[1:]
	}
	r = r.Explain(models.Email, "brevo", wire.Pick(body.Message, a.Words()), codes...)
	switch {
	case r.Outcome != wire.Refused:
	case body.Code == "not_enough_credits" || a.Status == http.StatusPaymentRequired:
		r.Reason = "not-sent-quota"
	case body.Code == "invalid_parameter" && strings.HasSuffix(body.Message, "not valid in to"):
		r.Reason = "address-malformed"
	}
	return r
}

// ask makes one request that is no hand-over.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, method, path string) wire.Response {
	return c.Do(
		ctx,
		wire.Call{
			Method: method,
			URL:    host + path,
		}.With("api-key", s["api_key"]).With("Accept", "application/json"),
	)
}

// test proves the key by reading the account.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	if err := ask(ctx, c, s, http.MethodGet, "/account").Decode(nil); err != nil {
		return fmt.Errorf("asking Brevo: %w", err)
	}
	return nil
}

// contact is one blocked contact.
type contact struct {
	Email  string
	Reason struct{ Code, Message string }
	At     wire.Text `json:"blockedAt"`
}

// kinds are the kinds of entries, by Brevo's codes.
var kinds = map[string]string{
	"hardBounce":           "bounce",
	"contactFlaggedAsSpam": "complaint",
	"unsubscribedViaMA":    "unsubscribe",
	"unsubscribedViaEmail": "unsubscribe",
	"unsubscribedViaApi":   "unsubscribe",
	"adminBlocked":         "manual",
}

func (c contact) kind() string { return wire.Pick(kinds[c.Reason.Code], "manual") }

func (c contact) entry() wire.Entry {
	return wire.Entry{
		Address: c.Email,
		Kind:    c.kind(),
		Reason:  wire.Words(wire.Pick(c.Reason.Message, c.Reason.Code)),
		Since:   wire.Time(c.At),
	}
}

// page is the largest that Brevo gives.
const page = 100

func contacts(ctx context.Context, c *wire.Client, s wire.Settings, span url.Values,
	each func(contact) error) error {
	for offset := 0; ; offset += page {
		query := url.Values{"limit": {wire.Number(page)}, "offset": {wire.Number(offset)}, "sort": {"desc"}}
		for name, value := range span {
			query[name] = value
		}
		var answer struct{ Contacts []contact }
		if err := ask(ctx, c, s, http.MethodGet, "/smtp/blockedContacts?"+query.Encode()).Decode(&answer); err != nil {
			return fmt.Errorf("asking Brevo for its blocked contacts: %w", err)
		}
		for _, one := range answer.Contacts {
			if err := each(one); err != nil {
				return err
			}
		}
		if len(answer.Contacts) < page {
			return nil
		}
	}
}

// find reads the list for one address: Brevo cannot be asked about one.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	var entries []wire.Entry
	err := contacts(ctx, c, s, nil, func(one contact) error {
		if sameAddress(one.Email, address) {
			entries = append(entries, one.entry())
		}
		return nil
	})
	return entries, err
}

// list reads the whole list.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	return contacts(ctx, c, s, nil, func(one contact) error { return each(one.entry()) })
}

// remove unblocks one contact, whatever the cause was.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, _ string) wire.Cleared {
	return wire.Clearing(ask(ctx, c, s, http.MethodDelete, "/smtp/blockedContacts/"+url.PathEscape(address)))
}
