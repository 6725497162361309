package web_test

import (
	"errors"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/resend"
	"undelivered/models/store"
)

// Nobody knew of the first resend, so a second was sent a day later; then the first is reported delivered.
// The page tells of the one that was delivered, with its own date.
func TestPageTellsOfWhatWasDelivered(t *testing.T) {
	clock := modelstest.NewClock(
		time.Now().UTC().AddDate(0, 0, -3).Truncate(24 * time.Hour).Add(12 * time.Hour),
	)
	s := openWith(t, store.Options{Now: clock.Now})
	id, c := s.failedOnce()
	first := s.resent(clock, id,
		models.Receipt{Outcome: models.ReceiptOpen, Err: errors.New("connection reset")})
	arrived := clock.Now()
	clock.Turn(23 * time.Hour)
	s.resent(clock, id, models.Receipt{Outcome: models.ReceiptTaken, ProviderMessageID: "second"})
	e := modelstest.Event(models.Email, "", models.Delivered)
	e.AttemptRef, e.OccurredAt = first, arrived
	modelstest.Keep(t, s.store, c, e)
	day := arrived.Format("2 January")
	s.as("max@harbour.example").Open("/notifications/" + id).Says("Delivered on " + day)
}

// failedOnce is a notification whose original failed for a while, and the connection that sent it.
func (s *site) failedOnce() (string, models.Connection) {
	s.t.Helper()
	c, _ := modelstest.AddConnection(s.t, s.store, s.ada.AccountID, "Mail", models.Email)
	all, err := s.store.Intake.Register(s.t.Context(), s.ada, []intake.Registration{
		{Ref: "1", Channel: models.Email, To: modelstest.JaneRight, Title: "Invoice 4388",
			Text: "Here it is.", Connection: c.ID, Customer: intake.RegistrationCustomer{Ref: "c1",
				Name: "Jane Doe", Email: modelstest.JaneRight}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	e := modelstest.Event(models.Email, "", models.EventType(models.MailboxError))
	e.AttemptRef, e.Reason, e.OccurredAt = all[0].AttemptID, "mailbox-full", time.Time{}
	modelstest.Keep(s.t, s.store, c, e)
	return all[0].ID, c
}

// resent is a resend whose hand-over ends so.
func (s *site) resent(clock *modelstest.Clock, id string, end models.Receipt) string {
	s.t.Helper()
	a, err := s.store.Resend.AskResend(s.t.Context(), s.ada,
		resend.ResendAsk{NotificationID: id, MayGetTwo: true})
	if err != nil {
		s.t.Fatal(err)
	}
	clock.Turn(time.Minute)
	h, err := s.store.Resend.TakeAttempt(s.t.Context(), a.ID)
	if err == nil {
		err = s.store.Resend.FinishAttempt(s.t.Context(), h, end, models.DeliveryPromises{})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return a.ID
}
