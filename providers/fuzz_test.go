package providers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"undelivered/models"
	"undelivered/providers/wire"
)

// readersOf fuzzes one reader with the bodies of its examples: whatever a proven body holds, it is read,
// parked, or unreadable; each event is whole.
func readersOf(f *testing.F, code string) {
	p, _ := ByCode(code)
	for _, x := range examples(f) {
		if x.Provider == code && x.Direction == "webhook" {
			f.Add(x.body(f), x.ContentType)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		r := post(code, body)
		r.Header.Set("Content-Type", contentType)
		if code == "messagebird" {
			r.Method, r.Body, r.URL = http.MethodGet, nil, r.URL+"?"+string(body)
			r.Query, _ = url.ParseQuery(string(body)) // what can be read of it
		}
		if sign := stands[code].sign; sign != nil {
			sign(t, &r)
		}
		reading, err := p.Read(context.Background(), r)
		if err != nil && !errors.Is(err, wire.ErrRefused) && !errors.Is(err, wire.ErrUnreadable) {
			t.Fatal(err)
		}
		for _, e := range reading.Events {
			if e.DedupeKey == "" || len(e.Raw) == 0 && len(body) > 0 || !e.Type.Valid() ||
				e.Reason != "" && !knownReason(e.Reason) {
				t.Fatalf("%+v", e)
			}
		}
	})
}

// FuzzReaders is every reader of the table in turn, also one that has no target of its own.
func FuzzReaders(f *testing.F) {
	var readers []wire.Provider
	for _, p := range All() {
		if p.Read != nil {
			readers = append(readers, p)
		}
	}
	f.Add(byte(0), []byte("[]"))
	f.Fuzz(func(t *testing.T, at byte, body []byte) {
		p := readers[int(at)%len(readers)]
		r := post(p.Code, body)
		if sign := stands[p.Code].sign; sign != nil {
			sign(t, &r)
		}
		if _, err := p.Read(context.Background(), r); err != nil && !errors.Is(err, wire.ErrRefused) &&
			!errors.Is(err, wire.ErrUnreadable) {
			t.Fatalf("%s: %v", p.Code, err)
		}
		if _, err := p.Reread(wire.Again(body)); err != nil && !errors.Is(err, wire.ErrUnreadable) {
			t.Fatalf("%s, read anew: %v", p.Code, err)
		}
	})
}

func knownReason(id string) bool {
	_, known := models.ReasonByID(id)
	return known
}

func FuzzSendGrid(f *testing.F)    { readersOf(f, "sendgrid") }
func FuzzPostmark(f *testing.F)    { readersOf(f, "postmark") }
func FuzzMailgun(f *testing.F)     { readersOf(f, "mailgun") }
func FuzzSES(f *testing.F)         { readersOf(f, "ses") }
func FuzzResend(f *testing.F)      { readersOf(f, "resend") }
func FuzzBrevo(f *testing.F)       { readersOf(f, "brevo") }
func FuzzMailjet(f *testing.F)     { readersOf(f, "mailjet") }
func FuzzSparkPost(f *testing.F)   { readersOf(f, "sparkpost") }
func FuzzTwilio(f *testing.F)      { readersOf(f, "twilio") }
func FuzzVonage(f *testing.F)      { readersOf(f, "vonage") }
func FuzzTelnyx(f *testing.F)      { readersOf(f, "telnyx") }
func FuzzPlivo(f *testing.F)       { readersOf(f, "plivo") }
func FuzzMessageBird(f *testing.F) { readersOf(f, "messagebird") }
func FuzzBird(f *testing.F)        { readersOf(f, "bird") }
func FuzzAWSSMS(f *testing.F)      { readersOf(f, "aws-sms") }
func FuzzGeneric(f *testing.F)     { readersOf(f, "generic") }
func FuzzSimulator(f *testing.F)   { readersOf(f, "simulator") }
