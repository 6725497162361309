package providers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/providers/wire"
)

// readAs reads a post of the field as one that was proven.
func readAs(t *testing.T, code, file string) []models.Event {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "field", file))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := ByCode(code)
	reading, err := p.Reread(post(code, body))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return reading.Events
}

// Posts that are not quite as documented are read: truth values as text, a byte order mark, no event id, a
// provider's own advice in the place of a reply.
func TestFieldPosts(t *testing.T) {
	for _, c := range []struct{ code, file, reason string }{
		{"mailjet", "mailjet-empty.json", "user-unknown"}, {"mailjet", "mailjet-true.json", "user-unknown"},
		{"brevo", "brevo-mark.json", "user-unknown"}, {"sparkpost", "sparkpost-no-id.json", "user-unknown"},
		{"resend", "resend-advice.json", "user-unknown"},
	} {
		events := readAs(t, c.code, c.file)
		if len(events) != 1 || events[0].Type != models.EventType(models.HardBounce) ||
			events[0].Reason != c.reason ||
			events[0].State == models.EventParked {
			t.Errorf("%s: %+v", c.file, events)
		}
	}
}

// Two changes of a list in one second are two events.
func TestFieldTwoChanges(t *testing.T) {
	events := readAs(t, "postmark", "postmark-two.json")
	if len(events) != 2 || events[0].DedupeKey == events[1].DedupeKey ||
		events[1].Type != models.Resubscribed {
		t.Errorf("%+v", events)
	}
}

// An event about the account is read, concerns nobody, and warns where the account is stopped.
func TestFieldAccountEvent(t *testing.T) {
	events := readAs(t, "sendgrid", "sendgrid-account.json")
	if len(events) != 1 || events[0].Type != models.Unrecognised || events[0].State == models.EventParked {
		t.Fatalf("%+v", events)
	}
	if wire.AccountWarning(events) == "" {
		t.Error("nobody is warned of a suspended account")
	}
	events[0].ProviderCode = "account_status_change:compliance_reactivate"
	if warning := wire.AccountWarning(events); warning != "" {
		t.Errorf("the good news is told as %q", warning)
	}
}

// A mail that an old post of Mailgun's calls a hard failure was refused for the list that its code names.
func TestFieldOldDrops(t *testing.T) {
	for code, kind := range map[string]string{"605": "bounce", "606": "unsubscribe", "607": "complaint"} {
		form := "event=dropped&recipient=pia%40shed.example&Message-Id=%3Cvisit-89%40harbour.example%3E&reason=hardfail&code=" + code
		p, _ := ByCode("mailgun")
		r := post("mailgun", []byte(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		reading, err := p.Reread(r)
		if err != nil || len(reading.Events) != 1 {
			t.Fatalf("%s: %+v, %v", code, reading.Events, err)
		}
		if e := reading.Events[0]; e.Type != models.EventType(models.Dropped) || e.SuppressionKind != kind {
			t.Errorf("%s: %s %s, listed as %q", code, e.Type, e.Reason, e.SuppressionKind)
		}
	}
}

// A lone event without an id has the same key however its fields are arranged, and another one for another
// recipient.
func TestFieldKeyWithoutID(t *testing.T) {
	const first = `[{"msys":{"message_event":{"type":"bounce","rcpt_to":"sina@loft.example","timestamp":"1793696400"}}}]`
	keys := map[string]bool{}
	for _, body := range []string{first, `[{"msys":{"message_event":{"timestamp":"1793696400","rcpt_to":"sina@loft.example","type":"bounce"}}}]`,
		strings.Replace(first, "sina", "nina", 1)} {
		p, _ := ByCode("sparkpost")
		reading, err := p.Reread(post("sparkpost", []byte(body)))
		if err != nil || len(reading.Events) != 1 || reading.Events[0].DedupeKey == "" {
			t.Fatalf("%+v, %v", reading.Events, err)
		}
		keys[reading.Events[0].DedupeKey] = true
	}
	if len(keys) != 2 {
		t.Errorf("%d keys, want 2", len(keys))
	}
}
