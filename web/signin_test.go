package web_test

import (
	"net/http"
	"net/url"
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
		p := s.browser().Open("/sign-in").Submit("Sign in", url.Values{"email": {email}, "password": {"wrong"}})
		if p.Status != http.StatusUnprocessableEntity {
			t.Fatalf("%s: %d", email, p.Status)
		}
		p.Says("The email or the password is not right.")
	}
}
