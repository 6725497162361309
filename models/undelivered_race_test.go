package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// A customer's name is changed at the moment in which the first failure of theirs comes onto the report:
// between the reading of the name and the writing of the row. The row has the new name. SQLite has one
// writer, who cannot be overtaken.
func TestRowKeepsUpWithTheName(t *testing.T) {
	if testing.Short() {
		return
	}
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	s := modelstest.Postgres(t, store.Options{Now: clock.Now})
	p := &play{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock}
	n := p.registered("1", atA)
	c := p.story(n.ID).Customer
	release, err := modelstest.HoldTable(t.Context(), s, "undelivered")
	p.must(err)
	p.must(s.Intake.Keep(t.Context(), p.Mail, []models.Event{
		{Type: hard, Channel: models.Email, Reason: "user-unknown", AttemptRef: n.AttemptID,
			OccurredAt: clock.Now(), DedupeKey: "e1", Raw: []byte("{}")},
	}))
	p.untilWaiting(1, nil)
	edited := make(chan error, 1)
	go func() {
		_, err := s.Customer.EditContact(t.Context(), p.Ada,
			customer.ContactEdit{CustomerID: c.ID, Name: "Jane Roe", Email: atA})
		edited <- err
		close(edited)
	}()
	p.untilWaiting(2, edited)
	p.must(release())
	p.must(<-edited)
	modelstest.Settle(t, s)
	page, err := s.Report.Undelivered(t.Context(), p.Ada, report.Filter{})
	p.must(err)
	if len(page.Rows) != 1 || page.Rows[0].CustomerName != "Jane Roe" {
		t.Errorf("the report has %+v, want Jane Roe", page.Rows)
	}
}

// untilWaiting waits until so many sessions wait for each other, or something is done.
func (p *play) untilWaiting(n int, done <-chan error) {
	p.Helper()
	for p.Context().Err() == nil && len(done) == 0 {
		waiting, err := modelstest.Waiting(p.Context(), p.s)
		p.must(err)
		if waiting >= n {
			return
		}
	}
}
