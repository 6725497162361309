package models

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

type reasonExample struct {
	Reply, Provider, Code, Reason string
	Also                          []string
}

func reasonExamples(t testing.TB) (email, sms []reasonExample) {
	raw, err := os.ReadFile("testdata/reason-examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Email, SMS []reasonExample }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Email, file.SMS
}

// Every example of the dictionary gets the reason that it names, or one that is right as well.
func TestReasonExamples(t *testing.T) {
	email, sms := reasonExamples(t)
	if len(email) != 95 || len(sms) != 174 {
		t.Fatalf("%d email and %d text examples", len(email), len(sms))
	}
	for _, x := range email {
		checkReason(t, x, MatchReason(Evidence{Channel: Email, Text: x.Reply}))
	}
	for _, x := range sms {
		checkReason(t, x,
			MatchReason(Evidence{Channel: SMS, Provider: x.Provider, Codes: []string{x.Code}, Text: x.Reply}))
	}
}

func checkReason(t *testing.T, x reasonExample, got Reason) {
	t.Helper()
	if got.ID != x.Reason && !slices.Contains(x.Also, got.ID) {
		t.Errorf("%s%s %s: %s, want %s or %v", x.Reply, x.Provider, x.Code, got.ID, x.Reason, x.Also)
	}
}

// Every reason has a status that the product knows, or is no failure, and words for the manager.
func TestReasonDictionaryIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Reasons() {
		if seen[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		seen[r.ID] = true
		if r.Class != "none" && !r.Status().Valid() {
			t.Errorf("%s: class %s %s has no status", r.ID, r.Class, r.Kind)
		}
		if r.Class == "none" && r.Status() != "" {
			t.Errorf("%s: status %s, want none", r.ID, r.Status())
		}
		if !r.EventType().Valid() || r.Title == "" || r.Text == "" || r.Resolution == "" ||
			!r.Channel.Valid() {
			t.Errorf("%s is not whole: %+v", r.ID, r)
		}
	}
	if len(seen) != 133 {
		t.Errorf("%d reasons, want 133", len(seen))
	}
}

// The status of a reason follows its class and kind, with three exceptions.
func TestReasonStatus(t *testing.T) {
	for id, want := range map[string]Status{
		"user-unknown": HardBounce, "receiver-down": SoftBounce, "expired": NotDelivered,
		"spam-content": Spammed,
		"complaint":    Spammed, "mailbox-inactive": MailboxError, "address-malformed": InvalidStatus,
		"dropped-bounce": Dropped, "ip-blocklist": Blocked, "auto-reply": Autoresponder, "unsubscribed": "",
		"sms-landline": InvalidStatus, "sms-unknown-number": InvalidStatus, "sms-unreachable": MailboxError,
		"sms-opted-out": Dropped, "sms-expired": NotDelivered, "sms-unknown-error": NotDelivered,
		"sms-spam-filter": Blocked,
	} {
		r, known := ReasonByID(id)
		if !known || r.Status() != want {
			t.Errorf("%s: %v %q, want %q", id, known, r.Status(), want)
		}
	}
	for id, want := range map[string]EventType{"complaint": Complaint, "spam-content": EventType(Spammed),
		"unsubscribed": Unsubscribed, "complaint-not-spam": Unrecognised,
		"user-unknown": EventType(HardBounce)} {
		if r, _ := ReasonByID(id); r.EventType() != want {
			t.Errorf("%s: %q, want %q", id, r.EventType(), want)
		}
	}
}

// The steps of the matching stand in their order: each line hits a later step than the one above.
func TestReasonMatchingOrder(t *testing.T) {
	for _, x := range []struct {
		name string
		e    Evidence
		want string
	}{
		{"provider code before text", Evidence{Provider: "sparkpost", Codes: []string{"22"},
			Text: "550 5.1.1 user unknown"}, "mailbox-full"},
		{"SendGrid's drop reason by its beginning",
			Evidence{Provider: "sendgrid", Codes: []string{"dropped:bounced address, again"}},
			"dropped-bounce"},
		{"text before enhanced status", Evidence{Text: "550 5.1.1 mailbox full"}, "mailbox-full"},
		{"enhanced before weak text", Evidence{Text: "550 5.2.2 rejected"}, "mailbox-full"},
		{"weak text before weak enhanced", Evidence{Text: "550 5.7.1 unknown address"}, "address-doubtful"},
		{"weak enhanced before weak code", Evidence{Provider: "mailgun", Codes: []string{"espblock"},
			Text: "550 5.7.1"}, "policy"},
		{"weak code before class", Evidence{Provider: "mailgun", Codes: []string{"espblock"},
			Text: "550 5.7.99"}, "ip-blocklist"},
		{"class before reply", Evidence{Text: "552 5.7.99"}, "policy"},
		{"reply before default", Evidence{Text: "552"}, "mailbox-full"},
		{"a bare 4xx", Evidence{Text: "459 hm"}, "other-temporary"},
		{"a 4xx with 5.x.x inside is temporary", Evidence{SMTP: 499, Enhanced: "5.0.0"}, "other-temporary"},
		{"the last code of a quoted reply", Evidence{Text: "550 5.1.1 - 550-'5.2.2 oh'"}, "mailbox-full"},
		{"the provider's word where there is no reply", Evidence{Temporary: true}, "other-temporary"},
		{"nothing at all", Evidence{}, "other-permanent"},
		{"an address is not evidence", Evidence{Text: "550 5.1.1 <spam.virus@example.net>"}, "user-unknown"},
		{"an IP address is no status", Evidence{Text: "459 5.1.1.9 said no"}, "other-temporary"},
	} {
		x.e.Channel = Email
		if got := MatchReason(x.e); got.ID != x.want {
			t.Errorf("%s: %s, want %s", x.name, got.ID, x.want)
		}
	}
}

// A reply that fits nothing says so, so that support can propose an entry; one that fits does not.
func TestReasonUnmatched(t *testing.T) {
	if !MatchReason(Evidence{Channel: Email, Text: "599 qqq"}).ByDefault {
		t.Error("an unknown reply is not listed")
	}
	if MatchReason(Evidence{Channel: Email, Text: "550 user unknown"}).ByDefault {
		t.Error("a known reply is listed")
	}
	if r := MatchReason(Evidence{Channel: SMS, Provider: "twilio", Codes: []string{"1"}}); !r.ByDefault ||
		r.ID != "sms-unknown-error" {
		t.Errorf("an unknown code of a text message: %+v", r)
	}
}

// Codes are found in texts of every habit.
func TestReasonCodes(t *testing.T) {
	for text, want := range map[string]struct {
		smtp     int
		enhanced string
	}{
		"smtp;550 5.1.1 gone":                   {550, "5.1.1"},
		"550-5.2.1 disabled":                    {550, "5.2.1"},
		"(#5.1.1)":                              {0, "5.1.1"},
		"connect to mx[192.0.2.30]:25: refused": {0, ""},
		"5.1.10.":                               {0, "5.1.10"},
		"554 10.5.1.1 [5.4.7]":                  {554, "5.4.7"},
		"v5.1.1 1550 x550 550":                  {550, ""},
	} {
		if smtp, enhanced := ReplyCode(text), EnhancedStatus(text); smtp != want.smtp ||
			enhanced != want.enhanced {
			t.Errorf("%q: %d %q, want %+v", text, smtp, enhanced, want)
		}
	}
}

// No reply can break the matching, and every answer is an entry of the right channel.
func FuzzMatchReason(f *testing.F) {
	email, sms := reasonExamples(f)
	for _, x := range append(email, sms...) {
		f.Add(x.Reply, x.Provider, x.Code, "5.1.1", 550)
	}
	f.Fuzz(func(t *testing.T, text, provider, code, enhanced string, smtp int) {
		for _, channel := range []Channel{Email, SMS} {
			r := MatchReason(Evidence{Channel: channel, Provider: provider, Codes: []string{code},
				Text: text, Enhanced: enhanced, SMTP: smtp})
			if _, known := ReasonByID(r.ID); !known || r.Channel != channel {
				t.Fatalf("%+v", r)
			}
		}
	})
}

// BenchmarkMatchReason measures one reply that only the last step explains.
func BenchmarkMatchReason(b *testing.B) {
	e := Evidence{
		Channel: Email,
		Text: "550 something that nobody has said before to <mira.okafor@example.net>, ask your " +
			"administrator about it",
	}
	for b.Loop() {
		MatchReason(e)
	}
}
