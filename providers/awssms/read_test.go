package awssms

import (
	"context"
	"testing"

	"undelivered/providers/sns/snstest"
	"undelivered/providers/wire"
)

// Events come in Amazon's envelope; what is no event inside is nothing, and a text of a customer no event.
func TestEvents(t *testing.T) {
	amazon := snstest.New(t)
	read := func(message string) wire.Reading {
		t.Helper()
		reading, err := Provider.Read(
			context.Background(),
			wire.Request{Body: amazon.Body(t, "Notification", map[string]string{"Message": message}),
				Settings: wire.Settings{"topic_arns": snstest.Topic, "signing_cert_pem": amazon.Certificate}},
		)
		if err != nil {
			t.Fatalf("%s: %v", message, err)
		}
		return reading
	}
	for message, want := range map[string]string{
		`{"eventType":"TEXT_DELIVERED"}`:       "delivered",
		`{"eventType":"TEXT_SUCCESSFUL"}`:      "delivered",
		`{"eventType":"TEXT_PENDING"}`:         "sent",
		`{"eventType":"TEXT_INVALID"}`:         "invalid",
		`{"eventType":"TEXT_PROTECT_BLOCKED"}`: "blocked",
		`{"eventType":"TEXT_BRAND_NEW","messageStatusDescription":"Phone is currently unreachable/unavailable"}`: "mailbox_error",
		`{"eventType":"VOICE_COMPLETED"}`: "unrecognised",
	} {
		if events := read(message).Events; len(events) != 1 || string(events[0].Type) != want {
			t.Errorf("%s: %+v", message, events)
		}
	}
	e := read(`{"eventType":"TEXT_BLOCKED","eventTimestamp":1790000000006,"destinationPhoneNumber":"+12025550103","messageId":"m1","context":{"notification_id":"att_1"}}`).Events[0]
	if e.AttemptRef != "att_1" || e.Recipient != "+12025550103" || e.ProviderMessageID != "m1" ||
		e.DedupeKey == "" ||
		e.OccurredAt.UnixMilli() != 1790000000006 {
		t.Errorf("%+v", e)
	}
	in := read(
		`{"originationNumber":"+12025550103","destinationNumber":"+12065550110","messageKeyword":"KEYWORD_1","messageBody":"STOP","inboundMessageId":"i1"}`,
	)
	if len(in.Inbound) != 1 || in.Inbound[0].From != "+12025550103" || in.Inbound[0].Text != "STOP" ||
		in.Inbound[0].ID != "i1" ||
		len(in.Events) != 0 {
		t.Errorf("%+v", in)
	}
	if reading := read("Successfully validated SNS topic."); len(reading.Events) != 0 {
		t.Errorf("%+v", reading)
	}
}
