package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
)

// A link works once, for its time and its purpose; an unknown email gets none and no error.
func TestLink(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, models.Options{Now: clock.Now}, func(t *testing.T, s *models.Store) {
		u := addUser(t, s, addBusiness(t, s, "Harbour").ID, "ada@harbour.example", models.Owner)
		if _, link, err := s.AskLink(t.Context(), visitor, "nobody@harbour.example", models.LinkSignIn); link != "" || err != nil {
			t.Fatalf("%q %v", link, err)
		}
		_, link, err := s.AskLink(t.Context(), visitor, "ada@harbour.example", models.LinkSignIn)
		if err != nil || link == "" {
			t.Fatalf("%q %v", link, err)
		}
		if _, _, err := s.ChoosePassword(t.Context(), visitor, link, "another fine sentence"); !errors.Is(err, models.ErrLink) {
			t.Fatalf("a sign-in link set a password: %v", err)
		}
		if got, err := s.SignInByLink(t.Context(), visitor, link); err != nil || got.ID != u.ID {
			t.Fatal(err)
		}
		if _, err := s.SignInByLink(t.Context(), visitor, link); !errors.Is(err, models.ErrLink) {
			t.Fatalf("twice: %v", err)
		}
		_, late, _ := s.AskLink(t.Context(), visitor, "ada@harbour.example", models.LinkSignIn)
		clock.Turn(16 * time.Minute)
		if _, err := s.SignInByLink(t.Context(), visitor, late); !errors.Is(err, models.ErrLink) {
			t.Fatalf("late: %v", err)
		}
		_, third, _ := s.AskLink(t.Context(), visitor, "ada@harbour.example", models.LinkSignIn)
		_, fourth, err := s.AskLink(t.Context(), visitor, "ada@harbour.example", models.LinkSignIn)
		if third == "" || fourth != "" || err != nil {
			t.Fatalf("the fourth link in an hour: %q %v", fourth, err)
		}
	})
}

// An invited person chooses a password by the link, and can then sign in. A password that will not do keeps the link.
func TestInvitation(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		a := addBusiness(t, s, "Harbour")
		owner := actorOf(addUser(t, s, a.ID, "ada@harbour.example", models.Owner), a.ID, models.Owner)
		u, link, err := s.AddUser(t.Context(), owner, models.NewUser{Email: "vera@harbour.example", Role: models.Viewer})
		if err != nil || link == "" {
			t.Fatalf("%q %v", link, err)
		}
		_, again, err := s.InviteAgain(t.Context(), owner, u.ID)
		if err != nil || again == link {
			t.Fatal(err)
		}
		if err := s.LinkWorks(t.Context(), link); !errors.Is(err, models.ErrLink) {
			t.Fatalf("the first invitation still works: %v", err)
		}
		var invalid models.Invalid
		if _, _, err := s.ChoosePassword(t.Context(), visitor, again, "short"); !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		if _, _, err := s.ChoosePassword(t.Context(), visitor, again, "vera has chosen this"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SignIn(t.Context(), visitor, "vera@harbour.example", "vera has chosen this"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.InviteAgain(t.Context(), owner, u.ID); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("an owner could take over somebody who has signed in: %v", err)
		}
	})
}

// An account keeps an owner, whoever is changed or removed; whoever is removed is out at once.
func TestLastOwner(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		a := addBusiness(t, s, "Harbour")
		ada := addUser(t, s, a.ID, "ada@harbour.example", models.Owner)
		max := addUser(t, s, a.ID, "max@harbour.example", models.Manager)
		owner := actorOf(ada, a.ID, models.Owner)
		var invalid models.Invalid
		if err := s.SetRole(t.Context(), owner, ada.ID, models.Viewer); !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		if err := s.RemoveMember(t.Context(), owner, ada.ID); !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		if err := s.SetRole(t.Context(), owner, max.ID, models.Owner); err != nil {
			t.Fatal(err)
		}
		session := token(t, s, ada, models.SessionShort)
		if err := s.RemoveMember(t.Context(), actorOf(max, a.ID, models.Owner), ada.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Visit(t.Context(), session); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("removed, and still signed in: %v", err)
		}
		all, err := s.Colleagues(t.Context(), owner)
		if err != nil || len(all) != 1 || all[0].Role != models.Owner || all[0].User.ID != max.ID {
			t.Fatalf("%+v %v", all, err)
		}
	})
}

// Support is let in by the owner only, sees the account while the grant lasts, and is out when its date comes.
func TestSupportGrant(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, models.Options{Now: clock.Now}, func(t *testing.T, s *models.Store) {
		a := addBusiness(t, s, "Harbour")
		owner := actorOf(addUser(t, s, a.ID, "ada@harbour.example", models.Owner), a.ID, models.Owner)
		sam := addUser(t, s, "", "sam@undelivered.example", models.Support)
		session := token(t, s, sam, models.SessionKept)
		seats := func() int {
			v, err := s.Visit(t.Context(), session)
			if err != nil {
				t.Fatal(err)
			}
			return len(v.Seats)
		}
		if seats() != 0 {
			t.Fatal("support is in without a grant")
		}
		if _, err := s.GrantSupport(t.Context(), actorOf(sam, a.ID, models.Support), clock.Now().Add(time.Hour)); !errors.Is(err, models.ErrForbidden) {
			t.Fatalf("support lets itself in: %v", err)
		}
		if _, err := s.GrantSupport(t.Context(), owner, clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		v, err := s.Visit(t.Context(), session)
		if err != nil || v.Seat.Account.ID != "" || len(v.Seats) != 1 {
			t.Fatalf("%+v %v", v, err)
		}
		if err := s.SwitchAccount(t.Context(), visitor, v, a.ID); err != nil {
			t.Fatal(err)
		}
		v, _ = s.Visit(t.Context(), session)
		if got := v.Actor("", ""); got.Kind != models.OnBehalf || got.Role != models.Support || got.AccountID != a.ID {
			t.Fatalf("%+v", got)
		}
		clock.Turn(2 * time.Hour)
		v, _ = s.Visit(t.Context(), session)
		if got := v.Actor("", ""); got.AccountID != "" || seats() != 0 {
			t.Fatalf("after its date: %+v", got)
		}
	})
}

// A key opens what it is for until it is withdrawn; only its digest is kept, and only the owner makes one.
func TestKey(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		a := addBusiness(t, s, "Harbour")
		owner := models.Actor{Kind: models.Person, ID: "usr_x", Name: "Ada", AccountID: a.ID, Role: models.Owner}
		manager := owner
		manager.Role = models.Manager
		if _, _, err := s.AddKey(t.Context(), manager, models.KeyAPI, "shop", nil); !errors.Is(err, models.ErrForbidden) {
			t.Fatal(err)
		}
		k, secret, err := s.AddKey(t.Context(), owner, models.KeyAPI, "shop", nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.KeyByToken(t.Context(), models.KeyAPI, secret)
		if err != nil || got.ID != k.ID {
			t.Fatal(err)
		}
		if by := got.Actor("", ""); !by.May(models.Register) || by.May(models.Configure) {
			t.Fatalf("%+v", by)
		}
		if _, _, _, err := s.WidgetKey(t.Context(), secret); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("an API key opens a widget: %v", err)
		}
		bob := owner
		bob.AccountID = addBusiness(t, s, "Mill").ID
		if err := s.RevokeKey(t.Context(), bob, k.ID); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("Bob withdraws Ada's key: %v", err)
		}
		if err := s.RevokeKey(t.Context(), owner, k.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.KeyByToken(t.Context(), models.KeyAPI, secret); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("withdrawn: %v", err)
		}
	})
}

// A widget's key comes with the place of its account, opens no API, and opens nothing once it is withdrawn.
func TestWidgetKeyFound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		cast := modelstest.NewCast(t, s)
		k, secret, err := s.AddKey(t.Context(), cast.Olga, models.KeyWidget, "intranet", []string{"https://www.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // before it was used, and after
			got, zone, of, err := s.WidgetKey(t.Context(), secret)
			same := got.ID == k.ID && got.AccountID == k.AccountID && got.Origins == k.Origins && got.Actor("", "").Kind == models.WidgetKey
			if err != nil || !same || zone.String() != cast.Account.Zone || of.Locale != cast.Account.Locale || of.Days() != models.StandardDays {
				t.Errorf("%+v %v %+v %v", got, zone, of, err)
			}
		}
		if _, err := s.KeyByToken(t.Context(), models.KeyAPI, secret); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a widget's key opens the API: %v", err)
		}
		all, err := s.Keys(t.Context(), cast.Olga, models.KeyWidget)
		if err != nil || len(all) != 1 || all[0].UsedAt == nil {
			t.Errorf("%+v %v", all, err)
		}
		if err := s.RevokeKey(t.Context(), cast.Olga, k.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := s.WidgetKey(t.Context(), secret); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("withdrawn: %v", err)
		}
	})
}

// A widget's key sees the number and nothing else, is shown again, and frames only in the pages that are named.
func TestWidgetKey(t *testing.T) {
	s := modelstest.SQLite(t, models.Options{})
	owner := models.Actor{Kind: models.Person, ID: "usr_x", AccountID: addBusiness(t, s, "Harbour").ID, Role: models.Owner}
	k, secret, err := s.AddKey(t.Context(), owner, models.KeyWidget, "intranet", []string{"https://www.example.com/", "", "https://www.example.com"})
	if err != nil || k.Origins != "https://www.example.com" {
		t.Fatalf("%q %v", k.Origins, err)
	}
	if again, err := s.KeyToken(k); err != nil || again != secret {
		t.Fatal(err)
	}
	if by := k.Actor("", ""); !by.May(models.See) || by.May(models.Work) || by.May(models.Register) || by.May(models.Configure) {
		t.Fatalf("%+v", by)
	}
	for _, bad := range []string{"www.example.com", "https://a.example/path", "https://a.example; script-src *", "javascript:x", "https://*", "ftp://a.example", "https://u@a.example"} {
		var invalid models.Invalid
		if err := s.EditWidgetKey(t.Context(), owner, k.ID, []string{bad}); !errors.As(err, &invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Somebody whom two owners add at the same moment is one person, a member of both businesses.
func TestAddedTwiceAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		var all sync.WaitGroup
		ids := make([]string, 6)
		for i := range ids {
			business := addBusiness(t, s, "Business")
			all.Go(func() {
				u, _, err := s.AddUser(t.Context(), models.AtCommandLine(business.ID), models.NewUser{Email: "nora@harbour.example", Role: models.Viewer})
				if err != nil {
					t.Error(err)
				}
				ids[i] = u.ID
			})
		}
		all.Wait()
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Fatalf("several persons: %v", ids)
			}
		}
	})
}
