package models_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/store"
)

// Strangers' wrong tries keep out neither a person at another address, nor one on a computer that is known;
// whoever tries from one half of an IPv6 network is one visitor.
func TestStrangersKeepNobodyOut(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		u := addUser(t, s, addBusiness(t, s, "Harbour").ID, "ada@harbour.example", models.Owner)
		device, err := s.People.KnowDevice(t.Context(), visitor, u)
		if err != nil {
			t.Fatal(err)
		}
		from := func(network, device string) models.Actor {
			return models.Actor{Kind: models.Person, Network: network, Device: device}
		}
		for i := range 5 {
			if _, err := s.People.SignIn(t.Context(), from(fmt.Sprintf("2001:db8:1:2::%d", i+1), ""),
				"ada@harbour.example", "wrong"); !errors.Is(
				err,
				people.ErrCredentials,
			) {
				t.Fatal(err)
			}
		}
		if _, err := s.People.SignIn(t.Context(), from("2001:db8:1:2:ffff::9", ""), "ada@harbour.example",
			sentence); !errors.Is(
			err,
			people.ErrThrottled,
		) {
			t.Fatalf("the other half of the network is new: %v", err)
		}
		if _, err := s.People.SignIn(t.Context(), from("198.51.100.1", ""), "ada@harbour.example",
			sentence); err != nil {
			t.Fatalf("kept out by a stranger: %v", err)
		}
		for i := range 80 { // from everywhere
			_, err = s.People.SignIn(t.Context(), from(fmt.Sprintf("198.51.%d.7", i), ""),
				"ada@harbour.example", "wrong")
		}
		if !errors.Is(err, people.ErrThrottled) {
			t.Fatalf("a name has no limit: %v", err)
		}
		if _, err := s.People.SignIn(t.Context(), from("203.0.113.200", "somebody else's"),
			"ada@harbour.example", sentence); !errors.Is(
			err,
			people.ErrThrottled,
		) {
			t.Fatalf("an unknown computer: %v", err)
		}
		if _, err := s.People.SignIn(t.Context(), from("203.0.113.200", device), "ada@harbour.example",
			sentence); err != nil {
			t.Fatalf("a known computer is kept out: %v", err)
		}
	})
}

// Passwords that many have are refused, whatever digits and signs are around them; sentences and what a
// program made are not.
func TestCommonPasswords(t *testing.T) {
	s := modelstest.SQLite(t, store.Options{})
	a := addBusiness(t, s, "Harbour")
	add := func(password string) error {
		_, _, err := s.People.AddUser(t.Context(), models.AtCommandLine(a.ID),
			people.NewUser{Email: "mareike.vogt@harbour.example", Role: models.Viewer, Password: password})
		return err
	}
	for _, password := range []string{"password1234", "passwordpassword", "qwerty123456", "administrator",
		"acmeacmeacme", "P@ssw0rd1234", "Welcome12345!",
		"iloveyou1234", "letmeinletmein", "1q2w3e4r5t6y", "changeme2024!!", "football12345", "abcdefghijkl",
		"123456789012", "sunshine2023$", "monkeymonkey",
		"trustno1trustno1", "Summer2026!!", "qwertzuiopas", "111111111111", "mareike.vogt1", "zyxwvutsrqpo",
		"superman1984!", "dragon!dragon!", "987654321098"} {
		var invalid models.Invalid
		if err := add(password); !errors.As(err, &invalid) {
			t.Errorf("%q was taken: %v", password, err)
			_, _, _ = s.People.AddUser(t.Context(), models.AtCommandLine(a.ID), people.NewUser{})
		}
	}
	if err := add("seven grey herons at the weir"); err != nil {
		t.Errorf("a sentence: %v", err)
	}
	b := addBusiness(t, s, "Mill")
	if _, _, err := s.People.AddUser(t.Context(), models.AtCommandLine(b.ID),
		people.NewUser{Email: "x@mill.example", Role: models.Viewer, Password: "t7Kw0xqPzL2m"}); err != nil {
		t.Errorf("random letters: %v", err)
	}
}

// A bad event is set aside alone: what else comes with it, of its own account and of others, is kept, on both
// databases.
func TestABadEventIsSetAsideAlone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		bad := modelstest.Event(models.Email, "jane@x.example", models.EventType(models.HardBounce))
		bad.DedupeKey, bad.ProviderMessageID, bad.ProviderCode, bad.Recipient = "a\x00b", "\xff\xfe", "\x00",
			"jane\x00@x.example"
		long := modelstest.Event(models.Email, "jo@x.example", models.EventType(models.HardBounce))
		long.DedupeKey, long.ProviderEventID = strings.Repeat("x", 1<<20), strings.Repeat("\x00", 1<<16)
		good := modelstest.Event(models.Email, "max@x.example", models.EventType(models.HardBounce))
		if err := s.Intake.Keep(t.Context(), cast.Mail, []models.Event{bad, good, long}); err != nil {
			t.Fatal(err)
		}
		if err := s.Intake.Keep(t.Context(), cast.OtherMail, []models.Event{good}); err != nil {
			t.Fatal(err)
		}
		modelstest.Settle(t, s)
		page, err := s.Report.Undelivered(t.Context(), cast.Ada, report.Filter{})
		if err != nil || len(page.Rows) < 2 {
			t.Fatalf("%d rows, %v", len(page.Rows), err)
		}
	})
}

// Texts with NUL and broken UTF-8 in a filter find nothing and break nothing.
func TestHostileFilters(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		for _, text := range []string{"\x00", "a\x00b", "\xff", "\xc3\x28", "\xed\xa0\x80",
			strings.Repeat("a ", 20_000), strings.Repeat("%_", 60_000)} {
			f := report.Filter{Q: text, Reason: text, Domain: text, Customer: text,
				Connection: text, Kind: text}
			if _, err := s.Report.Undelivered(t.Context(), cast.Ada, f); err != nil {
				t.Errorf("%.10q: %v", text, err)
			}
		}
	})
}

// An address for bounces belongs to the account that named it first, however it is written, until that
// account gives it up.
func TestABounceAddressBelongsToOneAccount(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := twoBusinesses(t, s)
		mail := models.Connection{Provider: connection.MailProvider, Name: "Mail", Channels: "email"}
		own, _, err := s.Connection.AddConnection(t.Context(), bob, mail,
			map[string]string{"bounce_address": "bounces@b.example"})
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"bounces@b.example", "Bounces@B.Example", " <bounces@b.example> ",
			"B <bounces@b.example>"} {
			var invalid models.Invalid
			if _, _, err := s.Connection.AddConnection(t.Context(), ada, mail,
				map[string]string{"bounce_address": address}); !errors.As(
				err,
				&invalid,
			) {
				t.Errorf("%q was given to another account: %v", address, err)
			}
		}
		theirs, _, err := s.Connection.AddConnection(t.Context(), ada, mail,
			map[string]string{"bounce_address": "bounces@a.example"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Connection.ChangeConnection(t.Context(), ada, theirs,
			map[string]string{"bounce_address": "bounces@b.example"}); err == nil {
			t.Error("changed to another account's address")
		}
		if c, err := s.Connection.BounceConnection(t.Context(), "BOUNCES@b.example"); err != nil ||
			c.ID != own.ID {
			t.Errorf("%s %v", c.ID, err)
		}
		if err := s.Connection.RemoveConnection(t.Context(), bob, own.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Connection.ChangeConnection(t.Context(), ada, theirs,
			map[string]string{"bounce_address": "bounces@b.example"}); err != nil {
			t.Error(err)
		}
	})
}

// A key opens what it was made for, until its end.
func TestKeyRights(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		ada, _ := twoBusinesses(t, s)
		end := clock.Now().Add(time.Hour)
		_, token, err := s.People.AddAPIKey(t.Context(), ada,
			people.NewKey{Name: "Reader", Rights: []models.Right{models.See}, EndsAt: &end})
		if err != nil {
			t.Fatal(err)
		}
		k, err := s.People.KeyByToken(t.Context(), people.KeyAPI, token)
		a := k.Actor("", "")
		if err != nil || !a.May(models.See) || a.May(models.Work) || a.May(models.Register) ||
			a.May(models.Configure) ||
			a.May(models.Decide) {
			t.Fatalf("%+v %v", a, err)
		}
		clock.Turn(time.Hour + time.Second)
		if _, err := s.People.KeyByToken(t.Context(), people.KeyAPI, token); !errors.Is(err,
			models.ErrNotFound) {
			t.Fatalf("after its end: %v", err)
		}
		var invalid models.Invalid
		if _, _, err := s.People.AddAPIKey(t.Context(), ada,
			people.NewKey{Name: "X", Rights: []models.Right{models.Configure}}); !errors.As(
			err,
			&invalid,
		) {
			t.Fatal(err)
		}
	})
}

// A session ends thirty days after it began, however much it is used.
func TestASessionHasAnEnd(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		u := addUser(t, s, addBusiness(t, s, "Harbour").ID, "ada@harbour.example", models.Owner)
		session := token(t, s, u, people.SessionKept)
		for day := range 40 {
			v, err := s.People.Visit(t.Context(), session)
			if day >= 30 && !errors.Is(err, models.ErrNotFound) {
				t.Fatalf("day %d: still in, %v", day, err)
			}
			if day < 30 && err != nil {
				t.Fatalf("day %d: %v", day, err)
			}
			if err == nil {
				if _, err := s.People.TouchSession(t.Context(), v.Session); err != nil {
					t.Fatal(err)
				}
			}
			clock.Turn(24 * time.Hour)
		}
	})
}

// What was erased is not in the bytes of the files any more, and nobody else may read these, whatever the
// folder allows.
func TestErasedFromTheBytes(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "undelivered.db")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{File: file, Key: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cast := modelstest.NewCast(t, s)
	key := models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: cast.Account.ID}
	made, err := s.Intake.Register(t.Context(), key, []intake.Registration{
		{Ref: "inv-zebra-1", Kind: "invoice", Title: "Invoice for Zebedee Zebraman",
			Channel: models.Email, To: "zebedee@zebra.example",
			Customer: intake.RegistrationCustomer{Name: "Zebedee Zebraman"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := modelstest.Event(models.Email, "zebedee@zebra.example", models.EventType(models.HardBounce))
	e.ProviderMessageID, e.DedupeKey = "m1", "d1" // a provider's own names hold no address
	modelstest.Keep(t, s, cast.Mail, e)
	story, err := s.Report.NotificationDetail(t.Context(), cast.Ada, made[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Customer.EraseCustomer(t.Context(), cast.Ada, story.Notification.CustomerID, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(file + "*")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"zebedee", "Zebedee", "zebraman"} {
			if at := bytes.Index(raw, []byte(word)); at >= 0 {
				t.Errorf("%s has %q: %q", filepath.Base(name), word, raw[max(0, at-40):min(len(raw), at+40)])
			}
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v, %v", filepath.Base(name), info.Mode(), err)
		}
	}
}

// A file of too many columns, or with a row too long, is refused while it is read.
func TestAWideFileIsRefused(t *testing.T) {
	s := modelstest.SQLite(t, store.Options{})
	cast := modelstest.NewCast(t, s)
	for name, file := range map[string]string{"commas": strings.Repeat(",", 1<<20),
		"semicolons":   "id;address\n" + strings.Repeat(";", 1<<20),
		"tabs":         "id\taddress\n" + strings.Repeat("\t", 1<<20),
		"one cell":     "id,address\nx," + strings.Repeat("y", 1<<20),
		"a quoted one": "id,address\nx,\"" + strings.Repeat("y\n", 1<<20)} {
		var invalid models.Invalid
		if _, err := s.Customer.CheckImport(t.Context(), cast.Ada, strings.NewReader(file)); !errors.As(err,
			&invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Customer.CheckImport(context.Background(), cast.Ada,
		strings.NewReader("id,address\n1,a \"quote\" in it\n2,\"x\"\"y\"\n")); err != nil {
		t.Error(err)
	}
}
