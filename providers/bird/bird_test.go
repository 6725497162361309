package bird

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
	"time"

	"undelivered/providers/wire"
)

// signed is a webhook as Bird would send it.
func signed(body string) wire.Request {
	sum := sha256.Sum256([]byte(body))
	mac := hmac.New(sha256.New, []byte("k3y"))
	mac.Write([]byte("1790000000\nhttps://app.example/h\n"))
	mac.Write(sum[:])
	h := http.Header{}
	h.Set("messagebird-request-timestamp", "1790000000")
	h.Set("messagebird-signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return wire.Request{Method: http.MethodPost, URL: "https://app.example/h", Header: h, Body: []byte(body),
		ReceivedAt: time.Unix(1_790_000_000, 0), Settings: wire.Settings{"signing_key": "k3y"}}
}

// The signature covers time, address and body, where the settings hold a key.
func TestSignature(t *testing.T) {
	const body = `{"id":"m1","status":"delivered"}`
	if _, err := Provider.Read(context.Background(), signed(body)); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*wire.Request){
		"body":     func(r *wire.Request) { r.Body = []byte(`{"id":"m1","status":"failed"}`) },
		"address":  func(r *wire.Request) { r.URL += "x" },
		"old":      func(r *wire.Request) { r.ReceivedAt = r.ReceivedAt.Add(tolerance + time.Second) },
		"unsigned": func(r *wire.Request) { r.Header = http.Header{} },
	} {
		r := signed(body)
		change(&r)
		if _, err := Provider.Read(context.Background(), r); !errors.Is(err, wire.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A message is read alone and inside an envelope, and a text of a customer is no event.
func TestMessage(t *testing.T) {
	const failed = `{"id":"m1","reference":"att_1","status":"delivery_failed","direction":"outgoing","details":"unknown_subscriber",
		"receiver":{"contacts":[{"identifierValue":"+447700900103"}]},"failure":{"code":15005,"source":{"name":"sms-messagebird","code":"1"}}}`
	for _, body := range []string{failed, `{"service":"channels","event":"sms.outbound","payload":` + failed +
		`}`} {
		reading, err := Provider.Read(context.Background(), signed(body))
		if err != nil || len(reading.Events) != 1 {
			t.Fatalf("%+v, %v", reading, err)
		}
		if e := reading.Events[0]; e.Type != "invalid" || e.Reason != "sms-unknown-number" ||
			e.AttemptRef != "att_1" ||
			e.Recipient != "+447700900103" ||
			e.DedupeKey != "m1|delivery_failed" {
			t.Errorf("%+v", e)
		}
	}
	in, err := Provider.Read(context.Background(),
		signed(`{"id":"m2","direction":"incoming","sender":{"contact":{"identifierValue":"+447700900103"}},
		"receiver":{"connector":{"identifierValue":"447700900999"}},"body":{"type":"text","text":{"text":"STOP"}}}`))
	if err != nil || len(in.Inbound) != 1 || in.Inbound[0].From != "+447700900103" ||
		in.Inbound[0].To != "+447700900999" ||
		in.Inbound[0].Text != "STOP" {
		t.Errorf("%+v, %v", in, err)
	}
}

// Reading never fails in another way than by its two errors, whatever the body.
func FuzzRead(f *testing.F) {
	f.Add(`{"id":"m1","status":"sent"}`)
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
