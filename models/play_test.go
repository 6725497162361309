package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/models/store"
)

// play is a test with the cast on a stage: one store, a clock that is turned, and a provider that is played
// by hand.
type play struct {
	*testing.T
	*modelstest.Cast
	s     *store.Store
	clock *modelstest.Clock
	seen  int
	takes bool // the provider of texts takes a record in place of START
}

// onBoth plays on SQLite and on PostgreSQL.
func onBoth(t *testing.T, act func(p *play)) {
	t.Helper()
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		act(&play{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock})
	})
}

const (
	atA = "a@x.example"
	atB = "b@x.example"
)

// registered is a notification that the business sent to an address by itself.
func (p *play) registered(ref, to string) intake.Registered {
	p.Helper()
	sent := p.clock.Now().Add(-time.Hour)
	all, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), []intake.Registration{{
		Ref: ref, Channel: models.Email, To: to, Title: "Appointment reminder",
		Text: "See you tomorrow at 09:30.", SentAt: &sent,
		Customer: intake.RegistrationCustomer{Ref: "c-" + ref, Name: "Jane Doe",
			Email: to}, ProviderMessageID: "msg-" + ref, Connection: p.Mail.ID}})
	p.must(err)
	return all[0]
}

// corrected gives the customer of a notification another address, as the business's own system would.
func (p *play) corrected(ref, to string) {
	p.Helper()
	_, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), []intake.Registration{{
		Ref: ref + " again " + to, Channel: models.Email, To: to, Title: "Another",
		ProviderMessageID: fmt.Sprint("other-", p.next()), Connection: p.Mail.ID,
		Customer: intake.RegistrationCustomer{Ref: "c-" + ref, Name: "Jane Doe", Email: to}}})
	p.must(err)
}

func key(accountID string) models.Actor {
	return models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: accountID}
}

func (p *play) next() int { p.seen++; return p.seen }

func (p *play) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// says makes the provider report on an attempt, now.
func (p *play) says(attemptID string, kind models.EventType, reason string) models.Event {
	p.Helper()
	e := models.Event{Type: kind, Channel: models.Email, Reason: reason, AttemptRef: attemptID,
		OccurredAt: p.clock.Now(), DedupeKey: fmt.Sprint("e", p.next()), Raw: []byte(`{"e":1}`)}
	modelstest.Keep(p.T, p.s, p.Mail, e)
	return e
}

func (p *play) story(id string) report.NotificationDetail {
	p.Helper()
	st, err := p.s.Report.NotificationDetail(p.Context(), p.Ada, id)
	p.must(err)
	return st
}

// resend presses Resend and lets the hand-over be due.
func (p *play) resend(id string) models.Attempt {
	p.Helper()
	a, err := p.s.Resend.AskResend(p.Context(), p.Ada, resend.ResendAsk{NotificationID: id})
	p.must(err)
	p.clock.Turn(11 * time.Second)
	return a
}

// handOver plays the worker and the provider's answer.
func (p *play) handOver(a models.Attempt, r models.Receipt) {
	p.Helper()
	h, err := p.s.Resend.TakeAttempt(p.Context(), a.ID)
	p.must(err)
	p.must(p.s.Resend.FinishAttempt(p.Context(), h, r, models.DeliveryPromises{}))
}

var taken = models.Receipt{Outcome: models.ReceiptTaken, ProviderMessageID: "resent-1"}

func (p *play) wantState(id string, want models.NotificationState) models.Notification {
	p.Helper()
	n := p.story(id).Notification
	if n.State != want {
		p.Fatalf("state is %s (%s %s), want %s", n.State, n.Status, n.Reason, want)
	}
	return n
}

// wantNumber holds the number and the list to each other.
func (p *play) wantNumber(want int) {
	p.Helper()
	n, err := p.s.Report.CountUndelivered(p.Context(), p.Ada, report.Filter{})
	p.must(err)
	if n.Total != want {
		p.Fatalf("the number is %d, want %d", n.Total, want)
	}
}

func (p *play) wantRefused(err error, guard models.Guard) {
	p.Helper()
	var r models.Refusal
	if !errors.As(err, &r) || r.Guard != guard {
		p.Fatalf("got %v, want a refusal by %s", err, guard)
	}
}

func (p *play) ask(id string) error {
	_, err := p.s.Resend.AskResend(p.Context(), p.Ada, resend.ResendAsk{NotificationID: id})
	return err
}
