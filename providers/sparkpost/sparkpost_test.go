package sparkpost

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var settings = wire.Settings{"api_key": "key", "region": "eu",
	"from": "Harbour Street Clinic <reminders@harbourstreet.example>", "webhook_user": "u",
	"webhook_password": "p"}

var message = wire.Message{AttemptID: "att_1", Channel: models.Email, To: "mira.okafor@example.net",
	Subject: "Your appointment", Text: "Tuesday at nine."}

const taken = `{"results":{"total_rejected_recipients":0,"total_accepted_recipients":1,"id":"770000000000000003"}}`

// Each kind of SparkPost's answers to a mail has its class, and no hand-over is more than one request.
func TestSendByAnswer(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: 200, Body: taken, ID: "770000000000000003"})
}

// A mail to SparkPost carries one recipient and our attempt id, and is signed in without "Bearer".
func TestSentMail(t *testing.T) {
	far := wiretest.Says(t, 200, taken)
	Provider.Send(context.Background(), far.Client, settings, message)
	var body transmission
	seen := far.Seen()[0]
	if err := json.Unmarshal([]byte(seen.Body), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Recipients) != 1 || body.Recipients[0].Address.Email != message.To ||
		body.Recipients[0].Metadata["notification_id"] != "att_1" ||
		!body.Options["transactional"] ||
		seen.Header.Get("Authorization") != "key" {
		t.Errorf("%s %v", seen.Body, seen.Header)
	}
}

// A suppressed recipient is refused at once, and that is the list's doing, not the request's.
func TestRefusalOfSuppressed(t *testing.T) {
	far := wiretest.Says(t, 400,
		`{"errors":[{"message":"Message generation rejected","description":"recipient address suppressed due to customer policy","code":"1902"}]}`)
	if r := Provider.Send(context.Background(), far.Client, settings, message); r.Outcome != wire.Refused ||
		r.Reason != "dropped-bounce" {
		t.Errorf("%+v", r)
	}
}

// The log of a time that we missed gives the posts' own events with the posts' own keys, to its last page.
func TestMissedFromLog(t *testing.T) {
	far := wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
		answer := `{"results":[{"type":"bounce","event_id":"1","timestamp":"2026-10-14T10:00:00Z","rcpt_to":"a@example.net","transmission_id":"77","bounce_class":"10","raw_reason":"550 5.1.1 User unknown"}],
			"links":{"next":"/api/v1/events/message?cursor=two"}}`
		if r.URL.Query().Get("cursor") == "two" {
			answer = `{"results":[{"type":"delivery","event_id":"2","timestamp":"2026-10-14T10:05:00Z","rcpt_to":"b@example.net","transmission_id":"78"}],"links":{}}`
		}
		_, _ = w.Write([]byte(answer))
	})
	from := time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC)
	events, err := Provider.Missed(context.Background(), far.Client, settings, from, from.Add(time.Hour))
	if err != nil || len(events) != 2 || events[0].DedupeKey != "1" ||
		events[0].Type != models.EventType(models.HardBounce) ||
		events[1].Type != models.Delivered {
		t.Errorf("%+v %v", events, err)
	}
}

// A link of an answer never leads the API key to another place than SparkPost's interface.
func TestPagesStayWithSparkPost(t *testing.T) {
	far := wiretest.Says(t, 200,
		`{"results":[{"recipient":"a@example.net"}],"links":{"next":"https://elsewhere.example/steal"}}`)
	err := Provider.Suppressions.List(context.Background(), far.Client, settings,
		func(wire.Entry) error { return nil })
	if n := len(far.Seen()); err != nil || n != 1 {
		t.Errorf("%d requests, %v", n, err)
	}
}

// Whatever is posted with the right login, reading it ends without a panic, and every event has a key.
func FuzzRead(f *testing.F) {
	f.Add([]byte(
		`[{"msys":{"message_event":{"type":"bounce","event_id":"1","bounce_class":"10","rcpt_to":"a@example.net"}}}]`,
	))
	f.Add([]byte(`[{"msys":{}}]`))
	header := http.Header{"Authorization": {"Basic dTpw"}}
	f.Fuzz(func(t *testing.T, body []byte) {
		reading, err := Provider.Read(context.Background(),
			wire.Request{Body: body, Settings: settings, Header: header})
		for _, e := range reading.Events {
			if err != nil || e.DedupeKey == "" || !e.Type.Valid() {
				t.Errorf("%+v %v", e, err)
			}
		}
	})
}
