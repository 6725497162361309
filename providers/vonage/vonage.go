// Package vonage speaks with Vonage (Nexmo): the SMS interface for sending, receipts of both its interfaces.
package vonage

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

// Provider is Vonage's row.
var Provider = wire.Provider{
	Code:     "vonage",
	Name:     "Vonage",
	Channels: []models.Channel{models.SMS},
	Fields: []wire.Field{
		{Key: "signature_secret", Label: "Signature secret", For: wire.Receive, Secret: true,
			Hint: "Where the account signs its receipts. Without it the secret webhook address is the only " +
				"proof."},
		{Key: "signature_method", Label: "Signature method", For: wire.Receive, Default: "sha256",
			Options: []string{"md5hash", "md5", "sha1", "sha256", "sha512"}},
		{Key: "api_key", Label: "API key", For: wire.Sending, Required: true},
		{Key: "api_secret", Label: "API secret", For: wire.Sending, Required: true, Secret: true},
		{
			Key:      "from",
			Label:    "From",
			For:      wire.Sending,
			Required: true,
			Hint:     "A number of yours, or a name of up to 11 letters.",
		},
	},
	BodyLimit:  1 << 20,
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusServiceUnavailable,
	RetriesFor: 24 * time.Hour,
	Settling:   72 * time.Hour,
	Manual:     map[string]string{"unsubscribe": "your customer, by texting START to the number that wrote"},
	Read:       read,
	Reread:     reread,
	Send:       send,
	Test:       test,
}

// send hands one text over. Vonage answers 200 whatever it thinks of the text; the status inside decides.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	form := url.Values{
		"api_key":    {s["api_key"]},
		"api_secret": {s["api_secret"]},
		"from":       {wire.Figures(wire.Pick(m.From, s["from"]))},
		"to":         {wire.Figures(m.To)},
		"text":       {m.Text},
		"client-ref": {m.AttemptID},
	}
	if !models.GSM7(m.Text) {
		form.Set("type", "unicode")
	}
	if m.CallbackURL != "" {
		form.Set("callback", m.CallbackURL)
	}
	return receipt(c.Do(ctx, wire.Form("https://rest.nexmo.com/sms/json", form)))
}

// answered is the answer to a hand-over: one entry for each part of the text.
type answered struct {
	Messages []part
}

type part struct {
	ID     string `json:"message-id"`
	Status wire.Text
	Words  string `json:"error-text"`
}

// Statuses of the answer that are no refusal of this text for good.
const (
	accepted   = "0"
	slowDown   = "1"
	fault      = "5" // of Vonage itself: nothing was taken, a later try may be
	badLogin   = "4"
	badSign    = "14"
	mustSign   = "32"
	prefixCode = "status:" // the dictionary's prefix of these numbers, for they differ from those of receipts
)

func receipt(a wire.Response) wire.Receipt {
	r := wire.Class(a)
	if r.Outcome != wire.Taken {
		return r.Explain(models.SMS, "vonage", a.Words())
	}
	var body answered
	if err := json.Unmarshal(a.Body, &body); err != nil || len(body.Messages) == 0 {
		r.Outcome, r.Err = wire.Open, errors.New("the answer names no message")
		return r
	}
	return body.outcome(r)
}

// outcome judges all parts of a text. Where only some were taken the others are lost, and nothing is sent
// again: that would bring the customer those twice which are on their way.
func (b answered) outcome(r wire.Receipt) wire.Receipt {
	var taken, refused []part
	for _, p := range b.Messages {
		if string(p.Status) == accepted {
			taken = append(taken, p)
		} else {
			refused = append(refused, p)
		}
	}
	if len(refused) == 0 {
		return wire.WithID(r, taken[0].ID)
	}
	worst := refused[0]
	for _, p := range refused { // one refused for good is refused for good at the next try as well
		if !p.passes() {
			worst = p
			break
		}
	}
	status := string(worst.Status)
	switch {
	case len(taken) > 0:
		r.Outcome, r.PartLost = wire.Open, true
		r.Err = fmt.Errorf("%d of %d parts were not taken: %s", len(refused), len(b.Messages),
			wire.Pick(worst.Words, status))
		r.Diagnostic, r.ProviderCode = wire.Words(worst.Words), prefixCode+status
		return r
	case worst.passes():
		r.Outcome = wire.Later
	default:
		r.Outcome = wire.Refused
		r.StopConnection = status == badLogin || status == badSign || status == mustSign
	}
	return r.Explain(models.SMS, "vonage", worst.Words, prefixCode+status)
}

// passes says whether a later try may be taken.
func (p part) passes() bool { return string(p.Status) == slowDown || string(p.Status) == fault }

// test proves the login by reading the balance.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	query := url.Values{"api_key": {s["api_key"]}, "api_secret": {s["api_secret"]}}
	a := c.Do(ctx, wire.Call{
		Method: http.MethodGet,
		URL:    "https://rest.nexmo.com/account/get-balance?" + query.Encode(),
	})
	if err := a.Decode(nil); err != nil {
		return fmt.Errorf("asking Vonage: %w", err)
	}
	return nil
}
