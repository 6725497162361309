// Package telnyx speaks with Telnyx: texts, their signed webhooks, and the list of opt-outs.
package telnyx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"encoding/json"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is Telnyx's row.
var Provider = wire.Provider{
	Code:     "telnyx",
	Name:     "Telnyx",
	Channels: []models.Channel{models.SMS},
	Fields: []wire.Field{
		{
			Key:      "public_key",
			Label:    "Public key",
			For:      wire.Receive,
			Required: true,
			Hint:     "Of the account: Keys and credentials, Public key.",
		},
		{Key: "api_key", Label: "API key", For: wire.Sending, Required: true, Secret: true},
		{Key: "from", Label: "From", For: wire.Sending, Required: true},
		{
			Key:   "messaging_profile_id",
			Label: "Messaging profile",
			For:   wire.Sending,
			Hint:  "Needed where the sender is a name.",
		},
	},
	BodyLimit:  1 << 20,
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusServiceUnavailable,
	RetriesFor: time.Minute,
	Settling:   72 * time.Hour,
	Manual: map[string]string{
		"unsubscribe": "your customer, by texting START to the number that wrote",
	},
	Read:         wire.Proven(proven, reread),
	Reread:       reread,
	Send:         send,
	Suppressions: &wire.Suppressions{Find: findOptOut, List: listOptOuts, Delete: deleteOptOut},
	Test:         test,
}

const host = "https://api.telnyx.com/v2"

// send hands one text over. The attempt travels twice: in the webhook's address and as a tag.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	body := map[string]any{
		"from": wire.Pick(m.From, s["from"]),
		"to":   m.To,
		"text": m.Text,
		"tags": []string{m.AttemptID},
	}
	if m.CallbackURL != "" {
		body["webhook_url"] = wire.WithQuery(m.CallbackURL, "n", m.AttemptID)
	}
	if profile := s["messaging_profile_id"]; profile != "" {
		body["messaging_profile_id"] = profile
	}
	call, err := wire.JSON(http.MethodPost, host+"/messages", body)
	if err != nil {
		return wire.Receipt{Outcome: wire.Refused, Err: err, Reason: "sms-bad-parameter"}
	}
	return receipt(c.Do(ctx, call.With("Authorization", "Bearer "+s["api_key"])))
}

func receipt(a wire.Response) wire.Receipt {
	var body struct {
		Data   struct{ ID string }
		Errors []failure
	}
	err := json.Unmarshal(a.Body, &body)
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		if r.ProviderMessageID = body.Data.ID; err != nil || body.Data.ID == "" {
			r.Outcome, r.Err = wire.Open, errors.New("the answer has no message id")
		}
		return r
	}
	if len(body.Errors) == 0 {
		return r.Explain(models.SMS, "telnyx", a.Words())
	}
	first := body.Errors[0]
	return r.Explain(models.SMS, "telnyx", first.words(), string(first.Code))
}

// failure is one error, of an answer or of a message.
type failure struct {
	Code          wire.Text
	Title, Detail string
}

func (f failure) words() string {
	if f.Detail == "" {
		return f.Title
	}
	return f.Title + ": " + f.Detail
}

// test proves the login by reading the balance.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	return get(ctx, c, s, "/balance", nil)
}

func get(ctx context.Context, c *wire.Client, s wire.Settings, path string, into any) error {
	call := wire.Call{Method: http.MethodGet, URL: host + path}
	if err := c.Do(ctx, call.With("Authorization", "Bearer "+s["api_key"])).Decode(into); err != nil {
		return fmt.Errorf("asking Telnyx: %w", err)
	}
	return nil
}

// optOut is an entry of the list: To is the customer.
type optOut struct {
	To        string
	From      string
	Keyword   string
	CreatedAt wire.Text `json:"created_at"`
}

// mostPages bounds one reading of the list.
const mostPages = 1000

// listOptOuts reads the list of numbers that have texted STOP.
func listOptOuts(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	query := url.Values{"page[size]": {"250"}}
	if profile := s["messaging_profile_id"]; profile != "" {
		query.Set("filter[messaging_profile_id]", profile)
	}
	for page := 1; page <= mostPages; page++ {
		query.Set("page[number]", wire.Number(page))
		var body struct {
			Data []optOut
			Meta struct {
				Pages int `json:"total_pages"`
			}
		}
		if err := get(ctx, c, s, "/messaging_optouts?"+query.Encode(), &body); err != nil {
			return err
		}
		for _, o := range body.Data {
			if err := each(wire.Entry{Address: wire.E164(o.To), Kind: "unsubscribe", Reason: o.Keyword,
				Since: wire.Time(o.CreatedAt), ByHand: true}); err != nil {
				return err
			}
		}
		if page >= body.Meta.Pages || len(body.Data) == 0 {
			return nil
		}
	}
	return errors.New("the list of opt-outs at Telnyx is longer than can be read")
}

// findOptOut looks one number up: the list cannot be asked for one receiver, so all of it is read.
func findOptOut(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	var found []wire.Entry
	err := listOptOuts(ctx, c, s, func(e wire.Entry) error {
		if e.Address == address {
			found = append(found, e)
		}
		return nil
	})
	return found, err
}

// deleteOptOut cannot be asked of Telnyx: the customer's own START lifts a STOP.
func deleteOptOut(context.Context, *wire.Client, wire.Settings, string, string) wire.Cleared {
	return wire.Cleared{
		Result: wire.ClearByHand,
		Text:   "Telnyx lifts a STOP when your customer texts START to the number that wrote.",
	}
}
