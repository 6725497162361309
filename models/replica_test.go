package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
)

// A replica that has nothing yet answers for the report, and for nothing else: who has just signed in is in, a key that
// was just made opens, and a notification that was just registered is there.
func TestReplicaAnswersForTheReportOnly(t *testing.T) {
	if testing.Short() {
		return // it takes PostgreSQL
	}
	s := modelstest.Postgres(t, models.Options{ReplicaURL: modelstest.PostgresURL(t)})
	c := modelstest.NewCast(t, s)
	modelstest.Keep(t, s, c.Mail, modelstest.Event(models.Email, atA, full))
	owner := models.AtCommandLine(c.Account.ID)
	u, _, err := s.AddUser(t.Context(), owner, models.NewUser{Email: "olga@x.example", Name: "Olga", Role: models.Owner, Password: "a fine long sentence"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.AddSession(t.Context(), models.Actor{Kind: models.Person, ID: u.ID}, models.Session{}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := s.Visit(t.Context(), token); err != nil || v.Seat.Account.ID != c.Account.ID {
		t.Errorf("the visit: %+v, %v", v.Seat, err)
	}
	_, key, err := s.AddKey(t.Context(), owner, models.KeyAPI, "Till", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.KeyByToken(t.Context(), models.KeyAPI, key); err != nil {
		t.Errorf("the key: %v", err)
	}
	if events, _, err := s.EventFeed(t.Context(), c.Ada, models.FeedQuery{}); err != nil || len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
	if n, err := s.CountUndelivered(t.Context(), c.Ada, models.Filter{}); err != nil || n.Total != 0 {
		t.Errorf("the replica counts %d, %v", n.Total, err)
	}
}
