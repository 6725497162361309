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
		if e.DedupeKey != "e1" || e.NotificationRef != "inv-7" || e.Recipient != "mira@example.net" ||
			e.Channel != models.Email ||
			e.Type != "hard_bounce" ||
			e.Reason != "user-unknown" ||
			e.SMTPCode != 550 ||
			string(e.Raw) != item ||
			!e.OccurredAt.Equal(time.Date(2026, 10, 14, 9, 26, 53, 0, time.UTC)) {
			t.Errorf("%+v", e)
		}
	}
}

// Codes and words decide; the type counts where they are silent, and "failed" leaves it to them altogether.
func TestWordsBeforeType(t *testing.T) {
	for body, want := range map[string]string{
		`"to":"a@b.example","type":"mailbox_error","diagnostic":"552 5.2.2 mailbox full"`:                        "mailbox_error mailbox-full",
		`"to":"a@b.example","type":"blocked","diagnostic":"552 5.2.2 mailbox full"`:                              "mailbox_error mailbox-full",
		`"to":"a@b.example","type":"not_delivered","diagnostic":"550 5.1.1 user unknown"`:                        "hard_bounce user-unknown",
		`"to":"a@b.example","type":"failed","smtp_code":550,"enhanced_code":"5.1.1","diagnostic":"user unknown"`: "hard_bounce user-unknown",
		`"to":"a@b.example","type":"failed"`:                                                                     "not_delivered other-permanent",
		`"to":"a@b.example","type":"hard_bounce"`:                                                                "hard_bounce user-unknown",
		`"to":"+12025550103","type":"invalid"`:                                                                   "invalid sms-invalid-number",
		`"to":"a@b.example","type":"deferred","diagnostic":"451 greylisted"`:                                     "deferred greylisted",
		`"to":"a@b.example","type":"delivered"`:                                                                  "delivered ",
		`"to":"a@b.example","type":"complaint","diagnostic":"550 5.1.1 no such user"`:                            "complaint complaint",
	} {
		events, _, err := Decode([]byte(`{"id":"1","notification_ref":"a",` + body + "}"))
		if err != nil || len(events) != 1 || string(events[0].Type)+" "+events[0].Reason != want {
			t.Errorf("%s: %+v, %v", body, events, err)
		}
	}
}

// A block list is no verdict on the address, whatever type the sender gave the failure.
func TestBlockListOptsNobodyOut(t *testing.T) {
	const body = `{"id":"1","notification_ref":"a","to":"a@b.example","type":"hard_bounce","smtp_code":550,"enhanced_code":"5.7.1",
		"diagnostic":"550 5.7.1 Unfortunately, messages from [192.0.2.4] weren't sent. Please contact your provider since part of their network is on our block list (S3150)."}`
	events, _, err := Decode([]byte(body))
	if err != nil || len(events) != 1 || events[0].Type != models.EventType(models.Blocked) {
		t.Errorf("%+v %v", events, err)
	}
}

// A field that we do not know is refused by its name.
func TestUnknownField(t *testing.T) {
	_, problems, err := Decode([]byte(`{"id":"1","notification_ref":"a","type":"sent","smtpcode":550}`))
	if err != nil || len(problems) != 1 || problems[0].Field != "smtpcode" {
		t.Errorf("%+v %v", problems, err)
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
	if got := strings.Join(fields, " "); got != "type id notification_ref occurred_at smtp_code " ||
		problems[5].Index != 2 {
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
	if e := reading.Events[1]; e.State != models.EventParked ||
		!strings.Contains(e.Error, "notification_ref") {
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
