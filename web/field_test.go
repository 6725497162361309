package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
)

// A field of a notification that we do not know is refused by its name, and nothing of it is taken.
func TestAPIRefusesUnknownFields(t *testing.T) {
	p := open(t).program()
	const whole = `"ref":"n","channel":"email","to":"jane@example.com","title":"Invoice","customer":{"ref":"c","name":"Jane Doe"}`
	for _, more := range []string{`"attachments":[{"name":"invoice.pdf"}]`, `"cc":"jim@example.com"`,
		`"Priority":1`} {
		name := strings.Trim(strings.SplitN(more, ":", 2)[0], `"`)
		for _, body := range []string{"{" + whole + "," + more + "}",
			"[{" + whole + "},{" + whole + "," + more + "}]"} {
			status, answer := p.ask(http.MethodPost, "/api/v1/notifications", []byte(body))
			if status != http.StatusUnprocessableEntity || !strings.Contains(string(answer), name) {
				t.Errorf("%s: %d %s", more, status, answer)
			}
		}
		if status, _ := p.ask(http.MethodGet, "/api/v1/notifications/ref:n",
			nil); status != http.StatusNotFound {
			t.Errorf("%s: taken in all the same: %d", more, status)
		}
	}
}

// A program with a key hears what a post or a mail means; nothing of it is kept, and what cannot be read is
// said by field.
func TestAPIExplains(t *testing.T) {
	s := open(t)
	p := s.program()
	ask := func(path, body string, want int) (told delivery.Explained) {
		t.Helper()
		status, answer := p.ask(http.MethodPost, path, []byte(body))
		if status != want {
			t.Fatalf("%s: %d %s", body, status, answer)
		}
		if err := json.Unmarshal(answer, &told); err != nil {
			t.Fatal(err)
		}
		return told
	}
	const post = `[{"event":"bounce","type":"bounce","email":"ruth@mill.example","timestamp":1793696400,"sg_event_id":"e1","sg_message_id":"m1.x","reason":"550 5.1.1 no such user","status":"5.1.1"}]`
	for _, path := range []string{"/api/v1/explain", "/api/v1/explain?provider=sendgrid"} {
		told := ask(path, post, http.StatusOK)
		if told.Provider != "sendgrid" || len(told.Events) != 1 || told.Events[0].Reason != "user-unknown" ||
			told.Events[0].OptsOut != "hard_bounce" ||
			told.Events[0].Evidence != "550 5.1.1: no such user" {
			t.Errorf("%+v", told)
		}
	}
	if told := ask("/api/v1/explain", "550 5.7.1 blocked using zen.spamhaus.org",
		http.StatusOK); told.Kind != "reply" ||
		told.Events[0].OptsOut != "" {
		t.Errorf("%+v", told)
	}
	ask("/api/v1/explain?provider=pigeon", post, http.StatusUnprocessableEntity)
	ask("/api/v1/explain", "", http.StatusUnprocessableEntity)
	if rows, err := s.store.Report.CountUndelivered(t.Context(), s.ada, report.Filter{}); err != nil ||
		rows.Total != 0 {
		t.Errorf("%d on the report, %v", rows.Total, err)
	}
}

// Support pastes a text and reads how it is understood; nobody else has the page.
func TestSupportExplains(t *testing.T) {
	s := open(t)
	sam := s.as("sam@undelivered.example")
	page := sam.Open("/support/explain").
		Submit("Explain it", url.Values{"text": {"550 5.1.1 <jo@mill.example>: User unknown in local " +
			"recipient table"}})
	page.Says("Certain").Says("550 5.1.1").Says("Hard bounce")
	bad := sam.Open("/support/explain").Submit("Explain it", url.Values{"text": {`{"what":"is this"}`}})
	if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Text("textarea"), "is this") {
		t.Errorf("%d, %q", bad.Status, bad.Text("textarea"))
	}
	if p := s.as("ada@harbour.example").Try("/support/explain"); p.Status != http.StatusNotFound {
		t.Errorf("an owner sees it: %d", p.Status)
	}
}

// A text that may ask to stop leads a manager from the navigation to its page, where it is decided.
func TestWishesOnPages(t *testing.T) {
	s := open(t)
	c, _, err := s.store.Connection.AddConnection(t.Context(), s.ada,
		models.Connection{Provider: "generic", Name: "Texts", Channels: "sms"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ada := s.as("ada@harbour.example")
	ada.Open("/").Silent("Texts to read")
	modelstest.Keep(t, s.store, c, models.Event{Type: models.Unrecognised, Channel: models.SMS,
		Recipient: "+447700900222", DedupeKey: "inbound:1", ProviderCode: intake.WishUnsure,
		Diagnostic: "can you stop by tomorrow", OccurredAt: s.store.Now().Add(-time.Hour),
		Raw: []byte("{}")})
	page := ada.Open("/").Says("1 text of a customer waits to be read").Follow("Texts to read").
		Says("can you stop by tomorrow")
	page.Submit("It is not about that", nil).Says("Nothing was changed").Says("No text waits to be read").
		Silent("stop by tomorrow")
	if p := s.as("vera@harbour.example").Try("/texts"); p.Status != http.StatusForbidden {
		t.Errorf("a viewer reads them: %d", p.Status)
	}
}

// bouncedOnce is a message of ours to Jane that came back with the other server's words, and its page.
func (s *site) bouncedOnce() (path string) {
	s.t.Helper()
	ctx, at := s.t.Context(), s.store.Now().Add(-time.Hour)
	c, _, err := s.store.Connection.AddConnection(ctx, s.ada,
		models.Connection{Provider: "simulator", Name: "Mail", Channels: "email", Sends: true},
		map[string]string{})
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := s.store.Intake.Register(ctx, s.ada, []intake.Registration{
		{Ref: "b1", Channel: models.Email, To: "jo@mill.example",
			Title: "Visit", Subject: "Visit", Text: "Hello",
			SentAt: &at, ProviderMessageID: "m-b1", Connection: c.ID,
			Customer: intake.RegistrationCustomer{Ref: "jo", Name: "Jo Mill", Email: "jo@mill.example"}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	modelstest.Keep(s.t, s.store, c, models.Event{Type: models.EventType(models.HardBounce),
		Reason: "user-unknown", Channel: models.Email,
		Recipient: "jo@mill.example", ProviderMessageID: "m-b1", DedupeKey: "b1",
		SMTPCode: 550, EnhancedCode: "5.1.1",
		Diagnostic: "host mx.mill.example[192.0.2.7] said: 550 5.1.1 no such user",
		OccurredAt: at.Add(time.Minute), Raw: []byte("{}")})
	return "/notifications/" + all[0].ID
}

// "Save and resend" with an address that looks mistyped keeps what was typed, asks, and sends nothing yet.
func TestSaveAndResendAsksAboutTypo(t *testing.T) {
	s := open(t)
	path, ada := s.bouncedOnce(), s.as("ada@harbour.example")
	page := ada.Open(path).Submit("Save and resend", url.Values{"email": {"jo.new@gmial.com"}})
	page.Says("Nothing is sent yet: did you mean jo.new@gmail.com?")
	if got := ada.Open(path).Attr("input[name=email]", "value"); got != "jo.new@gmial.com" {
		t.Errorf("on file is %q", got)
	}
	st, err := s.store.Report.NotificationDetail(t.Context(), s.ada, "ref:b1")
	if err != nil || len(st.Attempts) != 1 {
		t.Fatalf("%d attempts, %v", len(st.Attempts), err)
	}
	ada.Open(path).Submit("Save and resend", url.Values{"email": {"jo.new@gmial.com"}})
	if st, err = s.store.Report.NotificationDetail(t.Context(), s.ada, "ref:b1"); err != nil ||
		len(st.Attempts) != 2 {
		t.Errorf("who presses again has been asked: %d attempts, %v", len(st.Attempts), err)
	}
}

// The page of a failure says how sure its cause is, and shows what the other side said and who.
func TestPageShowsProof(t *testing.T) {
	s := open(t)
	page := s.as("ada@harbour.example").Open(s.bouncedOnce())
	if got := page.Text("#n-proof"); !strings.Contains(got, "This is certain") ||
		!strings.Contains(got, "550 5.1.1 by mx.mill.example: no such user") {
		t.Errorf("%q", got)
	}
}

// The rule of soft failures is shown and set on the account's page; what cannot be is refused with what was
// typed.
func TestSoftRuleOnPage(t *testing.T) {
	s := open(t)
	ada := s.as("ada@harbour.example")
	page := ada.Open("/settings/account")
	if page.Attr("input[name=soft_failures]", "value") != "3" ||
		page.Attr("input[name=soft_days]", "value") != "14" {
		t.Error("the rule is not shown")
	}
	bad := page.Submit("Save", url.Values{"soft_failures": {"many"}, "soft_days": {"500"}})
	if bad.Status != http.StatusUnprocessableEntity ||
		bad.Attr("input[name=soft_failures]", "value") != "many" ||
		bad.Attr("input[name=soft_days]", "value") != "500" {
		t.Errorf("%d: %q, %q", bad.Status, bad.Attr("input[name=soft_failures]", "value"),
			bad.Attr("input[name=soft_days]", "value"))
	}
	ada.Open("/settings/account").Submit("Save", url.Values{"soft_failures": {"4"}, "soft_days": {"7"}}).
		Says("Saved")
	if got := ada.Open("/settings/account").Attr("input[name=soft_failures]", "value"); got != "4" {
		t.Errorf("kept is %q", got)
	}
}
