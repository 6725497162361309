package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/store"
)

// A link works once, for its time and its purpose; an unknown email gets none and no error.
func TestLink(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		u := addUser(t, s, addBusiness(t, s, "Harbour").ID, "ada@harbour.example", models.Owner)
		if _, link, err := s.People.AskLink(t.Context(), visitor, "nobody@harbour.example",
			people.LinkSignIn); link != "" ||
			err != nil {
			t.Fatalf("%q %v", link, err)
		}
		_, link, err := s.People.AskLink(t.Context(), visitor, "ada@harbour.example", people.LinkSignIn)
		if err != nil || link == "" {
			t.Fatalf("%q %v", link, err)
		}
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, link,
			"another fine sentence"); !errors.Is(
			err,
			people.ErrLink,
		) {
			t.Fatalf("a sign-in link set a password: %v", err)
		}
		if got, err := s.People.SignInByLink(t.Context(), visitor, link); err != nil || got.ID != u.ID {
			t.Fatal(err)
		}
		if _, err := s.People.SignInByLink(t.Context(), visitor, link); !errors.Is(err, people.ErrLink) {
			t.Fatalf("twice: %v", err)
		}
		_, late, _ := s.People.AskLink(t.Context(), visitor, "ada@harbour.example", people.LinkSignIn)
		clock.Turn(16 * time.Minute)
		if _, err := s.People.SignInByLink(t.Context(), visitor, late); !errors.Is(err, people.ErrLink) {
			t.Fatalf("late: %v", err)
		}
		_, third, _ := s.People.AskLink(t.Context(), visitor, "ada@harbour.example", people.LinkSignIn)
		_, fourth, err := s.People.AskLink(t.Context(), visitor, "ada@harbour.example", people.LinkSignIn)
		if third == "" || fourth != "" || err != nil {
			t.Fatalf("the fourth link in an hour: %q %v", fourth, err)
		}
	})
}

// An invited person chooses a password by the link, and can then sign in. A password that will not do keeps
// the link.
func TestInvitation(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		a := addBusiness(t, s, "Harbour")
		owner := actorOf(addUser(t, s, a.ID, "ada@harbour.example", models.Owner), a.ID, models.Owner)
		u, link, err := s.People.AddUser(t.Context(), owner,
			people.NewUser{Email: "vera@harbour.example", Role: models.Viewer})
		if err != nil || link == "" {
			t.Fatalf("%q %v", link, err)
		}
		_, again, err := s.People.InviteAgain(t.Context(), owner, u.ID)
		if err != nil || again == link {
			t.Fatal(err)
		}
		if err := s.People.LinkWorks(t.Context(), link); !errors.Is(err, people.ErrLink) {
			t.Fatalf("the first invitation still works: %v", err)
		}
		var invalid models.Invalid
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, again, "short"); !errors.As(err,
			&invalid) {
			t.Fatal(err)
		}
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, again,
			"vera has chosen this"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.People.SignIn(t.Context(), visitor, "vera@harbour.example",
			"vera has chosen this"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.People.InviteAgain(t.Context(), owner, u.ID); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("an owner could take over somebody who has signed in: %v", err)
		}
	})
}

// An account keeps an owner, whoever is changed or removed; whoever is removed is out at once.
func TestLastOwner(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		a := addBusiness(t, s, "Harbour")
		ada := addUser(t, s, a.ID, "ada@harbour.example", models.Owner)
		max := addUser(t, s, a.ID, "max@harbour.example", models.Manager)
		owner := actorOf(ada, a.ID, models.Owner)
		var invalid models.Invalid
		if err := s.People.SetRole(t.Context(), owner, ada.ID, models.Viewer); !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		if err := s.People.RemoveMember(t.Context(), owner, ada.ID); !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		if err := s.People.SetRole(t.Context(), owner, max.ID, models.Owner); err != nil {
			t.Fatal(err)
		}
		session := token(t, s, ada, people.SessionShort)
		if err := s.People.RemoveMember(t.Context(), actorOf(max, a.ID, models.Owner), ada.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.People.Visit(t.Context(), session); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("removed, and still signed in: %v", err)
		}
		all, err := s.People.Colleagues(t.Context(), owner)
		if err != nil || len(all) != 1 || all[0].Role != models.Owner || all[0].User.ID != max.ID {
			t.Fatalf("%+v %v", all, err)
		}
	})
}

// Support is let in by the owner only, sees the account while the grant lasts, and is out when its date
// comes.
func TestSupportGrant(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		a := addBusiness(t, s, "Harbour")
		owner := actorOf(addUser(t, s, a.ID, "ada@harbour.example", models.Owner), a.ID, models.Owner)
		sam := addUser(t, s, "", "sam@undelivered.example", models.Support)
		session := token(t, s, sam, people.SessionKept)
		seats := func() int {
			v, err := s.People.Visit(t.Context(), session)
			if err != nil {
				t.Fatal(err)
			}
			return len(v.Seats)
		}
		if seats() != 0 {
			t.Fatal("support is in without a grant")
		}
		if _, err := s.People.GrantSupport(t.Context(), actorOf(sam, a.ID, models.Support),
			clock.Now().Add(time.Hour)); !errors.Is(
			err,
			models.ErrForbidden,
		) {
			t.Fatalf("support lets itself in: %v", err)
		}
		if _, err := s.People.GrantSupport(t.Context(), owner, clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		v, err := s.People.Visit(t.Context(), session)
		if err != nil || v.Seat.Account.ID != "" || len(v.Seats) != 1 {
			t.Fatalf("%+v %v", v, err)
		}
		if err := s.People.SwitchAccount(t.Context(), visitor, v, a.ID); err != nil {
			t.Fatal(err)
		}
		v, _ = s.People.Visit(t.Context(), session)
		if got := v.Actor("", ""); got.Kind != models.OnBehalf || got.Role != models.Support ||
			got.AccountID != a.ID {
			t.Fatalf("%+v", got)
		}
		clock.Turn(2 * time.Hour)
		v, _ = s.People.Visit(t.Context(), session)
		if got := v.Actor("", ""); got.AccountID != "" || seats() != 0 {
			t.Fatalf("after its date: %+v", got)
		}
	})
}

// A key opens what it is for until it is withdrawn; only its digest is kept, and only the owner makes one.
func TestKey(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		a := addBusiness(t, s, "Harbour")
		owner := models.Actor{Kind: models.Person, ID: "usr_x", Name: "Ada", AccountID: a.ID,
			Role: models.Owner}
		manager := owner
		manager.Role = models.Manager
		if _, _, err := s.People.AddKey(t.Context(), manager, people.KeyAPI, "shop", nil); !errors.Is(err,
			models.ErrForbidden) {
			t.Fatal(err)
		}
		k, secret, err := s.People.AddKey(t.Context(), owner, people.KeyAPI, "shop", nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.People.KeyByToken(t.Context(), people.KeyAPI, secret)
		if err != nil || got.ID != k.ID {
			t.Fatal(err)
		}
		if by := got.Actor("", ""); !by.May(models.Register) || by.May(models.Configure) {
			t.Fatalf("%+v", by)
		}
		if _, _, _, err := s.Report.WidgetKey(t.Context(), secret); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("an API key opens a widget: %v", err)
		}
		bob := owner
		bob.AccountID = addBusiness(t, s, "Mill").ID
		if err := s.People.RevokeKey(t.Context(), bob, k.ID); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("Bob withdraws Ada's key: %v", err)
		}
		if err := s.People.RevokeKey(t.Context(), owner, k.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.People.KeyByToken(t.Context(), people.KeyAPI, secret); !errors.Is(err,
			models.ErrNotFound) {
			t.Fatalf("withdrawn: %v", err)
		}
	})
}

// A widget's key comes with the place of its account, opens no API, and opens nothing once it is withdrawn.
func TestWidgetKeyFound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		k, secret, err := s.People.AddKey(t.Context(), cast.Olga, people.KeyWidget, "intranet",
			[]string{"https://www.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // before it was used, and after
			got, zone, of, err := s.Report.WidgetKey(t.Context(), secret)
			same := got.ID == k.ID && got.AccountID == k.AccountID && got.Origins == k.Origins &&
				got.Actor("", "").Kind == models.WidgetKey
			if err != nil || !same || zone.String() != cast.Account.Zone ||
				of.Locale != cast.Account.Locale ||
				of.Days() != models.StandardDays {
				t.Errorf("%+v %v %+v %v", got, zone, of, err)
			}
		}
		if _, err := s.People.KeyByToken(t.Context(), people.KeyAPI, secret); !errors.Is(err,
			models.ErrNotFound) {
			t.Errorf("a widget's key opens the API: %v", err)
		}
		all, err := s.People.Keys(t.Context(), cast.Olga, people.KeyWidget)
		if err != nil || len(all) != 1 || all[0].UsedAt == nil {
			t.Errorf("%+v %v", all, err)
		}
		if err := s.People.RevokeKey(t.Context(), cast.Olga, k.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := s.Report.WidgetKey(t.Context(), secret); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("withdrawn: %v", err)
		}
	})
}

// A widget's key sees the number and nothing else, is shown again, and frames only in the pages that are
// named.
func TestWidgetKey(t *testing.T) {
	s := modelstest.SQLite(t, store.Options{})
	owner := models.Actor{Kind: models.Person, ID: "usr_x",
		AccountID: addBusiness(t, s, "Harbour").ID, Role: models.Owner}
	k, secret, err := s.People.AddKey(t.Context(), owner, people.KeyWidget, "intranet",
		[]string{"https://www.example.com/", "", "https://www.example.com"})
	if err != nil || k.Origins != "https://www.example.com" {
		t.Fatalf("%q %v", k.Origins, err)
	}
	if again, err := s.People.KeyToken(k); err != nil || again != secret {
		t.Fatal(err)
	}
	if by := k.Actor("", ""); !by.May(models.See) || by.May(models.Work) || by.May(models.Register) ||
		by.May(models.Configure) {
		t.Fatalf("%+v", by)
	}
	for _, bad := range []string{"www.example.com", "https://a.example/path",
		"https://a.example; script-src *", "javascript:x", "https://*", "ftp://a.example",
		"https://u@a.example"} {
		var invalid models.Invalid
		if err := s.People.EditWidgetKey(t.Context(), owner, k.ID, []string{bad}); !errors.As(err, &invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Somebody whom two owners add at the same moment is one person, a member of both businesses.
func TestAddedTwiceAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		var all sync.WaitGroup
		ids := make([]string, 6)
		for i := range ids {
			business := addBusiness(t, s, "Business")
			all.Go(func() {
				u, _, err := s.People.AddUser(t.Context(), models.AtCommandLine(business.ID),
					people.NewUser{Email: "nora@harbour.example", Role: models.Viewer})
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
