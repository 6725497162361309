package mailjet

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var settings = wire.Settings{"api_key": "public", "api_secret": "private",
	"from": "Harbour Street Clinic <reminders@harbourstreet.example>"}

var message = wire.Message{AttemptID: "att_1", Channel: models.Email, To: "mira.okafor@example.net",
	Subject: "Your appointment", Text: "Tuesday at nine."}

// taken names a message id above 2^53, which a number with decimals would spoil.
const taken = `{"Messages":[{"Status":"success","CustomID":"att_1","To":[{"Email":"mira.okafor@example.net","MessageUUID":"d1a2","MessageID":1152921504606847002}]}]}`

// Each kind of Mailjet's answers to a mail has its class, and no hand-over is more than one request.
func TestSendByAnswer(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message,
		wiretest.Success{Status: 200, Body: taken, ID: "1152921504606847002"})
}

// A mail to Mailjet carries one recipient and our attempt id.
func TestSentMail(t *testing.T) {
	far := wiretest.Says(t, 200, taken)
	Provider.Send(context.Background(), far.Client, settings, message)
	var body struct{ Messages []mail }
	if err := json.Unmarshal([]byte(far.Seen()[0].Body), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Messages) != 1 || len(body.Messages[0].To) != 1 || body.Messages[0].CustomID != "att_1" ||
		body.Messages[0].To[0].Email != message.To {
		t.Errorf("%s", far.Seen()[0].Body)
	}
}

// An address that Mailjet will not take is the customer's when it is the one written to, and ours otherwise.
func TestRefusalsOfMail(t *testing.T) {
	for field, want := range map[string]string{"To[0].Email": "address-malformed",
		"From.Email": "not-sent-bad-request"} {
		far := wiretest.Says(t, 400,
			`{"Messages":[{"Status":"error","Errors":[{"ErrorCode":"mj-0013","StatusCode":400,
			"ErrorMessage":"\"x@example\" is an invalid email address.","ErrorRelatedTo":["`+field+`"]}]}]}`)
		if r := Provider.Send(context.Background(), far.Client, settings,
			message); r.Outcome != wire.Refused ||
			r.Reason != want {
			t.Errorf("%s: %+v, want %s", field, r, want)
		}
	}
}

// Bounces and complaints are for Mailjet's support: the program asks nothing and says so.
func TestClearingBounceByHand(t *testing.T) {
	far := wiretest.Says(t, 200, `{}`)
	for _, kind := range []string{"bounce", "complaint"} {
		if c := Provider.Suppressions.Delete(context.Background(), far.Client, settings, message.To,
			kind); c.Result != wire.ClearByHand ||
			Provider.Manual[kind] == "" {
			t.Errorf("%s: %+v", kind, c)
		}
	}
	if c := Provider.Suppressions.Delete(context.Background(), far.Client, settings, message.To,
		"unsubscribe"); c.Result != wire.ClearDone {
		t.Errorf("%+v", c)
	}
	if n := len(far.Seen()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// Whatever bytes a stranger posts, reading them ends without a panic, and every event has a key.
func FuzzRead(f *testing.F) {
	f.Add([]byte(
		`[{"event":"bounce","time":1790000602,"MessageID":1152921504606847002,"email":"a@example.net","hard_bounce":true,"error":"user unknown"}]`,
	))
	f.Add([]byte(`{"event":"unsub","email":"a@example.net"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		reading, err := Provider.Read(context.Background(), wire.Request{Body: body, Settings: settings})
		for _, e := range reading.Events {
			if err != nil || e.DedupeKey == "" || !e.Type.Valid() {
				t.Errorf("%+v %v", e, err)
			}
		}
	})
}

// The log of a time that we missed gives what became of each mail, by message, and nothing for one under way.
func TestMissedFromLog(t *testing.T) {
	far := wiretest.Says(t, 200, `{"Count":3,"Data":[
		{"ID":1152921504606847002,"Status":"hardbounced","StateID":1,"ContactAlt":"a@example.net","CustomID":"att_1"},
		{"ID":1152921504606847003,"Status":"sent","StateID":0,"ContactAlt":"b@example.net","CustomID":""},
		{"ID":1152921504606847004,"Status":"queued","StateID":0,"ContactAlt":"c@example.net","CustomID":""}]}`)
	at := time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC)
	events, err := Provider.Missed(context.Background(), far.Client, settings, at, at.Add(time.Hour))
	if err != nil || len(events) != 2 {
		t.Fatalf("%+v %v", events, err)
	}
	first := events[0]
	if first.Type != models.EventType(models.HardBounce) || first.Reason != "user-unknown" ||
		first.AttemptRef != "att_1" ||
		first.ProviderMessageID != "1152921504606847002" ||
		!first.ByRank ||
		events[1].Type != models.Delivered {
		t.Errorf("%+v", events)
	}
}
