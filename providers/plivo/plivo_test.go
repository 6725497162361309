package plivo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var (
	settings = wire.Settings{"auth_id": "MA1", "auth_token": "t0ken", "from": "+12065550110"}
	message  = wire.Message{AttemptID: "att_1", Channel: models.SMS, To: "+12025550103",
		Text: "See you on Tuesday.", CallbackURL: "https://app.example/hooks/plivo/k3v9"}
)

// Every kind of answer to a hand-over has its class, and one request is made.
func TestHandOver(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: http.StatusAccepted, Body: `{"message_uuid":["u1"]}`, ID: "u1"})
}

// A text goes out with the attempt in the callback's address.
func TestRequest(t *testing.T) {
	far := wiretest.Says(t, http.StatusAccepted, `{"message_uuid":["u1"]}`)
	Provider.Send(context.Background(), far.Client, settings, message)
	got := far.Seen()[0]
	var body struct{ Src, Dst, Text, URL, Method string }
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatal(err)
	}
	if got.URL.Path != "/v1/Account/MA1/Message/" || body.Dst != "12025550103" ||
		body.Src != "+12065550110" || body.Text != message.Text ||
		body.URL != "https://app.example/hooks/plivo/k3v9?n=att_1" ||
		body.Method != "POST" {
		t.Errorf("%+v", got)
	}
}

// An empty purse is on our side, and said so.
func TestNoCredit(t *testing.T) {
	r := Provider.Send(context.Background(),
		wiretest.Says(t, http.StatusPaymentRequired, `{"error":"insufficient credit"}`).Client, settings,
		message)
	if r.Outcome != wire.Refused || r.Reason != "sms-no-credit" {
		t.Errorf("%+v", r)
	}
}

// signed is a callback as Plivo would send it.
func signed(method, address, body string) wire.Request {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, []byte("t0ken"))
	mac.Write([]byte("https://" + u.Host + u.Path + "77"))
	h := http.Header{}
	h.Set("X-Plivo-Signature-V2-Nonce", "77")
	h.Set("X-Plivo-Signature-Ma-V2", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return wire.Request{Method: method, URL: address, Query: u.Query(), Header: h,
		Body: []byte(body), Settings: settings}
}

// Callbacks by POST and by GET are read, and a text of a customer is no event.
func TestCallback(t *testing.T) {
	const fields = "MessageUUID=u1&Status=undelivered&ErrorCode=30&Sequence=3&To=12025550103&DeliveryReportTime=2026-10-14+09%3A26%3A53.000000"
	for _, r := range []wire.Request{
		signed(http.MethodPost, "https://app.example/hooks/plivo/k?n=att_1", fields),
		signed(http.MethodGet, "https://app.example/hooks/plivo/k?n=att_1&"+fields, ""),
	} {
		reading, err := Provider.Read(context.Background(), r)
		if err != nil || len(reading.Events) != 1 {
			t.Fatalf("%+v, %v", reading, err)
		}
		if e := reading.Events[0]; e.Type != "blocked" || e.Reason != "sms-spam-filter" ||
			e.AttemptRef != "att_1" ||
			e.DedupeKey != "u1|3" || e.Recipient != "+12025550103" ||
			e.OccurredAt.IsZero() {
			t.Errorf("%+v", e)
		}
	}
	in, err := Provider.Read(
		context.Background(),
		signed(http.MethodPost, "https://app.example/hooks/plivo/k",
			"MessageUUID=u2&From=12025550103&To=12065550110&Text=STOP&Type=sms"),
	)
	if err != nil || len(in.Inbound) != 1 || in.Inbound[0].From != "+12025550103" ||
		in.Inbound[0].Text != "STOP" {
		t.Errorf("%+v, %v", in, err)
	}
}

// Where a callback carries a signature of version 3 it must be right, and where only such are taken one of
// version 2 is none.
func TestVersion3(t *testing.T) {
	for name, c := range map[string]struct {
		header, only string
		taken        bool
	}{
		"version 2":                  {"", "no", true},
		"version 2 where 3 is asked": {"", "yes", false},
		"version 3 that is wrong":    {"bm90IHRoZSByaWdodCBvbmU=", "no", false},
		"version 3 that is right":    {"fVsTwzErecSCyJEzJCNKwjyd49uGAqNB/rXHt8AKGnY=", "yes", true},
		"version 3 of the main account": {"other=, fVsTwzErecSCyJEzJCNKwjyd49uGAqNB/rXHt8AKGnY=", "yes",
			true},
	} {
		r := signed(http.MethodPost, "https://app.example/hooks/plivo/k?n=att_1",
			"Status=sent&MessageUUID=u1")
		r.Settings = wire.Settings{"auth_token": "t0ken", "signature_v3": c.only}
		r.Header.Set("X-Plivo-Signature-V3-Nonce", "77")
		r.Header.Set("X-Plivo-Signature-Ma-V3", c.header)
		if _, err := Provider.Read(context.Background(), r); (err == nil) != c.taken {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The login is proven by reading the account.
func TestLogin(t *testing.T) {
	if err := Provider.Test(context.Background(), wiretest.Says(t, 200, `{}`).Client, settings); err != nil {
		t.Error(err)
	}
	if err := Provider.Test(context.Background(), wiretest.Says(t, 401, `no`).Client, settings); err == nil {
		t.Error("a refused login passes")
	}
}

// Reading never fails in another way than by its two errors, whatever the body.
func FuzzRead(f *testing.F) {
	f.Add("MessageUUID=u1&Status=failed&ErrorCode=200")
	f.Fuzz(func(t *testing.T, body string) {
		reading, err := Provider.Read(context.Background(),
			signed(http.MethodPost, "https://app.example/h", body))
		switch {
		case err == nil && len(reading.Events)+len(reading.Inbound) != 1:
			t.Errorf("%+v", reading)
		case err != nil && !errors.Is(err, wire.ErrUnreadable):
			t.Error(err)
		}
	})
}
