package providers

import (
	"os"
	"path/filepath"
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

// Posts that are not quite as documented are read: truth values as text, a byte order mark, no event id, a provider's
// own advice in the place of a reply.
func TestFieldPosts(t *testing.T) {
	for _, c := range []struct{ code, file, reason string }{
		{"mailjet", "mailjet-empty.json", "user-unknown"}, {"mailjet", "mailjet-true.json", "user-unknown"},
		{"brevo", "brevo-mark.json", "user-unknown"}, {"sparkpost", "sparkpost-no-id.json", "user-unknown"},
		{"resend", "resend-advice.json", "user-unknown"},
	} {
		events := readAs(t, c.code, c.file)
		if len(events) != 1 || events[0].Type != models.EventType(models.HardBounce) || events[0].Reason != c.reason || events[0].State == models.EventParked {
			t.Errorf("%s: %+v", c.file, events)
		}
	}
}

// Two changes of a list in one second are two events.
func TestFieldTwoChanges(t *testing.T) {
	events := readAs(t, "postmark", "postmark-two.json")
	if len(events) != 2 || events[0].DedupeKey == events[1].DedupeKey || events[1].Type != models.Resubscribed {
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
