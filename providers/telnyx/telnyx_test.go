package telnyx

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var (
	settings = wire.Settings{"api_key": "KEY1", "from": "+12065550110"}
	message  = wire.Message{AttemptID: "att_1", Channel: models.SMS, To: "+12025550103",
		Text: "See you on Tuesday.", CallbackURL: "https://app.example/hooks/telnyx/k3v9"}
)

// Every kind of answer to a hand-over has its class, and one request is made.
func TestHandOver(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: http.StatusOK, Body: `{"data":{"id":"m1"}}`, ID: "m1"})
}

// A text goes out with the attempt in the webhook's address and as a tag.
func TestRequest(t *testing.T) {
	far := wiretest.Says(t, http.StatusOK, `{"data":{"id":"m1"}}`)
	Provider.Send(context.Background(), far.Client, settings, message)
	got := far.Seen()[0]
	var body struct {
		From, To, Text string
		Webhook        string `json:"webhook_url"`
		Tags           []string
	}
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Authorization") != "Bearer KEY1" || body.From != "+12065550110" ||
		body.To != message.To ||
		body.Text != message.Text ||
		body.Webhook != "https://app.example/hooks/telnyx/k3v9?n=att_1" ||
		len(body.Tags) != 1 ||
		body.Tags[0] != "att_1" {
		t.Errorf("%+v", got)
	}
}

// A refusal gives the dictionary's reason for Telnyx's code.
func TestRefusal(t *testing.T) {
	far := wiretest.Says(t, http.StatusBadRequest,
		`{"errors":[{"code":"40300","title":"Blocked due to STOP message","detail":"x"}]}`)
	r := Provider.Send(context.Background(), far.Client, settings, message)
	if r.Outcome != wire.Refused || r.Reason != "sms-opted-out" || r.ProviderCode != "40300" {
		t.Errorf("%+v", r)
	}
}

// signed is a webhook as Telnyx would send it, now.
func signed(body string) wire.Request {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	now := time.Unix(1_790_000_000, 0)
	h := http.Header{}
	h.Set("Telnyx-Timestamp", "1790000000")
	h.Set("Telnyx-Signature-Ed25519",
		base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte("1790000000|"+body))))
	return wire.Request{
		Method:     http.MethodPost,
		Header:     h,
		Body:       []byte(body),
		ReceivedAt: now,
		Query:      url.Values{},
		Settings: wire.Settings{
			"public_key": base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)),
		},
	}
}

// Final statuses become our events, and a text of a customer is no event.
func TestWebhook(t *testing.T) {
	for body, want := range map[string]string{
		`{"data":{"id":"e","event_type":"message.finalized","payload":{"to":[{"phone_number":"+1","status":"delivered"}]}}}`:                                         "delivered",
		`{"data":{"id":"e","event_type":"message.finalized","payload":{"to":[{"status":"sending_failed"}],"errors":[{"code":40001}]}}}`:                              "invalid",
		`{"data":{"id":"e","event_type":"message.finalized","payload":{"to":[{"status":"delivery_unconfirmed"}]}}}`:                                                  "not_delivered",
		`{"data":{"id":"e","event_type":"message.finalized","payload":{"to":[{"status":"delivery_failed"}],"errors":[{"code":"40300","title":"Blocked by STOP"}]}}}`: "dropped",
		`{"data":{"id":"e","event_type":"message.sent","payload":{}}}`:                                                                                               "sent",
		`{"data":{"id":"e","event_type":"message.surprise","payload":{}}}`:                                                                                           "unrecognised",
	} {
		reading, err := Provider.Read(context.Background(), signed(body))
		if err != nil || len(reading.Events) != 1 || string(reading.Events[0].Type) != want {
			t.Errorf("%s: %+v, %v", body, reading, err)
		}
	}
	in := `{"data":{"id":"e","event_type":"message.received","payload":{"from":{"phone_number":"+12025550103"},"to":[{"phone_number":"+12065550110"}],"text":"Stop"}}}`
	reading, err := Provider.Read(context.Background(), signed(in))
	if err != nil || len(reading.Inbound) != 1 || reading.Inbound[0].From != "+12025550103" ||
		reading.Inbound[0].Text != "Stop" {
		t.Errorf("%+v, %v", reading, err)
	}
}

// The list of opt-outs is read page by page; an entry can be lifted only by the customer.
func TestOptOuts(t *testing.T) {
	far := wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
		number := map[string]string{"1": "+12025550103",
			"2": "+12025550104"}[r.URL.Query().Get("page[number]")]
		_, err := w.Write([]byte(
			`{"data":[{"from":"+12065550110","to":"` + number +
				`","keyword":"STOP","created_at":"2026-10-14 09:26:53.631252+00:00"}],"meta":{"total_pages":2}}`,
		))
		if err != nil {
			t.Error(err)
		}
	})
	ctx := context.Background()
	found, err := Provider.Suppressions.Find(ctx, far.Client, settings, "+12025550104")
	if err != nil || len(found) != 1 || found[0].Kind != "unsubscribe" || !found[0].ByHand ||
		found[0].Since.IsZero() {
		t.Errorf("%+v, %v", found, err)
	}
	if got := Provider.Suppressions.Delete(ctx, far.Client, settings, "+12025550104",
		"unsubscribe"); got.Result != wire.ClearByHand {
		t.Errorf("%+v", got)
	}
	if n := len(far.Seen()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// Reading never fails in another way than by its two errors, whatever the body.
func FuzzRead(f *testing.F) {
	f.Add(`{"data":{"id":"1","event_type":"message.finalized","payload":{"to":[{"status":"delivered"}]}}}`)
	f.Fuzz(func(t *testing.T, body string) {
		reading, err := Provider.Read(context.Background(), signed(body))
		switch {
		case err == nil && len(reading.Events)+len(reading.Inbound) != 1:
			t.Errorf("%+v", reading)
		case err != nil && !errors.Is(err, wire.ErrUnreadable):
			t.Error(err)
		}
	})
}
