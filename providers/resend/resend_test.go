package resend

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var settings = wire.Settings{"api_key": "re_1",
	"from":           "Harbour Street Clinic <reminders@harbourstreet.example>",
	"signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}

var message = wire.Message{AttemptID: "att_1", Channel: models.Email,
	To: "mira.okafor@example.net", Subject: "Your appointment", Text: "Tuesday at nine.",
	Repeatable: "att_1"}

// Each kind of Resend's answers to a mail has its class, and no hand-over is more than one request.
func TestSendByAnswer(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: 200, Body: `{"id":"e1a2"}`, ID: "e1a2"})
}

// A mail to Resend carries one recipient, our attempt id as a tag, the key against repetition and a user
// agent.
func TestSentMail(t *testing.T) {
	far := wiretest.Says(t, 200, `{"id":"e1a2"}`)
	Provider.Send(context.Background(), far.Client, settings, message)
	var body mail
	seen := far.Seen()[0]
	if err := json.Unmarshal([]byte(seen.Body), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.To) != 1 || body.To[0] != message.To || len(body.Tags) != 1 ||
		body.Tags[0] != (tag{"notification_id", "att_1"}) {
		t.Errorf("%+v", body)
	}
	if h := seen.Header; h.Get("Idempotency-Key") != "att_1" || h.Get("Authorization") != "Bearer re_1" ||
		h.Get("User-Agent") == "" {
		t.Errorf("%v", h)
	}
}

// A refusal is the customer's address only where its words say so.
func TestRefusalsOfMail(t *testing.T) {
	for body, want := range map[string]string{
		`{"statusCode":422,"name":"validation_error","message":"Invalid ` + "`to`" +
			` field. The email address needs to follow the form."}`: "address-malformed",
		`{"statusCode":422,"name":"validation_error","message":"Invalid ` + "`from`" +
			` field."}`: "not-sent-bad-request",
	} {
		far := wiretest.Says(t, 422, body)
		if r := Provider.Send(context.Background(), far.Client, settings,
			message); r.Outcome != wire.Refused ||
			r.Reason != want {
			t.Errorf("%s: %+v, want %s", body, r, want)
		}
	}
}

// sentMail plays Resend's list of sent mail, in two pages.
func sentMail(t *testing.T) *wiretest.Far {
	return wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
		answer := `{"data":[{"id":"3","to":["c@example.net"],"created_at":"2026-10-14T12:00:00Z","last_event":"bounced"},
			{"id":"2","to":["b@example.net"],"created_at":"2026-10-14T10:30:00Z","last_event":"bounced"}],"has_more":true}`
		switch {
		case strings.HasPrefix(r.URL.Path, "/emails/"):
			answer = `{"id":"2","tags":[{"name":"notification_id","value":"att_1"}]}`
		case r.URL.Query().Get("after") == "2":
			answer = `{"data":[{"id":"1","to":["a@example.net"],"created_at":"2026-10-01T10:00:00Z","last_event":"bounced"}],"has_more":false}`
		}
		_, _ = w.Write([]byte(answer))
	})
}

// The list of sent mail gives what became of the mail of a time that we missed, and of nothing sent after it.
func TestMissedFromSentMail(t *testing.T) {
	from := time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC)
	events, err := Provider.Missed(context.Background(), sentMail(t).Client, settings, from,
		from.Add(time.Hour))
	if err != nil || len(events) != 1 {
		t.Fatalf("%v %v", events, err)
	}
	if e := events[0]; e.ProviderMessageID != "2" || e.Type != models.EventType(models.HardBounce) ||
		!e.ByRank ||
		e.Recipient != "b@example.net" {
		t.Errorf("%+v", e)
	}
}

// A mail of unknown outcome is found by its tag; one that is not there is never called lost.
func TestSearchOfSentMail(t *testing.T) {
	m := message
	m.To, m.SentAround = "B@example.net", time.Date(2026, 10, 14, 10, 30, 0, 0, time.UTC)
	found, err := Provider.Find(context.Background(), sentMail(t).Client, settings, m)
	if err != nil || !found.Known || found.ProviderMessageID != "2" {
		t.Errorf("%+v %v", found, err)
	}
	m.AttemptID = "att_other"
	if found, err = Provider.Find(context.Background(), sentMail(t).Client, settings, m); err != nil ||
		found.Known ||
		found.Complete {
		t.Errorf("%+v %v", found, err)
	}
}

// Whatever a signed body holds, reading it ends without a panic, and every event has a key.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(
		`{"type":"email.bounced","created_at":"2026-10-14T09:26:53.589Z","data":{"to":["a@example.net"],"tags":[{"name":"a","value":"b"}],"bounce":{"type":"Transient"}}}`,
	))
	f.Add([]byte(`{"type":"suppression.added","data":{"origin":"bounce","tags":{}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := wire.Batch(body)
		if err != nil {
			return
		}
		for _, e := range wire.Each(list, models.Email,
			func(raw json.RawMessage) ([]models.Event, error) { return event(raw, "msg_1") }) {
			if e.DedupeKey == "" || !e.Type.Valid() {
				t.Errorf("%+v", e)
			}
		}
	})
}
