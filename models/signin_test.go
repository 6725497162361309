package models_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/store"
)

const sentence = "a fine long sentence"

var visitor = models.Actor{Kind: models.Person, Network: "203.0.113.9"}

func addUser(t *testing.T, s *store.Store, accountID, email string, r models.Role) models.User {
	t.Helper()
	u, link, err := s.People.AddUser(t.Context(), models.AtCommandLine(accountID),
		people.NewUser{Email: email, Name: "P " + email, Role: r, Password: sentence})
	if err != nil || link != "" {
		t.Fatalf("%v, link %q", err, link)
	}
	return u
}

func addBusiness(t *testing.T, s *store.Store, name string) models.Account {
	t.Helper()
	a, err := s.AddAccount(t.Context(), models.AtCommandLine(""), models.Account{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func actorOf(u models.User, accountID string, r models.Role) models.Actor {
	return models.Actor{Kind: models.Person, ID: u.ID, Name: u.Name, AccountID: accountID, Role: r}
}

func token(t *testing.T, s *store.Store, u models.User, life time.Duration) string {
	t.Helper()
	token, err := s.People.AddSession(t.Context(), actorOf(u, "", ""), people.Session{}, life)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// The right password signs in, however the email is spelled; a wrong one, an unknown email and a locked
// person do not, and nobody learns which it was.
func TestSignIn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		a := addBusiness(t, s, "Harbour")
		u := addUser(t, s, a.ID, "Ada@Harbour.example", models.Owner)
		if got, err := s.People.SignIn(t.Context(), visitor, " ADA@harbour.EXAMPLE ", sentence); err != nil ||
			got.ID != u.ID {
			t.Fatalf("%v %v", got, err)
		}
		for _, try := range [][2]string{{"ada@harbour.example", sentence + "."}, {"ada@harbour.example", ""},
			{"bob@harbour.example", sentence}, {"", ""},
			{"ada@harbour.example", strings.Repeat("x", 1<<20)}} {
			if _, err := s.People.SignIn(t.Context(), visitor, try[0], try[1]); !errors.Is(err,
				people.ErrCredentials) {
				t.Errorf("%.40v: %v", try, err)
			}
		}
		if err := s.People.LockUser(t.Context(), models.AtCommandLine(""), u.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := s.People.SignIn(t.Context(), visitor, "ada@harbour.example", sentence); !errors.Is(err,
			people.ErrCredentials) {
			t.Errorf("locked: %v", err)
		}
		if n, err := s.VerifyAudit(t.Context(), a.ID); err != nil || n < 6 {
			t.Errorf("%d lines in the log, %v", n, err)
		}
	})
}

// After five wrong tries even the right password has to wait 15 minutes; an email that nobody has is answered
// alike.
func TestSignInIsThrottled(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		addUser(t, s, addBusiness(t, s, "Harbour").ID, "ada@harbour.example", models.Owner)
		for _, email := range []string{"ada@harbour.example", "nobody@harbour.example"} {
			for i := range 5 {
				if _, err := s.People.SignIn(t.Context(), visitor, email, "wrong"); !errors.Is(err,
					people.ErrCredentials) {
					t.Fatalf("%s, try %d: %v", email, i+1, err)
				}
			}
			if _, err := s.People.SignIn(t.Context(), visitor, email, sentence); !errors.Is(err,
				people.ErrThrottled) {
				t.Fatalf("%s: %v", email, err)
			}
		}
		clock.Turn(15*time.Minute + time.Second)
		if _, err := s.People.SignIn(t.Context(), visitor, "ada@harbour.example", sentence); err != nil {
			t.Fatalf("after the pause: %v", err)
		}
		if _, err := s.People.SignIn(t.Context(), visitor, "nobody@harbour.example", sentence); !errors.Is(
			err,
			people.ErrCredentials,
		) {
			t.Fatalf("after the pause: %v", err)
		}
	})
}

// Many tries at once get no more of them than tries one by one.
func TestSignInThrottleHoldsAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		addUser(t, s, addBusiness(t, s, "Harbour").ID, "ada@harbour.example", models.Owner)
		var looked atomic.Int32
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				if _, err := s.People.SignIn(t.Context(), visitor, "ada@harbour.example", "wrong"); errors.Is(
					err,
					people.ErrCredentials,
				) {
					looked.Add(1)
				}
			})
		}
		all.Wait()
		if n := looked.Load(); n != 5 {
			t.Fatalf("%d passwords were looked at", n)
		}
	})
}

// Passwords have a length and are no easy guess; nothing else is asked of them.
func TestPasswordRules(t *testing.T) {
	s := modelstest.SQLite(t, store.Options{})
	a := addBusiness(t, s, "Harbour")
	u := addUser(t, s, a.ID, "ada.marlow@harbour.example", models.Owner)
	for password, good := range map[string]bool{
		"short":                      false,
		"elevenchars":                false,
		"aaaaaaaaaaaaaa":             false,
		"123456789012":               false,
		"ada.marlow@harbour.example": false,
		"Ada.Marlow2026":             false,
		"correct horse battery":      true,
		"ünïcödé wörds":              true,
		strings.Repeat("five ships sail to the far north ", 7): true,
		strings.Repeat("longer", 100):                          false,
	} {
		link, err := s.People.LinkForCommand(t.Context(), models.AtCommandLine(""), u.ID, people.LinkReset)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.People.ChoosePassword(t.Context(), models.Actor{}, link, password)
		var invalid models.Invalid
		if good != (err == nil) || !good && !errors.As(err, &invalid) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// A session is found by its token until it has not been used for its time, ends when it is ended, and is not
// brought back by a page that saves it late.
func TestSession(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		a := addBusiness(t, s, "Harbour")
		u := addUser(t, s, a.ID, "ada@harbour.example", models.Owner)
		kept := token(t, s, u, people.SessionKept)
		for range 2 {
			clock.Turn(13 * 24 * time.Hour)
			v, err := s.People.Visit(t.Context(), kept)
			if err != nil || v.Seat.Role != models.Owner || v.Seat.Account.ID != a.ID {
				t.Fatalf("%+v %v", v.Seat, err)
			}
			if moved, err := s.People.TouchSession(t.Context(), v.Session); err != nil || !moved {
				t.Fatal(moved, err)
			}
		}
		clock.Turn(people.SessionKept)
		if _, err := s.People.Visit(t.Context(), kept); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("after 14 days without use: %v", err)
		}
		short := token(t, s, u, people.SessionShort)
		v, err := s.People.Visit(t.Context(), short)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.People.EndSession(t.Context(), actorOf(u, a.ID, models.Owner),
			v.Session.TokenHash); err != nil {
			t.Fatal(err)
		}
		if err := s.People.SaveSession(t.Context(), short, "late"); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("saving an ended session: %v", err)
		}
		if _, err := s.People.Visit(t.Context(), short); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("ended: %v", err)
		}
	})
}

// A lock and a new password end every session; changing one's own password keeps the session at hand.
func TestSessionsEnd(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		a := addBusiness(t, s, "Harbour")
		u := addUser(t, s, a.ID, "ada@harbour.example", models.Owner)
		alive := func(token string) bool {
			_, err := s.People.Visit(t.Context(), token)
			return err == nil
		}
		here, there := token(t, s, u, people.SessionKept), token(t, s, u, people.SessionKept)
		v, err := s.People.Visit(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		me := actorOf(u, a.ID, models.Owner)
		if err := s.People.ChangePassword(t.Context(), me, "not this", "another fine sentence",
			v.Session.TokenHash); err == nil {
			t.Fatal("a wrong present password was taken")
		}
		if err := s.People.ChangePassword(t.Context(), me, sentence, "another fine sentence",
			v.Session.TokenHash); err != nil {
			t.Fatal(err)
		}
		if !alive(here) || alive(there) {
			t.Fatalf("here %v, there %v", alive(here), alive(there))
		}
		if err := s.People.LockUser(t.Context(), models.AtCommandLine(""), u.ID, true); err != nil {
			t.Fatal(err)
		}
		if alive(here) {
			t.Fatal("a locked person is still signed in")
		}
	})
}
