package vonage

import (
	"context"
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
	settings = wire.Settings{"api_key": "k", "api_secret": "s", "from": "HarbourSt"}
	message  = wire.Message{AttemptID: "att_1", Channel: models.SMS, To: "+447700900103",
		Text: "See you on Tuesday.", CallbackURL: "https://app.example/hooks/vonage/k3v9"}
)

// Every kind of answer to a hand-over has its class, and one request is made.
func TestHandOver(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message, wiretest.Success{Status: http.StatusOK,
		Body: `{"message-count":"1","messages":[{"status":"0","message-id":"0A1"}]}`, ID: "0A1"})
}

// The status inside a 200 decides, with the dictionary's reason for it.
func TestInnerStatus(t *testing.T) {
	for status, want := range map[string]wire.Receipt{
		"1":  {Outcome: wire.Later, Reason: "sms-throttled"},
		"3":  {Outcome: wire.Refused, Reason: "sms-invalid-number"},
		"4":  {Outcome: wire.Refused, Reason: "sms-credentials", StopConnection: true},
		"5":  {Outcome: wire.Later, Reason: "sms-unknown-error"},
		"7":  {Outcome: wire.Refused, Reason: "sms-number-barred"},
		"9":  {Outcome: wire.Refused, Reason: "sms-no-credit"},
		"29": {Outcome: wire.Refused, Reason: "sms-trial"},
	} {
		far := wiretest.Says(t, http.StatusOK, `{"messages":[{"status":"`+status+`","error-text":"no"}]}`)
		r := Provider.Send(context.Background(), far.Client, settings, message)
		if r.Outcome != want.Outcome || r.Reason != want.Reason || r.StopConnection != want.StopConnection {
			t.Errorf("status %s: %+v", status, r)
		}
	}
}

// A text goes out without the plus, in wide letters only where it needs them, and with its attempt.
func TestRequest(t *testing.T) {
	far := wiretest.Says(t, http.StatusOK, `{"messages":[{"status":"0","message-id":"1"}]}`)
	Provider.Send(context.Background(), far.Client, settings, message)
	wide := message
	wide.Text = "Do zobaczenia we wtorek, Łukasz"
	Provider.Send(context.Background(), far.Client, settings, wide)
	form := far.Seen()[0].Form(t)
	for name, want := range map[string]string{"to": "447700900103", "from": "HarbourSt",
		"client-ref": "att_1", "type": "",
		"callback": message.CallbackURL, "text": message.Text} {
		if form.Get(name) != want {
			t.Errorf("%s is %q", name, form.Get(name))
		}
	}
	if got := far.Seen()[1].Form(t).Get("type"); got != "unicode" {
		t.Errorf("type is %q", got)
	}
}

// A text of a customer is read from either interface and by GET as well.
func TestInbound(t *testing.T) {
	query := url.Values{"msisdn": {"447700900103"}, "to": {"447700900999"}, "messageId": {"1"},
		"text": {"STOP"}, "type": {"text"}}
	for _, r := range []wire.Request{
		{Method: http.MethodGet, Query: query},
		{Method: http.MethodPost, Body: []byte(query.Encode())},
		{Method: http.MethodPost, Body: []byte(`{"message_uuid":"1","from":"447700900103","to":"447700900999","text":"STOP","channel":"sms","usage":{"price":"1"}}`)},
	} {
		reading, err := Provider.Read(context.Background(), r)
		if err != nil || len(reading.Inbound) != 1 || len(reading.Events) != 0 {
			t.Fatalf("%+v, %v", reading, err)
		}
		if in := reading.Inbound[0]; in.From != "+447700900103" || in.To != "+447700900999" ||
			in.Text != "STOP" ||
			in.ID != "1" {
			t.Errorf("%+v", in)
		}
	}
}

// Where a signature is asked for, a receipt without one and one with an old time are refused.
func TestUnsigned(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	for name, stamp := range map[string]string{"fresh": "1790000000", "old": "1789999000"} {
		f := fields{"messageId": "1", "status": "delivered", "msisdn": "447700900103", "timestamp": stamp}
		body := url.Values{}
		for k, v := range f {
			body.Set(k, v)
		}
		r := wire.Request{Method: http.MethodPost, Body: []byte(body.Encode()), ReceivedAt: now,
			Settings: wire.Settings{"signature_secret": "s3", "signature_method": "sha512"}}
		if _, err := Provider.Read(context.Background(), r); !errors.Is(err, wire.ErrRefused) {
			t.Errorf("%s without a signature: %v", name, err)
		}
		body.Set("sig", signature("sha512", "s3", signedText(f)))
		r.Body = []byte(body.Encode())
		if _, err := Provider.Read(context.Background(), r); (err == nil) != (name == "fresh") {
			t.Errorf("%s with a signature: %v", name, err)
		}
	}
}

// The login is proven by reading the balance.
func TestLogin(t *testing.T) {
	if err := Provider.Test(context.Background(), wiretest.Says(t, 200, `{"value":1}`).Client,
		settings); err != nil {
		t.Error(err)
	}
	if err := Provider.Test(context.Background(), wiretest.Says(t, 401, `{}`).Client, settings); err == nil {
		t.Error("a refused login passes")
	}
}

// Reading never fails in another way than by its two errors, whatever the body.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"messageId":"1","status":"failed","err-code":2}`))
	f.Add([]byte("messageId=1&status=expired"))
	f.Add([]byte(`{"message_uuid":"1","status":"rejected","error":{"title":1260}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		reading, err := Provider.Read(context.Background(), wire.Request{Method: http.MethodPost, Body: body})
		switch {
		case err == nil && len(reading.Events)+len(reading.Inbound) != 1:
			t.Errorf("%+v", reading)
		case err != nil && !errors.Is(err, wire.ErrUnreadable):
			t.Error(err)
		}
	})
}
