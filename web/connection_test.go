package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/providers/wire/wiretest"
)

// connects gives the site a provider at the far end of the wire that answers everything with a status.
func (s *site) connects(status int) *wiretest.Far {
	far := wiretest.Says(s.t, status, `{"message":"no such key"}`)
	s.h.Receiver = &delivery.Receiver{Store: s.store, Client: far.Client, BaseURL: s.h.BaseURL, Log: s.h.Log}
	return far
}

// An owner connects a provider: the page asks what that provider needs, never shows a secret again, gives the
// address for reports, and a setting that is no longer typed stays as it is.
func TestConnectionOnPage(t *testing.T) {
	s := open(t)
	s.connects(200)
	ada := s.as("ada@harbour.example")
	form := ada.Open("/settings/connections").Follow("Add a connection").Follow("SparkPost")
	p := form.Submit("Connect", url.Values{"name": {"Post of the clinic"},
		"set.api_key": {"very secret key"}, "set.from": {"a@harbour.example"}})
	p.Says("Post of the clinic").Says("http://undelivered.test/hooks/sparkpost/")
	if strings.Contains(p.Body, "very secret key") {
		t.Error("the page shows the API key")
	}
	made := p.Attr("[name='set.webhook_password']", "value")
	if len(made) < 20 {
		t.Errorf("the password for the webhook is %q", made)
	}
	p.Submit("Save", url.Values{"name": {"Post"}}).Says("Saved.")
	all, err := s.store.Connection.Connections(t.Context(), s.ada)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := s.store.Connection.ConnectionSettings(all[0])
	if err != nil || settings["api_key"] != "very secret key" || settings["webhook_password"] != made ||
		!all[0].Sends ||
		all[0].Name != "Post" {
		t.Errorf("%+v %v %v", all[0], settings["api_key"] != "", err)
	}
	ada.Open("/settings/connections").Says("Post").Says("Not used yet")
}

// Of two people who change a connection the second sees both versions, still has what was typed, and saves it
// then. A secret stands in neither; what is wrong with a setting takes nothing of the others away.
func TestConnectionChangedMeanwhile(t *testing.T) {
	s := open(t)
	s.connects(200)
	s.user(s.ada, "olga@harbour.example", "Olga Ladyzhenskaya", models.Owner)
	p := s.as("ada@harbour.example").Open("/settings/connections/new?provider=brevo").
		Submit("Connect", url.Values{"set.api_key": {"first secret"}, "set.from": {"a@harbour.example"}})
	other := s.as("olga@harbour.example").Open(p.URL.Path)
	p.Submit("Save", url.Values{"name": {"Post"}, "set.from": {"ada@harbour.example"}}).Says("Saved.")
	again := other.Submit("Save",
		url.Values{"set.from": {"olga@harbour.example"}, "set.api_key": {"second secret"}})
	again.Says("Ada Lovelace changed this a moment ago. Here is what it says now.").
		Says("Passwords and keys are not shown again.")
	if both := again.Text("#conflict td"); again.Status != http.StatusUnprocessableEntity ||
		both != "PostBrevoada@harbour.exampleolga@harbour.example" {
		t.Errorf("%d %s", again.Status, both)
	}
	if again.Attr("[name='set.from']", "value") != "olga@harbour.example" ||
		strings.Contains(again.Body, "secret\"") {
		t.Error("what was typed is lost, or a secret is shown")
	}
	again.Submit("Save", nil).Says("Saved.").Says("Brevo")
	s.wantSetting("from", "olga@harbour.example")
	s.wantSetting("api_key", "first secret")
}

// wantSetting looks what the first connection of Ada's business has for a setting.
func (s *site) wantSetting(key, want string) {
	s.t.Helper()
	all, err := s.store.Connection.Connections(s.t.Context(), s.ada)
	if err != nil {
		s.t.Fatal(err)
	}
	settings, err := s.store.Connection.ConnectionSettings(all[0])
	if err != nil || settings[key] != want {
		s.t.Errorf("%s is %q, %v", key, settings[key], err)
	}
}

// A connection without what sending needs does not send, and its page says what is missing.
func TestConnectionIncomplete(t *testing.T) {
	s := open(t)
	s.connects(200)
	ada := s.as("ada@harbour.example")
	p := ada.Open("/settings/connections/new?provider=resend").
		Submit("Connect", url.Values{"set.signing_secret": {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}})
	p.Says("needs API key, From").Submit("Send a test", nil).Says("can’t be tried before these are filled in")
	all, err := s.store.Connection.Connections(t.Context(), s.ada)
	if err != nil || all[0].Sends {
		t.Errorf("%+v %v", all, err)
	}
}

// The test of a connection says in the provider's words why it does not work.
func TestConnectionTried(t *testing.T) {
	s := open(t)
	far := s.connects(401)
	ada := s.as("ada@harbour.example")
	p := ada.Open("/settings/connections/new?provider=brevo").
		Submit("Connect", url.Values{"set.api_key": {"k"}, "set.from": {"a@harbour.example"}})
	p.Submit("Send a test", nil).Says("Brevo does not work").Says("no such key")
	if n := len(far.Seen()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// An owner stops a connection, lets it go on, and removes it after a question; then its webhook answers no
// more.
func TestConnectionStoppedAndRemoved(t *testing.T) {
	s := open(t)
	s.connects(200)
	ada := s.as("ada@harbour.example")
	p := ada.Open("/settings/connections/new?provider=brevo").
		Submit("Connect", url.Values{"set.api_key": {"k"}, "set.from": {"a@harbour.example"}})
	hook := strings.TrimPrefix(p.Text(".addr"), "http://undelivered.test")
	if answer := s.browser().Post(hook, nil); answer.Status != http.StatusOK {
		t.Fatalf("%s answers %d", hook, answer.Status)
	}
	p.Submit("Stop sending", nil).Says("It was stopped by hand.").Submit("Send again", nil).
		Silent("It was stopped by hand.")
	page := ada.Open(p.URL.Path)
	page.Follow("Remove…").Says("its settings are forgotten").Submit("Remove Brevo", nil).
		Says("Nothing is sent through it any more.")
	if answer := s.browser().Post(hook, nil); answer.Status != http.StatusUnauthorized {
		t.Errorf("%s answers %d after the end", hook, answer.Status)
	}
}

// The report says for which time reports may be missing, until somebody closes the notice.
func TestGapOnReport(t *testing.T) {
	s := open(t)
	s.fails(1)
	all, err := s.store.Connection.Connections(t.Context(), s.ada)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Connection.Missed(t.Context(), all[0], time.Now().Add(-3*time.Hour),
		time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.as("vera@harbour.example").Open("/undelivered").Says("Some delivery reports may be missing")
	p := s.as("ada@harbour.example").Open("/undelivered").Says("Some delivery reports may be missing")
	p.Submit("Close this notice", nil).Silent("Some delivery reports may be missing")
}

// Support sees what was not understood in an account that lets it in, replays it, and proposes a reason for a
// reply.
func TestEventsOfSupport(t *testing.T) {
	s := open(t)
	s.connects(200)
	s.fails(1)
	all, err := s.store.Connection.Connections(t.Context(), s.ada)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	err = s.store.Intake.Keep(t.Context(), all[0], []models.Event{
		{Type: models.Unrecognised, State: models.EventParked, Error: "the body is no JSON",
			Channel: models.Email, DedupeKey: "1", Raw: []byte("<p>"), OccurredAt: now},
		{Type: models.EventType(models.NotDelivered), Reason: "other-permanent",
			Channel: models.Email, DedupeKey: "2", Recipient: "x@example.com",
			ProviderMessageID: "2", Diagnostic: "599 the moon is too full",
			Raw: []byte("{}"), OccurredAt: now},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Intake.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	sam := s.as("sam@undelivered.example")
	sam.Open("/support/events").Silent("the body is no JSON")
	if _, err := s.store.People.GrantSupport(t.Context(), s.ada, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	p := sam.Open("/support/events").Says("the body is no JSON").Says("599 the moon is too full")
	if got := p.Attr("select[name='reason'] option[selected]", "value"); got != "mailbox-full" {
		t.Errorf("the entry that comes closest is %q", got)
	}
	p = p.Submit("Propose it for the dictionary", nil).Says("Proposed for the dictionary.").Says("1 reply")
	if p.Has("form[action$='/propose']") {
		t.Error("the reply is still to be looked at")
	}
	p = p.Submit("Take back", nil).Says("Taken back.").Says("Nothing is proposed")
	if !p.Has("form[action$='/propose']") {
		t.Error("the reply is not to be looked at again")
	}
	p.Submit("Replay", nil).Says("It still can’t be read")
	if p := s.as("ada@harbour.example").Try("/support/events"); p.Status != http.StatusNotFound {
		t.Errorf("Ada sees support's desk: %d", p.Status)
	}
}
