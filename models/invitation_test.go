package models_test

import (
	"errors"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/store"
)

// invite has an owner of a business invite somebody, and returns the link.
func invite(t *testing.T, s *store.Store, owner models.Actor, email string) (models.User, string) {
	t.Helper()
	u, link, err := s.People.AddUser(t.Context(), owner,
		people.NewUser{Email: email, Name: "As " + owner.Name + " wrote it", Role: models.Owner})
	if err != nil || link == "" {
		t.Fatalf("%q %v", link, err)
	}
	return u, link
}

func twoBusinesses(t *testing.T, s *store.Store) (a, b models.Actor) {
	t.Helper()
	first, second := addBusiness(t, s, "A first"), addBusiness(t, s, "B second")
	return actorOf(addUser(t, s, first.ID, "ada@first.example", models.Owner), first.ID, models.Owner),
		actorOf(addUser(t, s, second.ID, "bob@second.example", models.Owner), second.ID, models.Owner)
}

func visitOf(t *testing.T, s *store.Store, u models.User) people.Visit {
	t.Helper()
	v, err := s.People.Visit(t.Context(), token(t, s, u, people.SessionShort))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Whoever takes one business's invitation gets that business and no other, whichever invitation came first
// and whichever was opened first; nor does its link choose the password of somebody who is somebody already.
func TestAnInvitationOpensItsOwnAccountOnly(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := twoBusinesses(t, s)
		_, first := invite(t, s, ada, "new@linde.example")
		u, _, err := s.People.ChoosePassword(t.Context(), visitor, first, "chosen by the first owner")
		if err != nil {
			t.Fatal(err)
		}
		_, second := invite(t, s, bob, "new@linde.example")
		v := visitOf(t, s, u)
		if len(v.Seats) != 1 || v.Seat.Account.ID != ada.AccountID {
			t.Fatalf("the password of one invitation opens %+v", v.Seats)
		}
		if err := s.People.AcceptInvitation(t.Context(), visitor, v, "", bob.AccountID); !errors.Is(err,
			people.ErrLink) {
			t.Fatalf("accepted without the link: %v", err)
		}
		if err := s.People.SwitchAccount(t.Context(), visitor, v, bob.AccountID); !errors.Is(err,
			models.ErrNotFound) {
			t.Fatalf("entered before accepting: %v", err)
		}
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, second,
			"chosen by the second owner"); !errors.Is(
			err,
			people.ErrLink,
		) {
			t.Fatalf("the second owner's link chose the password: %v", err)
		}
		if i, err := s.People.InvitationByLink(t.Context(), second); err != nil || i.Fresh || !i.IsFor(u) {
			t.Fatalf("a refused password used the link up: %+v %v", i, err)
		}
		if err := s.People.AcceptInvitation(t.Context(), visitor, visitOf(t, s, models.User{ID: bob.ID}),
			second, ""); !errors.Is(
			err,
			people.ErrLink,
		) {
			t.Fatalf("somebody else accepted: %v", err)
		}
		if err := s.People.AcceptInvitation(t.Context(), visitor, v, second, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.People.AcceptInvitation(t.Context(), visitor, v, second, ""); !errors.Is(err,
			people.ErrLink) {
			t.Fatalf("accepted twice: %v", err)
		}
		if v := visitOf(t, s, u); len(v.Seats) != 2 || v.Seat.Account.ID != bob.AccountID {
			t.Fatalf("after accepting: %+v, at %s", v.Seats, v.Seat.Account.Name)
		}
	})
}

// Two invitations are open: whoever opens one first gets that account, and the other link chooses no password
// any more.
func TestAnOpenInvitationGivesNothingOfAnother(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := twoBusinesses(t, s)
		_, first := invite(t, s, ada, "new@linde.example")
		_, second := invite(t, s, bob, "new@linde.example")
		u, _, err := s.People.ChoosePassword(t.Context(), visitor, second, "chosen by the right one")
		if err != nil {
			t.Fatal(err)
		}
		if v := visitOf(t, s, u); len(v.Seats) != 1 || v.Seat.Account.ID != bob.AccountID {
			t.Fatalf("%+v", v.Seats)
		}
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, first,
			"chosen by the other owner"); !errors.Is(
			err,
			people.ErrLink,
		) {
			t.Fatal(err)
		}
		if _, err := s.People.SignIn(t.Context(), visitor, "new@linde.example",
			"chosen by the right one"); err != nil {
			t.Fatal(err)
		}
	})
}

// Adding somebody tells the same whether or not they are known: a link each time, the name that was typed, no
// sign-in, and an id that is no older than the invitation. Nothing of what they do elsewhere is in the log of
// who invited them.
func TestAddingTellsNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := twoBusinesses(t, s)
		known, _ := invite(t, s, ada, "bob@second.example")
		unknown, _ := invite(t, s, ada, "nobody@second.example")
		if known.Name != unknown.Name || !strings.HasPrefix(known.ID, "inv_") ||
			!strings.HasPrefix(unknown.ID, "inv_") {
			t.Errorf("%+v %+v", known, unknown)
		}
		if _, err := s.People.SignIn(t.Context(), visitor, "bob@second.example", sentence); err != nil {
			t.Fatal(err)
		}
		if _, err := s.People.SignIn(t.Context(), visitor, "bob@second.example", "wrong"); err == nil {
			t.Fatal("a wrong password")
		}
		all, err := s.People.Colleagues(t.Context(), ada)
		for _, c := range all {
			if c.Pending &&
				(c.User.SignedInAt != nil || !strings.HasSuffix(c.User.Name, "wrote it") ||
					c.User.ID == bob.ID) {
				t.Errorf("%+v", c)
			}
		}
		if err != nil || len(all) != 3 {
			t.Fatalf("%d people, %v", len(all), err)
		}
		theirs, err := s.People.Activity(t.Context(), ada, people.ActivityFilter{})
		for _, e := range theirs.Lines {
			if strings.HasPrefix(e.Action, "person.sign_in") || e.ObjectID == bob.ID {
				t.Errorf("%+v", e)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		session := token(t, s, models.User{ID: bob.ID}, people.SessionShort)
		if err := s.People.RemoveMember(t.Context(), ada, known.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.People.Visit(t.Context(), session); err != nil {
			t.Errorf("removing an invitation ended a session elsewhere: %v", err)
		}
		if err := s.People.RemoveMember(t.Context(), ada, bob.ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("removed by another account: %v", err)
		}
	})
}

// A person who is made support staff proves anew who they are: the password that somebody chose before, and
// the sessions begun with it, are void, and no owner's link chooses the next.
func TestSupportIsNeverMadeOfAChosenPassword(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := twoBusinesses(t, s)
		_, first := invite(t, s, ada, "sam@undelivered.example")
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, first,
			"chosen by the first owner"); err != nil {
			t.Fatal(err)
		}
		_, open := invite(t, s, bob, "sam@undelivered.example")
		_, link, err := s.People.AddUser(t.Context(), models.AtCommandLine(""),
			people.NewUser{Email: "sam@undelivered.example", Role: models.Support})
		if err != nil || link == "" {
			t.Fatalf("%q %v", link, err)
		}
		if _, err := s.People.SignIn(t.Context(), visitor, "sam@undelivered.example",
			"chosen by the first owner"); !errors.Is(
			err,
			people.ErrCredentials,
		) {
			t.Fatalf("support by a password that an owner chose: %v", err)
		}
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, open,
			"chosen by the second owner"); !errors.Is(
			err,
			people.ErrLink,
		) {
			t.Fatalf("support by the link of an owner: %v", err)
		}
		if _, _, err := s.People.ChoosePassword(t.Context(), visitor, link,
			"chosen by the right one"); err != nil {
			t.Fatal(err)
		}
	})
}

// An account whose name sorts first does not become somebody's first by inviting them; the one last used is
// where they land.
func TestTheAccountAtSignInIsTheOneLastUsed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := twoBusinesses(t, s)
		b := models.User{ID: bob.ID}
		_, link := invite(t, s, ada, "bob@second.example")
		if v := visitOf(t, s, b); v.Seat.Account.ID != bob.AccountID {
			t.Fatal(v.Seat)
		}
		v := visitOf(t, s, b)
		if err := s.People.AcceptInvitation(t.Context(), visitor, v, link, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.People.SwitchAccount(t.Context(), visitor, visitOf(t, s, b), bob.AccountID); err != nil {
			t.Fatal(err)
		}
		if v := visitOf(t, s, b); v.Seat.Account.ID != bob.AccountID {
			t.Fatalf("landed in %s", v.Seat.Account.Name)
		}
	})
}

// The organisation's sign-in knows a person by its own name for them: another name with the same email is
// somebody else.
func TestSingleSignOnIsBoundToTheSubject(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		ada, _ := twoBusinesses(t, s)
		first := people.Vouched{Issuer: "https://id.example", Subject: "1", Email: "ada@first.example"}
		if u, proven, err := s.People.SignInByName(t.Context(), visitor, first); err != nil ||
			u.ID != ada.ID ||
			!proven {
			t.Fatalf("%v %v %v", u.ID, proven, err)
		}
		for _, other := range []people.Vouched{{Issuer: first.Issuer, Subject: "2", Email: first.Email},
			{Issuer: "https://other.example", Subject: "1", Email: first.Email},
			{Email: first.Email}} {
			if _, _, err := s.People.SignInByName(t.Context(), visitor, other); !errors.Is(err,
				people.ErrCredentials) {
				t.Errorf("%+v: %v", other, err)
			}
		}
		moved := people.Vouched{Issuer: first.Issuer, Subject: "1", Email: "bob@second.example"}
		if u, proven, err := s.People.SignInByName(t.Context(), visitor, moved); err != nil ||
			u.ID != ada.ID ||
			proven {
			t.Errorf("a changed email made %s of them, proven %v, %v", u.ID, proven, err)
		}
	})
}
