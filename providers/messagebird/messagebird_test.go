package messagebird

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var (
	settings = wire.Settings{"access_key": "live_1", "signing_key": "k3y", "from": "HarbourSt"}
	message  = wire.Message{AttemptID: "att_1", Channel: models.SMS, To: "+447700900103",
		Text: "See you on Tuesday.", CallbackURL: "https://app.example/hooks/messagebird/k3v9"}
)

// Every kind of answer to a hand-over has its class, and one request is made.
func TestHandOver(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: http.StatusCreated, Body: `{"id":"m1","reference":"att_1"}`, ID: "m1"})
}

// A text goes out with the attempt as its reference.
func TestRequest(t *testing.T) {
	far := wiretest.Says(t, http.StatusCreated, `{"id":"m1"}`)
	Provider.Send(context.Background(), far.Client, settings, message)
	got := far.Seen()[0]
	var body struct {
		Originator, Body, Reference, ReportURL string
		Recipients                             []string
	}
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Authorization") != "AccessKey live_1" || body.Originator != "HarbourSt" ||
		body.Body != message.Text ||
		body.Reference != "att_1" ||
		body.ReportURL != message.CallbackURL ||
		len(body.Recipients) != 1 ||
		body.Recipients[0] != "447700900103" {
		t.Errorf("%+v", got)
	}
}

// The numbers of refusals are not those of reports: 2 is a wrong key, no unknown subscriber.
func TestRefusals(t *testing.T) {
	for body, want := range map[string]string{
		`{"errors":[{"code":2,"description":"Request not allowed","parameter":"access_key"}]}`:          "sms-bad-parameter",
		`{"errors":[{"code":25,"description":"Not enough balance","parameter":null}]}`:                  "sms-no-credit",
		`{"errors":[{"code":9,"description":"no (correct) recipients found","parameter":"recipient"}]}`: "sms-invalid-number",
	} {
		r := Provider.Send(context.Background(),
			wiretest.Says(t, http.StatusUnprocessableEntity, body).Client, settings, message)
		if r.Outcome != wire.Refused || r.Reason != want {
			t.Errorf("%s: %+v", body, r)
		}
	}
}

// signed is a report as MessageBird would send it, valid at the time.
func signed(method, address, body string, at time.Time) wire.Request {
	payload := ""
	if body != "" {
		payload = fmt.Sprintf(`,"payload_hash":%q`, digest([]byte(body)))
	}
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	text := part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(
		fmt.Sprintf(`{"iss":"MessageBird","nbf":%d,"exp":%d,"url_hash":%q%s}`,
			at.Unix(), at.Unix()+60, digest([]byte(address)), payload),
	)
	mac := hmac.New(sha256.New, []byte("k3y"))
	mac.Write([]byte(text))
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	h := http.Header{}
	h.Set("MessageBird-Signature-JWT", text+"."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
	return wire.Request{Method: method, URL: address, Query: u.Query(), Header: h,
		Body: []byte(body), ReceivedAt: at, Settings: settings}
}

// A report comes as a query; a text of a customer as a form.
func TestReport(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	r := signed(
		http.MethodGet,
		"https://app.example/h?id=m1&reference=att_1&recipient=447700900103&status=delivery_failed&statusReason=unknown+subscriber&statusErrorCode=1&statusDatetime=2026-10-14T09%3A26%3A53%2B00%3A00",
		"",
		now,
	)
	reading, err := Provider.Read(context.Background(), r)
	if err != nil || len(reading.Events) != 1 {
		t.Fatalf("%+v, %v", reading, err)
	}
	if e := reading.Events[0]; e.Type != "invalid" || e.Reason != "sms-unknown-number" ||
		e.AttemptRef != "att_1" ||
		e.Recipient != "+447700900103" ||
		e.DedupeKey != "m1|delivery_failed|2026-10-14T09:26:53+00:00" ||
		len(e.Raw) == 0 {
		t.Errorf("%+v", e)
	}
	in, err := Provider.Read(context.Background(), signed(
		http.MethodPost,
		"https://app.example/h",
		"id=m2&originator=447700900103&recipient=447700900999&body=STOP&createdDatetime=2026-10-14T09%3A26%3A53%2B00%3A00",
		now,
	))
	if err != nil || len(in.Inbound) != 1 || in.Inbound[0].Text != "STOP" ||
		in.Inbound[0].From != "+447700900103" {
		t.Errorf("%+v, %v", in, err)
	}
}

// The log shows a text by its reference, and the states of a period with the keys of the reports.
func TestLog(t *testing.T) {
	far := wiretest.Says(t, http.StatusOK, `{"offset":0,"limit":200,"count":2,"totalCount":2,"items":[
		{"id":"m2","reference":"other","direction":"mt","recipients":{"items":[{"recipient":447700900104,"status":"delivered","statusDatetime":"2026-10-14T09:26:53+00:00"}]}},
		{"id":"m1","reference":"att_1","direction":"mt","recipients":{"items":[{"recipient":447700900103,"status":"delivery_failed","statusReason":"unknown subscriber","statusErrorCode":1,"statusDatetime":"2026-10-14T09:26:53+00:00"}]}}]}`)
	at := time.Date(2026, 10, 14, 9, 26, 50, 0, time.UTC)
	sent := message
	sent.SentAround = at
	found, err := Provider.Find(context.Background(), far.Client, settings, sent)
	if err != nil || !found.Known || !found.Complete || found.ProviderMessageID != "m1" {
		t.Errorf("%+v, %v", found, err)
	}
	sent.AttemptID = "att_2"
	if found, err = Provider.Find(context.Background(), far.Client, settings, sent); err != nil ||
		found.Known ||
		!found.Complete {
		t.Errorf("%+v, %v", found, err)
	}
	events, err := Provider.Missed(context.Background(), far.Client, settings, at, at.Add(time.Hour))
	if err != nil || len(events) != 2 ||
		events[1].DedupeKey != "m1|delivery_failed|2026-10-14T09:26:53+00:00" ||
		events[1].Reason != "sms-unknown-number" ||
		events[1].Recipient != "+447700900103" ||
		events[1].AttemptRef != "att_1" {
		t.Errorf("%+v, %v", events, err)
	}
}

// The login is proven by reading the balance.
func TestLogin(t *testing.T) {
	if err := Provider.Test(context.Background(), wiretest.Says(t, 200, `{}`).Client, settings); err != nil {
		t.Error(err)
	}
	if err := Provider.Test(context.Background(), wiretest.Says(t, 401, `{}`).Client, settings); err == nil {
		t.Error("a refused login passes")
	}
}

// Reading never fails in another way than by its two errors, whatever the body.
func FuzzRead(f *testing.F) {
	f.Add("id=m1&status=expired")
	f.Fuzz(func(t *testing.T, body string) {
		reading, err := Provider.Read(context.Background(),
			signed(http.MethodPost, "https://app.example/h", body, time.Unix(1_790_000_000, 0)))
		switch {
		case err == nil && len(reading.Events)+len(reading.Inbound) != 1:
			t.Errorf("%+v", reading)
		case err != nil && !errors.Is(err, wire.ErrUnreadable):
			t.Error(err)
		}
	})
}
