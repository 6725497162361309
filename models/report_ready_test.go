package models_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
)

// What is said to be ready to try again can be tried again now: whatever a guard would refuse is not among
// it, and comes back when the cause has gone; the number equals the list.
func TestReadyCanBeTriedNow(t *testing.T) {
	onBoth(t, func(p *play) {
		soon := p.clock.Now().Add(24 * time.Hour)
		ids := map[string]string{}
		for _, ref := range []string{"fine", "opted out", "listed", "once", "late", "corrected"} {
			ids[ref] = p.mailboxFull(ref, func(r *intake.Registration) {
				r.NoRepeat = ref == "once"
				if ref == "late" {
					r.ValidUntil = &soon
				}
			}).ID
		}
		p.clock.Turn(4 * 24 * time.Hour)
		for _, ref := range []string{"opted out", "corrected"} {
			p.must(p.s.Consent.OptOutByStaff(t.Context(), p.Ada, p.story(ids[ref]).Addresses[models.Email].ID,
				"She rang."))
		}
		listed := modelstest.Event(models.Email, "listed@x.example", models.EventType(models.Dropped))
		listed.SuppressionKind, listed.ProviderMessageID, listed.OccurredAt = "bounce", "another",
			p.clock.Now()
		modelstest.Keep(t, p.s, p.Mail, listed)
		p.wantReady(ids, "fine")
		c := p.story(ids["corrected"]).Customer
		_, err := p.s.Customer.EditContact(t.Context(), p.Ada,
			customer.ContactEdit{CustomerID: c.ID, Name: c.Name, Email: "new@x.example"})
		p.must(err)
		p.wantReady(ids, "fine", "corrected")
		p.must(p.s.Connection.PauseConnection(t.Context(), p.Olga, p.Mail.ID))
		p.wantReady(ids)
		p.must(p.s.Connection.ResumeConnection(t.Context(), p.Olga, p.Mail.ID))
		p.wantReady(ids, "fine", "corrected")
	})
}

// mailboxFull registers a notification to a customer of its own, whose mailbox is full.
func (p *play) mailboxFull(ref string, change func(r *intake.Registration)) intake.Registered {
	p.Helper()
	sent := p.clock.Now().Add(-time.Hour)
	to := strings.ReplaceAll(ref, " ", ".") + "@x.example"
	r := intake.Registration{Ref: ref, Channel: models.Email, To: to, Title: "Reminder",
		Text: "See you.", SentAt: &sent,
		Customer:          intake.RegistrationCustomer{Ref: "c-" + ref, Name: ref, Email: to},
		ProviderMessageID: "msg-" + ref, Connection: p.Mail.ID}
	change(&r)
	all, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), []intake.Registration{r})
	p.must(err)
	p.says(all[0].AttemptID, full, "mailbox-full")
	return all[0]
}

// wantReady holds the list, its number and the button of each to these.
func (p *play) wantReady(ids map[string]string, want ...string) {
	p.Helper()
	var got []string
	for _, row := range p.ready() {
		for ref, id := range ids {
			if id == row.ID {
				got = append(got, ref)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	n, err := p.s.Report.CountUndelivered(p.Context(), p.Ada, report.Filter{View: report.ViewReady})
	if err != nil || !slices.Equal(got, want) || n.Total != len(want) {
		p.Errorf("ready: %v, want %v; counted %d, %v", got, want, n.Total, err)
	}
	for ref, id := range ids {
		err := p.s.Resend.CheckResend(p.Context(), p.Ada, id)
		if works := err == nil; works != slices.Contains(want, ref) {
			p.Errorf("the button of %q works: %v (%v)", ref, works, err)
		}
	}
}
