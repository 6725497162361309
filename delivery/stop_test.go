package delivery_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/resend"
	"undelivered/models/store"
	"undelivered/providers/simulator"
	"undelivered/providers/wire"
)

// phone is a customer with a number, who texts us by way of the provider.
type phone struct {
	*testing.T
	*modelstest.Cast
	s        *store.Store
	clock    *modelstest.Clock
	r        *delivery.Receiver
	customer models.Customer
	sent     int
}

const number = "+447700900103"

func onPhone(t *testing.T, act func(p *phone)) {
	t.Helper()
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		p := &phone{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock}
		p.r = &delivery.Receiver{Store: s, BaseURL: "http://undelivered.test", Log: modelstest.Log(t)}
		added, err := s.Customer.AddCustomer(t.Context(), p.Ada,
			customer.NewCustomer{Name: "Omar Haddad", Phone: number})
		p.must(err)
		p.customer = added.Customer
		act(p)
	})
}

func (p *phone) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// texts brings a text of the customer's through the webhook, signed; at is when it was sent.
func (p *phone) texts(at time.Time, text string) {
	p.Helper()
	p.sent++
	id := fmt.Sprint("text-", p.sent)
	signed, err := simulator.Sign(
		"s3cret of Texts",
		id,
		simulator.Event{Type: "inbound", Channel: models.SMS, From: number,
			To: "+447700900999", Text: text, CreatedAt: at},
		p.clock.Now(),
	)
	p.must(err)
	reply := p.r.Receive(p.Context(), delivery.HookRequest{Provider: "simulator", Token: p.TextToken,
		Request: wire.Request{Method: http.MethodPost, URL: "/hooks/simulator/" + p.TextToken,
			Header: signed.Header, Body: signed.Body}})
	if reply.Status != http.StatusOK {
		p.Fatalf("the webhook answered %d", reply.Status)
	}
	modelstest.Settle(p, p.s)
}

func (p *phone) causes() (open []models.Cause, at consent.AddressState) {
	p.Helper()
	all, err := p.s.Consent.CustomerAddresses(p.Context(), p.Ada, p.customer.ID)
	p.must(err)
	for _, cause := range all[0].Causes {
		open = append(open, cause.Cause)
	}
	return open, all[0]
}

func (p *phone) wantCauses(when string, want ...models.Cause) consent.AddressState {
	p.Helper()
	got, at := p.causes()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		p.Fatalf("%s: opted out for %v, want %v", when, got, want)
	}
	return at
}

// Case 16: the customer's STOP counts at once and cancels what waits; the customer's START lifts it, with the
// text as the record of agreement, and nothing but it. What comes late changes nothing.
func TestStopAndStartByText(t *testing.T) {
	onPhone(t, func(p *phone) {
		sent := p.clock.Now()
		n, err := p.s.Intake.Register(
			p.Context(),
			models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: p.Account.ID},
			[]intake.Registration{{
				Ref: "1", Channel: models.SMS, To: number, Title: "Reminder", Text: "Tomorrow at 9.",
				SentAt: &sent, Connection: p.Text.ID, ProviderMessageID: "m1",
				Customer: intake.RegistrationCustomer{Ref: "omar", Name: "Omar Haddad", Phone: number}}},
		)
		p.must(err)
		modelstest.Keep(p, p.s, p.Text, models.Event{Type: models.EventType(models.MailboxError),
			Channel: models.SMS, Reason: "sms-unreachable", AttemptRef: n[0].AttemptID,
			DedupeKey: "e1", OccurredAt: sent, Raw: []byte("{}")})
		attempt, err := p.s.Resend.AskResend(p.Context(), p.Ada, resend.ResendAsk{NotificationID: n[0].ID})
		p.must(err)

		p.texts(p.clock.Now(), "Thanks, see you tomorrow")
		p.wantCauses("after a text that asks nothing")
		stop := p.clock.Now()
		p.texts(stop, " stop. ")
		p.wantCauses("after STOP", models.CauseStop)
		story, err := p.s.Report.NotificationDetail(p.Context(), p.Ada, n[0].ID)
		p.must(err)
		if last := story.Attempts[len(story.Attempts)-1]; last.ID != attempt.ID ||
			last.Outcome != models.Cancelled {
			p.Fatalf("what waited: %+v", last)
		}

		p.clock.Turn(time.Hour)
		p.texts(stop.Add(-time.Minute), "START") // sent before the STOP, and late
		p.wantCauses("after an older START", models.CauseStop)
		at := p.wantCauses("still", models.CauseStop)
		p.must(p.s.Consent.OptOutByStaff(p.Context(), p.Ada, at.ID, "He also rang."))
		p.texts(p.clock.Now(), "Start!")
		p.wantCauses("after START", models.CauseStaff)
		consents, err := p.s.Consent.ConsentsOf(p.Context(), p.Ada, p.customer.ID)
		p.must(err)
		agreed := 0
		for _, c := range consents {
			if !c.Withdrawal && c.How == "text_message" && c.Words == "Start!" &&
				c.RecordedByName == models.Itself(p.Account.ID).Name {
				agreed++
			}
		}
		if agreed != 1 {
			p.Fatalf("the record of the START: %+v", consents)
		}
		p.texts(stop, "STOP") // a late copy of the first
		p.wantCauses("after a late STOP", models.CauseStaff)
		p.clock.Turn(time.Minute)
		p.texts(p.clock.Now(), "QUIT")
		p.wantCauses("after another STOP", models.CauseStaff, models.CauseStop)
	})
}
