package generic

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// An event in our words is read with all its fields, alone or in an array.
func TestItem(t *testing.T) {
	const item = `{"id":"e1","notification_ref":"inv-7","to":"Mira <mira@example.net>","type":"hard_bounce",
		"occurred_at":"2026-10-14T11:26:53+02:00","smtp_code":550,"enhanced_code":"5.1.1","diagnostic":"no such user"}`
	for _, body := range []string{item, "[" + item + "]"} {
		events, problems, err := Decode([]byte(body))
		if err != nil || len(problems) != 0 || len(events) != 1 {
			t.Fatalf("%v %v %v", events, problems, err)
		}
		e := events[0]
		if e.DedupeKey != "e1" || e.NotificationRef != "inv-7" || e.Recipient != "mira@example.net" || e.Channel != models.Email ||
			e.Type != "hard_bounce" || e.Reason != "user-unknown" || e.SMTPCode != 550 || string(e.Raw) != item ||
			!e.OccurredAt.Equal(time.Date(2026, 10, 14, 9, 26, 53, 0, time.UTC)) {
			t.Errorf("%+v", e)
		}
	}
}

// The type that the sender names stands; the reason goes with it, whatever the words say.
func TestReasonGoesWithType(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"1","notification_ref":"a","to":"a@b.example","type":"mailbox_error","diagnostic":"552 5.2.2 mailbox full"}`: "mailbox-full",
		`{"id":"1","notification_ref":"a","to":"a@b.example","type":"blocked","diagnostic":"552 5.2.2 mailbox full"}`:       "policy",
		`{"id":"1","notification_ref":"a","to":"a@b.example","type":"hard_bounce"}`:                                         "user-unknown",
		`{"id":"1","notification_ref":"a","to":"+12025550103","type":"invalid"}`:                                            "sms-invalid-number",
		`{"id":"1","notification_ref":"a","to":"a@b.example","type":"deferred","diagnostic":"451 greylisted"}`:              "greylisted",
		`{"id":"1","notification_ref":"a","to":"a@b.example","type":"delivered"}`:                                           "",
	} {
		events, _, err := Decode([]byte(body))
		if err != nil || len(events) != 1 || events[0].Reason != want {
			t.Errorf("%s: %+v, %v", body, events, err)
		}
	}
}

// Every status and the complaint have a usual reason in the dictionary, for both channels.
func TestUsualReasons(t *testing.T) {
	for _, row := range models.Statuses {
		pair, ok := usual[models.EventType(row.Code)]
		if !ok {
			t.Errorf("no usual reason for %s", row.Code)
		}
		for _, id := range pair {
			if _, known := models.ReasonByID(id); !known {
				t.Errorf("%s: no reason %q", row.Code, id)
			}
		}
	}
}

// Each wrong field is named with its event, and the events in order are still read.
func TestProblems(t *testing.T) {
	body := `[{"id":"1","provider_message_id":"m","type":"sent"},
		{"id":"","type":"bounced","occurred_at":"yesterday","smtp_code":7}, 5]`
	events, problems, err := Decode([]byte(body))
	if err != nil || len(events) != 1 {
		t.Fatalf("%v %v", events, err)
	}
	var fields []string
	for _, p := range problems {
		fields = append(fields, p.Field)
	}
	if got := strings.Join(fields, " "); got != "type id notification_ref occurred_at smtp_code " || problems[5].Index != 2 {
		t.Errorf("%q %+v", got, problems)
	}
}

// A body that is no JSON, or holds too many events, is refused as a whole.
func TestUnreadable(t *testing.T) {
	many := "[" + strings.Repeat(`{"id":"1"},`, Most) + `{"id":"2"}]`
	for _, body := range []string{"", "<xml>", `"text"`, many} {
		if _, _, err := Decode([]byte(body)); !errors.Is(err, wire.ErrUnreadable) {
			t.Errorf("%.20q: %v", body, err)
		}
	}
}

// The webhook keeps a wrong event, parked with its error, beside the right ones.
func TestHookParks(t *testing.T) {
	reading, err := Provider.Read(context.Background(), wire.Request{Body: []byte(
		`[{"id":"1","type":"sent"},{"id":"2","provider_message_id":"m","type":"delivered"}]`)})
	if err != nil || len(reading.Events) != 2 {
		t.Fatalf("%+v, %v", reading, err)
	}
	if e := reading.Events[1]; e.State != models.EventParked || !strings.Contains(e.Error, "notification_ref") {
		t.Errorf("%+v", e)
	}
}

// Decoding any bytes ends, and loses no event of an array: each is read or has a problem.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`[{"id":"1","type":"sent"}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		events, problems, err := Decode(body)
		list, unreadable := wire.Batch(body)
		if (err == nil) != (unreadable == nil && len(list) <= Most) {
			t.Fatalf("%v and %v", err, unreadable)
		}
		wrong := map[int]bool{}
		for _, p := range problems {
			wrong[p.Index] = true
		}
		if err == nil && len(events)+len(wrong) != len(list) {
			t.Errorf("%d events and %d wrong of %d", len(events), len(wrong), len(list))
		}
	})
}
