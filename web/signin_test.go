package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Somebody who signs in has a session that signing out ends for good, also for whoever kept the cookie.
func TestSignInAndOut(t *testing.T) {
	s := open(t)
	b := s.as("ada@harbour.example")
	old := b.Cookie("undelivered")
	if old == "" {
		t.Fatal("no cookie")
	}
	b.Post("/sign-out", nil).Says("You have signed out")
	thief := s.browser()
	r := thief.Request(http.MethodPost, "/sign-out/everywhere", url.Values{})
	r.AddCookie(&http.Cookie{Name: "undelivered", Value: old})
	if p := thief.Send(r); p.Status != 419 {
		t.Fatalf("the old cookie still opens something: %d", p.Status)
	}
}

// A wrong password and an unknown email get the same words.
func TestSignInTellsNothing(t *testing.T) {
	s := open(t)
	for _, email := range []string{"ada@harbour.example", "nobody@harbour.example", "no email"} {
		p := s.browser().Open("/sign-in").
			Submit("Sign in", url.Values{"email": {email}, "password": {"wrong"}})
		if p.Status != http.StatusUnprocessableEntity {
			t.Fatalf("%s: %d", email, p.Status)
		}
		p.Says("The email or the password is not right.")
	}
}

// Nothing that was typed is lost when the sign-in has run out: the answer shows it and sends it after signing
// in again, and holds no password.
func TestTypedTextOutlivesTheSignIn(t *testing.T) {
	s := open(t)
	b := s.as("ada@harbour.example")
	form := b.Open("/settings/account")
	secret := b.Open("/me")
	s.as("ada@harbour.example").Post("/sign-out/everywhere", nil)
	kept := form.Submit("Save", url.Values{"name": {"Harbour Dental & Sons"}})
	if kept.Status != 419 {
		t.Fatalf("without a sign-in the form answers %d", kept.Status)
	}
	kept.Says("You have been signed out").Says("Harbour Dental & Sons")
	p := secret.Submit("Change password", url.Values{"old": {goodPassword},
		"password": {"another long sentence"}, "again": {"another long sentence"}})
	if body := p.Text("html"); p.Status != 419 || strings.Contains(body, "sentence") ||
		p.Has(`input[name=password], input[name=old], input[name=again]`) {
		t.Errorf("%d, with a password in it: %s", p.Status, body)
	}
	b.Open("/sign-in").
		Submit("Sign in", url.Values{"email": {"ada@harbour.example"}, "password": {goodPassword}})
	kept.Submit("Send what I typed", nil).Says("Saved.").Says("Harbour Dental & Sons")
}
