package brevo

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

var settings = wire.Settings{"api_key": "xkeysib-1",
	"from": "Harbour Street Clinic <reminders@harbourstreet.example>"}

var message = wire.Message{AttemptID: "att_1", Channel: models.Email,
	To: "mira.okafor@example.net", ToName: "Mira Okafor", Subject: "Your appointment",
	Text: "Tuesday at nine.", Repeatable: "att_1"}

const taken = `{"messageId":"<20261014000006.5551234@smtp-relay.example>"}`

// Each kind of Brevo's answers to a mail has its class, and no hand-over is more than one request.
func TestSendByAnswer(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: 201, Body: taken, ID: "20261014000006.5551234@smtp-relay.example"})
}

// A mail to Brevo carries one recipient, our attempt id and the key against repetition.
func TestSentMail(t *testing.T) {
	far := wiretest.Says(t, 201, taken)
	Provider.Send(context.Background(), far.Client, settings, message)
	var body struct {
		To      []struct{ Email string }
		Headers map[string]string
	}
	seen := far.Seen()[0]
	if err := json.Unmarshal([]byte(seen.Body), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.To) != 1 || body.To[0].Email != message.To ||
		body.Headers["X-Mailin-custom"] != "notification_id:att_1" ||
		body.Headers["idempotencyKey"] != "att_1" ||
		seen.Header.Get("Api-Key") != "xkeysib-1" {
		t.Errorf("%s %v", seen.Body, seen.Header)
	}
}

// An address that Brevo calls invalid is the customer's, an empty purse is ours.
func TestRefusalsOfMail(t *testing.T) {
	for body, want := range map[string]string{
		`{"code":"invalid_parameter","message":"email is not valid in to"}`:        "address-malformed",
		`{"code":"not_enough_credits","message":"You do not have enough credits"}`: "not-sent-quota",
	} {
		far := wiretest.Says(t, 400, body)
		if r := Provider.Send(context.Background(), far.Client, settings,
			message); r.Outcome != wire.Refused ||
			r.Reason != want {
			t.Errorf("%s: %+v, want %s", body, r, want)
		}
	}
}

// The log of a time that we missed gives the failures of that time, by message, and nothing of before or
// after.
func TestMissedFromLog(t *testing.T) {
	far := wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/smtp/statistics/events") ||
			r.URL.Query().Get("startDate") != "2026-10-14" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`{"events":[
			{"email":"a@example.net","date":"2026-10-14T09:00:00.000+00:00","messageId":"<1@x>","event":"delivered"},
			{"email":"b@example.net","date":"2026-10-14T12:30:00.000+02:00","messageId":"<2@x>","event":"hardBounces","reason":"550 5.1.1 User unknown"}]}`))
	})
	from := time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC)
	events, err := Provider.Missed(context.Background(), far.Client, settings, from, from.Add(time.Hour))
	if err != nil || len(events) != 1 {
		t.Fatalf("%v %v", events, err)
	}
	e := events[0]
	if e.Type != models.EventType(models.HardBounce) || e.ProviderMessageID != "2@x" ||
		e.Recipient != "b@example.net" ||
		!e.ByRank {
		t.Errorf("%+v", e)
	}
}

// Whatever bytes a stranger posts, reading them ends without a panic, and every event has a key.
func FuzzRead(f *testing.F) {
	f.Add([]byte(
		`{"event":"hard_bounce","email":"a@example.net","message-id":"<1@x>","ts_epoch":1790000506000,"reason":"550 5.1.1"}`,
	))
	f.Add([]byte(`[{"event":"spam","tags":["notification_id:att_1"]}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		reading, err := Provider.Read(context.Background(), wire.Request{Body: body, Settings: settings})
		for _, e := range reading.Events {
			if err != nil || e.DedupeKey == "" || !e.Type.Valid() {
				t.Errorf("%+v %v", e, err)
			}
		}
	})
}
