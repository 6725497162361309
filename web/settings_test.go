package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models/people"
)

// An owner adds a person, who chooses a password by the link; the owner makes them an owner and removes them.
func TestPeople(t *testing.T) {
	s := open(t)
	ada := s.as("ada@harbour.example")
	ada.Open("/settings/people").Submit("Add", url.Values{"email": {"no email"}}).
		Says("Enter an email address")
	p := ada.Open("/settings/people").
		Submit("Add", url.Values{"email": {"new@harbour.example"}, "name": {"Nora New"}, "role": {"viewer"}})
	link := strings.TrimPrefix(p.Text("#link"), "http://undelivered.test")
	p = s.browser().Open(link).
		Submit("Save and sign in", url.Values{"password": {"nora has this one"},
			"again": {"nora has this one"}})
	p.Says("Nora New")
	staff := ada.Open("/settings/people").Says("Nora New")
	staff.Submit("Add", url.Values{"email": {"new@harbour.example"}}).Says("in the account already")
	ada.Open("/settings/people").Submit("Save Ada", url.Values{"role": {"viewer"}}).
		Says("An account needs an owner")
	ada.Open("/settings/people").Follow("Remove… Nora").Submit("Remove Nora New", nil).Says("Removed.").
		Silent("new@harbour.example")
}

// An owner's own account is not removed by the owner's slip, and an invitation can be made again.
func TestInviteAgainOnPage(t *testing.T) {
	s := open(t)
	box := s.mail()
	ada := s.as("ada@harbour.example")
	ada.Open("/settings/people").
		Submit("Add", url.Values{"email": {"new@harbour.example"}, "name": {"Nora New"}}).Says("Added.")
	first := box.link(t)
	ada.Open("/settings/people").Submit("Invite again", nil).Says("Added.")
	second := box.link(t)
	s.browser().Try(first).Says("has been used or is too old")
	s.browser().Open(second).Says("Choose a new password")
}

// Support sees an account only while its owner lets it in, and what it does is marked as support's.
func TestSupportIsLetIn(t *testing.T) {
	s := open(t)
	sam, ada := s.as("sam@undelivered.example"), s.as("ada@harbour.example")
	if p := sam.Post("/me/account", url.Values{"account": {s.ada.AccountID}}); p.Status != http.StatusNotFound {
		t.Fatalf("without a grant: %d", p.Status)
	}
	until := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	ada.Open("/settings/people").Submit("Let support in", url.Values{"until": {"2020-01-01"}}).
		Says("within the next 12 months")
	ada.Open("/settings/people").Submit("Let support in", url.Values{"until": {until}}).
		Says("Support may look in and help until")
	if p := sam.Post("/me/account", url.Values{"account": {s.ada.AccountID}}); p.Status != http.StatusOK ||
		p.URL.Path != "/" {
		t.Fatalf("with a grant: %s %d", p.URL.Path, p.Status)
	}
	sam.Open("/undelivered").Says("Harbour Dental")
	if p := sam.Try("/settings/people"); p.Status != http.StatusForbidden {
		t.Fatalf("support in the settings: %d", p.Status)
	}
	ada.Open("/settings/people").Submit("End it now", nil).Says("Support can’t see this account.")
	if p := sam.Try("/undelivered"); p.URL.Path == "/undelivered" {
		t.Fatal("support still sees the account")
	}
}

// An API key is shown once and works until it is withdrawn.
func TestKeyOnPage(t *testing.T) {
	s := open(t)
	ada := s.as("ada@harbour.example")
	ada.Open("/settings/keys").Submit("Make a key", url.Values{"name": {" "}}).Says("Enter a name")
	p := ada.Open("/settings/keys").Submit("Make a key", url.Values{"name": {"booking system"}})
	key := p.Text("#new-key")
	if _, err := s.store.People.KeyByToken(t.Context(), people.KeyAPI, key); err != nil {
		t.Fatalf("%q: %v", key, err)
	}
	ada.Open("/settings/keys").Says("booking system").Silent(key).Follow("Withdraw… booking").
		Submit("Withdraw booking system", nil).Says("It opens nothing any more.")
	if _, err := s.store.People.KeyByToken(t.Context(), people.KeyAPI, key); err == nil {
		t.Fatal("a withdrawn key still opens")
	}
}

// A widget can be framed by the pages that its owner names, and by no others.
func TestWidgetOnPage(t *testing.T) {
	s := open(t)
	ada := s.as("ada@harbour.example")
	ada.Open("/settings/widget").
		Submit("Make a widget", url.Values{"name": {"intranet"}, "origins": {"intranet"}}).
		Says("Enter the start of an address")
	p := ada.Open("/settings/widget").
		Submit("Make a widget", url.Values{"name": {"intranet"}, "origins": {"https://intranet.example"}}).
		Says("Saved.")
	address := strings.TrimPrefix(p.Text("dl.facts dd"), "http://undelivered.test")
	address, _, _ = strings.Cut(address, "http")
	w := s.browser().Open(address)
	if policy := w.Header.Get("Content-Security-Policy"); !strings.Contains(policy,
		"frame-ancestors https://intranet.example") {
		t.Fatal(policy)
	}
	ada.Open("/settings/widget").Submit("Save intranet", url.Values{"origins": {""}})
	if policy := s.browser().Open(address).Header.Get("Content-Security-Policy"); strings.Contains(policy,
		"intranet") {
		t.Fatal(policy)
	}
	ada.Open("/settings/widget").Follow("Turn off… intranet").Submit("Turn off intranet", nil)
	s.browser().Try(address).Says("This widget has been turned off.")
}

// The account's name and place are saved; what is no place is not. The older of two pages changes nothing: it
// is shown again as it was typed beside what the other has saved, and can be saved then.
func TestAccountSettings(t *testing.T) {
	s := open(t)
	ada := s.as("ada@harbour.example")
	old := ada.Open("/settings/account")
	old.Submit("Save", url.Values{"name": {""}, "country": {"XX"}, "zone": {"Moon/Base"}}).
		Says("Enter a name").Says("Choose a country from the list").Says("Choose a time zone")
	old.Submit("Save", url.Values{"locale": {"tlh"}}).Says("Choose a language from the list")
	old.Submit("Save", url.Values{"name": {"Harbour Dental Care"}, "zone": {"Europe/Berlin"},
		"country": {"de"}}).
		Says("Saved.").Says("Harbour Dental Care").Says("Berlin")
	p := old.Submit("Save", url.Values{"name": {"Late"}})
	p.Says("Ada Lovelace changed this a moment ago. Here is what it says now.")
	if both := p.Text("#conflict td"); p.Status != http.StatusUnprocessableEntity ||
		!strings.HasPrefix(both, "Harbour Dental CareLateBerlin (UTC") ||
		!strings.HasSuffix(both, "GermanyUnited Kingdom") {
		t.Fatalf("the older page: %d %s", p.Status, both)
	}
	if p.Attr("[name=name]", "value") != "Late" {
		t.Fatal("what was typed is lost")
	}
	ada.Open("/settings/account").Silent("Late")
	p.Submit("Save", nil).Says("Saved.").Says("Late")
}

// A person's own wishes are kept, also the colours and the shortcuts.
func TestMe(t *testing.T) {
	s := open(t)
	ada := s.as("ada@harbour.example")
	p := ada.Open("/me").
		Submit("Save", url.Values{"name": {"Ada L."}, "theme": {"dark"}, "zone": {"Asia/Tokyo"},
			"shortcuts": {}})
	p.Says("Saved.").Says("Ada L.").Says("Tokyo")
	if p.Attr("html", "data-theme") != "dark" || p.Attr("html", "data-shortcuts") != "off" {
		t.Fatal(p.Attr("html", "data-theme"), p.Attr("html", "data-shortcuts"))
	}
	ada.Open("/me").Silent("Saved.")
	ada.Post("/me", url.Values{"name": {"x"}, "zone": {"Nowhere/Here"}, "theme": {"pink"}}).
		Says("Choose a time zone")
}

// A new password asks for the present one, signs out the other computers and keeps this one; another computer
// can also be signed out by itself.
func TestPasswordOnPage(t *testing.T) {
	s := open(t)
	here, there := s.as("ada@harbour.example"), s.as("ada@harbour.example")
	change := func(old, password, again string) string {
		return here.Open("/me").
			Submit("Change password", url.Values{"old": {old}, "password": {password}, "again": {again}}).
			Text("main, #toasts")
	}
	for _, c := range [][4]string{{"wrong", "another fine sentence", "another fine sentence",
		"password is not right"},
		{goodPassword, "short", "short", "at least 12"},
		{goodPassword, "another fine sentence", "another", "not the same"},
		{goodPassword, "another fine sentence", "another fine sentence", "Your password is set."}} {
		if text := change(c[0], c[1], c[2]); !strings.Contains(text, c[3]) {
			t.Fatalf("%q: %s", c[3], text)
		}
	}
	here.Open("/me")
	if p := there.Try("/me"); p.URL.Path != "/sign-in" {
		t.Fatal("the other computer is still signed in")
	}
}

// Signing out one other computer leaves this one.
func TestOtherComputer(t *testing.T) {
	s := open(t)
	here, there := s.as("ada@harbour.example"), s.as("ada@harbour.example")
	here.Open("/me").Submit("Sign out webtest", nil)
	if p := there.Try("/me"); p.URL.Path != "/sign-in" {
		t.Fatalf("%s", p.URL)
	}
	here.Open("/me")
}
