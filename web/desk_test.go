package web_test

import (
	"net/url"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/intake"
	"undelivered/models/people"
)

// An address is named, made the main one and removed from the form that changes it.
func TestAddressesAreManagedOnThePage(t *testing.T) {
	s := open(t)
	c := s.jane()
	ada := s.as("ada@harbour.example")
	added := ada.Open("/customers/"+c.ID+"/addresses/new").
		Submit("Add", url.Values{"channel": {"email"}, "value": {"jane@work.example"}, "label": {"work"}})
	added.Says("jane@work.example work").Says("Email address added")
	all, err := s.store.Consent.CustomerAddresses(t.Context(), s.ada, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	old, work := "/customers/"+c.ID+"/addresses/"+all[0].ID, "/customers/"+c.ID+"/addresses/"+all[1].ID
	if p := ada.Open(work).Submit("Save", url.Values{"label": {strings.Repeat("long ",
		20)}}); p.Status != 422 ||
		!p.Has(".field.bad") {
		t.Fatalf("a long name: %d", p.Status)
	}
	ada.Open(work).Submit("Save", url.Values{"label": {"office"}}).Says("jane@work.example office")
	ada.Open(work).Submit("Make it the main email", nil).Says("office, main email")
	ada.Open(old).Submit("Remove", nil).Silent("jane.doe@gmial.com").Says("Email address removed")
}

// A viewer sees the page without the buttons, and cannot press them.
func TestViewerComparesNothing(t *testing.T) {
	s := open(t)
	s.complained()
	vera := s.as("vera@harbour.example")
	if p := vera.Open("/suppressions"); strings.Contains(p.Text("main"), "Compare with the provider now") {
		t.Error("a viewer is offered the comparison")
	}
	if got := vera.Post("/suppressions/compare", nil).Status; got != 403 {
		t.Errorf("a viewer compares: %d", got)
	}
	s.as("ada@harbour.example").Open("/suppressions").Submit("Compare with the provider now", nil).
		Says("The lists are being compared")
	log, err := s.store.People.Activity(t.Context(), s.ada, people.ActivityFilter{Kind: "suppression"})
	if err != nil || log.Lines[0].Action != "suppression.ask_reconcile" {
		t.Errorf("the log: %v, %v", log.Lines, err)
	}
}

// Who approves offers what was dropped: it is in the report's view, and a button leads to the question for
// exactly it.
func TestDroppedIsOfferedOnThePages(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	c, entry := s.complained()
	sent := s.store.Now().Add(-47 * 60 * 60e9)
	mail := s.sendgrid()
	n, err := s.store.Intake.Register(ctx, s.ada, []intake.Registration{
		{
			Ref:               "1",
			Channel:           models.Email,
			To:                "jane.doe@gmial.com",
			Title:             "Invoice 4388",
			Text:              "Please pay.",
			SentAt:            &sent,
			ProviderMessageID: "m1",
			Connection:        mail.ID,
			Customer: intake.RegistrationCustomer{Ref: c.Ref, Name: "Jane Doe",
				Email: "jane.doe@gmial.com"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := models.Event{Type: models.EventType(models.Dropped), Reason: "dropped-complaint",
		Channel: models.Email, AttemptRef: n[0].AttemptID, DedupeKey: "2", OccurredAt: sent,
		Raw: []byte("{}")}
	if err := s.store.Intake.Keep(ctx, mail, []models.Event{e}); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Intake.Settled(ctx); err != nil {
		t.Fatal(err)
	}
	ada, max := s.as("ada@harbour.example"), s.as("max@harbour.example")
	ada.Open("/suppressions/"+entry.ID).Submit("Ask to clear", s.agreed())
	line, err := s.store.Consent.Suppression(ctx, s.ada, entry.ID)
	if err != nil {
		t.Fatal(err)
	}
	max.Open("/support/requests").Says("Let Ada resend the 1 dropped").
		Submit("Approve and reactivate", url.Values{"resend": {"1"}}).Says("Approved")
	taken, err := s.store.Consent.TakeClearing(ctx, line.Request().ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Consent.FinishClearing(ctx, taken,
		consent.ClearAnswer{Result: "cleared"}); err != nil {
		t.Fatal(err)
	}
	ada.Open("/undelivered?view=ready").Says("Invoice 4388")
	ada.Open("/customers/" + c.ID).Says("1 notification was dropped, and is ready to resend")
	ada.Open("/suppressions").Says("Reactivated")
	ada.Open("/suppressions/" + entry.ID).Follow("Resend the dropped one…").Says("Resend 1")
}

// sendgrid is the connection that mails go through.
func (s *site) sendgrid() models.Connection {
	s.t.Helper()
	connections, err := s.store.Connection.Connections(s.t.Context(), s.ada)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, one := range connections {
		if one.Provider == "sendgrid" {
			return one
		}
	}
	s.t.Fatal("no connection to SendGrid")
	return models.Connection{}
}

// Who chose to decline and presses Enter declines, and has to say why; nothing is approved by mistake.
func TestChoiceCountsNotTheButton(t *testing.T) {
	s := open(t)
	_, entry := s.complained()
	s.as("ada@harbour.example").Open("/suppressions/"+entry.ID).Submit("Ask to clear", s.agreed())
	max := s.as("max@harbour.example")
	if p := max.Open("/support/requests").Submit("Approve and reactivate",
		url.Values{"d": {"decline"}}); p.Status != 422 {
		t.Fatalf("approved or declined without a word: %d", p.Status)
	}
	line, err := s.store.Consent.Suppression(t.Context(), s.ada, entry.ID)
	if err != nil || line.Request().State != consent.RequestAsked {
		t.Fatalf("%s, %v", line.Request().State, err)
	}
}
