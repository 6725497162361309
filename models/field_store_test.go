package models_test

import (
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/intake"
)

// toSend is a message that we are to send to an address.
func (p *play) toSend(ref, to string) string {
	p.Helper()
	all, err := p.s.Intake.Register(
		p.Context(),
		key(p.Account.ID),
		[]intake.Registration{{Ref: ref, Channel: models.Email, To: to, Title: "Invoice",
			Subject: "Invoice", Text: "Hello", Send: true, Connection: p.Mail.ID,
			Customer: intake.RegistrationCustomer{Ref: "c-" + ref, Name: "Jane Doe", Email: to}}},
	)
	p.must(err)
	return all[0].ID
}

// What our own guard stops names the cause that holds for the address: a bounce, a spam report, a wish; never
// another.
func TestFieldCauseOfAStop(t *testing.T) {
	onBoth(t, func(p *play) {
		for _, c := range []struct {
			kind         models.EventType
			reason, want string
		}{
			{models.EventType(models.HardBounce), "user-unknown", "dropped-bounce"},
			{models.EventType(models.InvalidStatus), "address-malformed", "dropped-bounce"},
			{models.Complaint, "complaint", "dropped-complaint"},
			{models.Unsubscribed, "unsubscribed", "dropped-unsubscribed"},
		} {
			to := string(c.kind) + "@stop.example"
			first := p.registered("first-"+string(c.kind), to)
			p.says(p.story(first.ID).Attempts[0].ID, c.kind, c.reason)
			p.clock.Turn(time.Minute)
			id := p.toSend("second-"+string(c.kind), to)
			p.clock.Turn(time.Minute)
			if a := p.story(id).Attempts[0]; a.OwnState == models.Queued {
				if _, err := p.s.Resend.TakeAttempt(p.Context(), a.ID); err == nil {
					p.Fatalf("%s: handed over", c.kind)
				}
			}
			if n := p.story(id).Notification; n.Reason != c.want {
				p.Errorf("stopped after %s: %q, want %q", c.kind, n.Reason, c.want)
			}
		}
	})
}

// Soft failures are in a row only where nothing was delivered in between, also where nobody registered any of
// the messages, in whatever order the reports come.
func TestFieldSoftFailuresInARow(t *testing.T) {
	onBoth(t, func(p *play) {
		tell := func(to string, ago int, kind models.EventType) {
			e := models.Event{Type: kind, Channel: models.Email, Recipient: to,
				ProviderMessageID: fmt.Sprint("m", p.next()), OccurredAt: p.clock.Now().AddDate(0, 0, -ago),
				DedupeKey: fmt.Sprint("s", p.next()), Raw: []byte("{}")}
			if kind != models.Delivered {
				e.Reason = "mailbox-full"
			}
			p.must(p.s.Intake.Keep(p.Context(), p.Mail, []models.Event{e}))
			p.must(p.s.Intake.Settled(p.Context()))
		}
		full := models.EventType(models.MailboxError)
		for _, ago := range []int{25, 13, 1} {
			tell("row@soft.example", ago, full)
			tell("mixed@soft.example", ago, full)
		}
		tell("mixed@soft.example", 7, models.Delivered) // told last
		for to, want := range map[string]bool{"row@soft.example": true, "mixed@soft.example": false} {
			found, err := p.s.Customer.Customers(p.Context(), p.Ada, customer.CustomerQuery{Q: to})
			p.must(err)
			if len(found.Lines) != 1 {
				p.Fatalf("%d customers have %s", len(found.Lines), to)
			}
			states, err := p.s.Consent.CustomerAddresses(p.Context(), p.Ada, found.Lines[0].ID)
			p.must(err)
			if got := len(states[0].Causes) > 0; got != want {
				p.Errorf("%s opted out: %t, want %t", to, got, want)
			}
		}
	})
}

// Of an entry that was made and taken away within one second, what the post tells last is true.
func TestFieldListedAndTakenOff(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.clock.Now().Add(-time.Hour)
		made := models.Event{Type: models.AddressSuppressed, Channel: models.Email,
			Reason: "dropped-manual", SuppressionKind: "manual", OccurredAt: at,
			Raw: []byte("{}")}
		off := models.Event{Type: models.Resubscribed, Channel: models.Email,
			SuppressionKind: "manual", OccurredAt: at, Raw: []byte("{}")}
		for i := range 8 { // the order of one post, not of chance
			post := []models.Event{made, off}
			to := fmt.Sprint("rosa", i, "@cabin.example")
			for j := range post {
				post[j].Recipient, post[j].DedupeKey = to, fmt.Sprint("w", i, j)
			}
			p.must(p.s.Intake.Keep(p.Context(), p.Mail, post))
			p.must(p.s.Intake.Settled(p.Context()))
		}
		listed, err := p.s.Consent.Suppressions(p.Context(), p.Ada, consent.SuppressionQuery{})
		p.must(err)
		for _, line := range listed.Lines {
			p.Errorf("%s is listed still", line.Address)
		}
	})
}
