// Package twilio speaks with Twilio Programmable Messaging: texts, their status callbacks, and STOP.
package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is Twilio's row.
var Provider = wire.Provider{
	Code:     "twilio",
	Name:     "Twilio",
	Channels: []models.Channel{models.SMS},
	Fields: []wire.Field{
		{Key: "auth_token", Label: "Auth token", For: wire.Receive, Required: true, Secret: true,
			Hint: "Twilio signs its callbacks with it. Console, Account Info."},
		{
			Key:      "account_sid",
			Label:    "Account SID",
			For:      wire.Sending,
			Required: true,
			Hint:     "Begins with AC.",
		},
		{
			Key:   "api_key_sid",
			Label: "API key SID",
			For:   wire.Sending,
			Hint:  "Begins with SK. Left out: the auth token is used.",
		},
		{Key: "api_key_secret", Label: "API key secret", For: wire.Sending, Secret: true},
		{
			Key:   "from",
			Label: "From",
			For:   wire.Sending,
			Hint:  "A number of yours, such as +12065550110; or fill in the messaging service.",
		},
		{
			Key:   "messaging_service_sid",
			Label: "Messaging service SID",
			For:   wire.Sending,
			Hint:  "Begins with MG.",
		},
	},
	BodyLimit:  1 << 20,
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusServiceUnavailable,
	RetriesFor: 30 * time.Second, // five retries, because our callback address asks for them
	Settling:   72 * time.Hour,
	Manual:     map[string]string{"unsubscribe": "your customer, by texting START to the number that wrote"},
	Read:       wire.Proven(proven, reread),
	Reread:     reread,
	Send:       send,
	Missed:     missed,
	Find:       find,
	State:      state,
	Test:       test,
}

// host is where Twilio's interface lives.
const host = "https://api.twilio.com/2010-04-01/Accounts/"

// retries asks Twilio to offer a callback five times more, whatever went wrong; by default it tries once
// again.
const retries = "#rc=5&rp=all"

// send hands one text over.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	form := url.Values{"To": {m.To}, "Body": {m.Text}}
	if m.From == "" && s["messaging_service_sid"] != "" {
		form.Set("MessagingServiceSid", s["messaging_service_sid"])
	} else {
		form.Set("From", wire.Pick(m.From, s["from"]))
	}
	if m.CallbackURL != "" {
		form.Set("StatusCallback", wire.WithQuery(m.CallbackURL, "n", m.AttemptID)+retries)
	}
	call := wire.Form(host+url.PathEscape(s["account_sid"])+"/Messages.json", form)
	return receipt(c.Do(ctx, signedIn(call, s)))
}

func receipt(a wire.Response) wire.Receipt {
	var body struct {
		SID     string
		Code    wire.Text
		Message string
	}
	err := json.Unmarshal(a.Body, &body)
	r := wire.Class(a)
	if r.Outcome == wire.Taken && (err != nil || body.SID == "") {
		r.Outcome, r.Err = wire.Open, errors.New("the answer has no message id")
	}
	if r.Outcome == wire.Taken {
		r.ProviderMessageID = body.SID
		return r
	}
	return r.Explain(models.SMS, "twilio", body.Message, string(body.Code))
}

// signedIn adds the login: an API key, or the account itself.
func signedIn(call wire.Call, s wire.Settings) wire.Call {
	if s["api_key_sid"] != "" {
		return call.SignedIn(s["api_key_sid"], s["api_key_secret"])
	}
	return call.SignedIn(s["account_sid"], s["auth_token"])
}

// test proves the login by reading the account.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	var account struct{ Status string }
	if err := get(ctx, c, s, host+url.PathEscape(s["account_sid"])+".json", &account); err != nil {
		return err
	}
	if account.Status != "active" {
		return fmt.Errorf("the account at Twilio is %s", account.Status)
	}
	return nil
}

// get reads one address of the interface.
func get(ctx context.Context, c *wire.Client, s wire.Settings, address string, into any) error {
	a := c.Do(ctx, signedIn(wire.Call{Method: http.MethodGet, URL: address}, s))
	if err := a.Decode(into); err != nil {
		return fmt.Errorf("asking Twilio: %w", err)
	}
	return nil
}
