package simulator

import (
	"context"
	"net/http"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// A forged, an old, an unsigned and an unconfigured request are refused.
func TestForgedRequest(t *testing.T) {
	now := time.Now()
	p, err := Sign("s3cret", "sim_1_1",
		Event{Type: models.Delivered, Channel: models.Email, To: "a@b.example"}, now)
	if err != nil {
		t.Fatal(err)
	}
	ok := wire.Request{Header: p.Header, Body: p.Body, ReceivedAt: now,
		Settings: wire.Settings{"signing_secret": "s3cret"}}
	for name, change := range map[string]func(*wire.Request){
		"other secret": func(r *wire.Request) { r.Settings = wire.Settings{"signing_secret": "other"} },
		"no secret":    func(r *wire.Request) { r.Settings = nil },
		"other body":   func(r *wire.Request) { r.Body = append([]byte(" "), r.Body...) },
		"too old":      func(r *wire.Request) { r.ReceivedAt = now.Add(tolerance + time.Second) },
		"unsigned":     func(r *wire.Request) { r.Header = http.Header{} },
	} {
		r := ok
		change(&r)
		if _, err := Provider.Read(context.Background(), r); err != wire.ErrRefused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Reading never fails in another way than by its two errors, whatever the body.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"type":"delivered","to":"a@b.example"}`))
	f.Add([]byte(`{"type":"inbound","from":"+1"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		now := time.Unix(1_790_000_000, 0)
		h := http.Header{}
		h.Set("Svix-Id", "x")
		h.Set("Svix-Timestamp", "1790000000")
		h.Set("Svix-Signature", sign("s3cret", "x", now, body))
		reading, err := Provider.Read(
			context.Background(),
			wire.Request{Header: h, Body: body, ReceivedAt: now,
				Settings: wire.Settings{"signing_secret": "s3cret"}},
		)
		if err == nil && len(reading.Events)+len(reading.Inbound) != 1 {
			t.Errorf("%d events", len(reading.Events))
		}
	})
}
