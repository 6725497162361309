package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/store"
)

// A replica that has nothing yet answers for the report, and for nothing else: who has just signed in is in,
// a key that was just made opens, and a notification that was just registered is there.
func TestReplicaAnswersForTheReportOnly(t *testing.T) {
	if testing.Short() {
		return // it takes PostgreSQL
	}
	s := modelstest.Postgres(t, store.Options{ReplicaURL: modelstest.PostgresURL(t)})
	c := modelstest.NewCast(t, s)
	modelstest.Keep(t, s, c.Mail, modelstest.Event(models.Email, atA, full))
	owner := models.AtCommandLine(c.Account.ID)
	u, _, err := s.People.AddUser(t.Context(), owner, people.NewUser{Email: "olga@x.example",
		Name: "Olga", Role: models.Owner, Password: "a fine long sentence"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.People.AddSession(t.Context(), models.Actor{Kind: models.Person, ID: u.ID},
		people.Session{}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := s.People.Visit(t.Context(), token); err != nil || v.Seat.Account.ID != c.Account.ID {
		t.Errorf("the visit: %+v, %v", v.Seat, err)
	}
	_, key, err := s.People.AddKey(t.Context(), owner, people.KeyAPI, "Till", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.People.KeyByToken(t.Context(), people.KeyAPI, key); err != nil {
		t.Errorf("the key: %v", err)
	}
	if events, _, err := s.Report.EventFeed(t.Context(), c.Ada, report.FeedQuery{}); err != nil ||
		len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
	if n, err := s.Report.CountUndelivered(t.Context(), c.Ada, report.Filter{}); err != nil || n.Total != 0 {
		t.Errorf("the replica counts %d, %v", n.Total, err)
	}
}
