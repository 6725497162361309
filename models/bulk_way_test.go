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
)

// reachable registers emails that failed, of customers with a mobile number of their own except for the last.
func (p *play) reachable(n int) []intake.Registered {
	p.Helper()
	sent := p.clock.Now().Add(-time.Hour)
	batch := make([]intake.Registration, n)
	for i := range batch {
		who := intake.RegistrationCustomer{Ref: fmt.Sprint("w", i), Name: "Jane Doe",
			Email: fmt.Sprintf("way%d@x.example", i)}
		if i < n-1 {
			who.Phone = fmt.Sprintf("+44770090010%d", i)
		}
		batch[i] = intake.Registration{Ref: fmt.Sprint("w", i), Channel: models.Email,
			To: who.Email, Title: "Reminder",
			Text: fmt.Sprint("Text ", i), SentAt: &sent, Customer: who,
			ProviderMessageID: who.Email, Connection: p.Mail.ID}
	}
	all, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), batch)
	p.must(err)
	for _, r := range all {
		p.says(r.AttemptID, full, "mailbox-full")
	}
	return all
}

// noPhone opts the mobile number of a notification's customer out.
func (p *play) noPhone(id string) {
	p.Helper()
	p.must(
		p.s.Consent.OptOutByStaff(p.Context(), p.Ada, p.story(id).Addresses[models.SMS].ID, "asked by phone"),
	)
}

// Texts go where the customer has agreed to them; all others go as they were, and what an email can't reach a
// text may. The question says how many, each item passes all guards by the way it goes, and the result names
// the way.
func TestBulkByText(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.reachable(5) // 0–2: both ways · 3: no texts · 4: no number
		p.noPhone(all[3].ID)
		p.optedOut(all[0].ID) // by text only
		d := p.dry(report.Filter{})
		if d.Send != 4 || d.Texts != 2 || d.TextsOut != 1 {
			t.Fatalf("before: %+v", d)
		}
		ask := resend.BulkAsk{RequestID: "r1", Action: resend.BulkResend,
			Instead: []models.Channel{models.SMS}, Shown: resend.Shown{Total: &d.Total, Send: &d.Send}}
		var invalid models.Invalid
		if _, err := p.s.Resend.StartBulk(t.Context(), p.Ada, ask); !errors.As(err, &invalid) {
			t.Errorf("more go than the person saw: %v", err)
		}
		by, err := p.s.Resend.DryRun(t.Context(), p.Ada, ask)
		if err != nil || by.Send != 5 || by.Texts != 3 || by.TextsOut != 0 || by.Parts != 3 {
			t.Fatalf("by text: %+v, %v", by, err)
		}
		rows, err := p.s.Resend.DryRows(t.Context(), p.Ada, by, resend.BulkShow{Way: models.SMS})
		if err != nil || len(rows) != 3 {
			t.Errorf("%d rows go by text, %v", len(rows), err)
		}
		ask.Shown.Send = &by.Send
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada, ask)
		p.must(err)
		if got := p.worked(job.ID); got.Sent != 5 || len(got.Rows) != 5 {
			t.Errorf("after: %+v %v", got.BulkJob, got.Refused)
		}
		if rows := p.shown(job.ID, resend.BulkShow{Way: models.SMS}); len(rows) != 3 {
			t.Errorf("%d went by text", len(rows))
		}
		for i, want := range []models.Channel{models.SMS, models.SMS, models.SMS, models.Email,
			models.Email} {
			if a := p.story(all[i].ID).Attempts[1]; a.Channel != want {
				t.Errorf("%d goes by %s, want %s", i, a.Channel, want)
			}
		}
	})
}

// Between the question and the work a customer may say no to texts: then it goes as it was, or is refused.
func TestBulkByTextAsksAgain(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.reachable(3)
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada,
			resend.BulkAsk{Action: resend.BulkResend, Instead: []models.Channel{models.SMS}})
		p.must(err)
		p.noPhone(all[0].ID)
		p.noPhone(all[1].ID)
		p.optedOut(all[1].ID)
		if got := p.worked(job.ID); got.Sent != 2 || refused(got.Refused, models.GuardOptedOut) != 1 {
			t.Errorf("after: %+v %v", got.BulkJob, got.Refused)
		}
		if a := p.story(all[0].ID).Attempts[1]; a.Channel != models.Email {
			t.Errorf("it goes by %s", a.Channel)
		}
	})
}

// A text that failed goes by email where the customer has one.
func TestBulkByEmail(t *testing.T) {
	onBoth(t, func(p *play) {
		sent := p.clock.Now().Add(-time.Hour)
		one, err := p.s.Intake.Register(t.Context(), key(p.Account.ID), []intake.Registration{
			{
				Ref:               "t",
				Channel:           models.SMS,
				To:                "+447700900200",
				Title:             "Reminder",
				Text:              "See you",
				SentAt:            &sent,
				ProviderMessageID: "t",
				Connection:        p.Text.ID,
				Customer: intake.RegistrationCustomer{Ref: "t", Name: "Jane", Email: atA,
					Phone: "+447700900200"},
			},
		})
		p.must(err)
		modelstest.Keep(t, p.s, p.Text, models.Event{Type: full, Channel: models.SMS,
			Reason: "sms-phone-unreachable", AttemptRef: one[0].AttemptID, OccurredAt: p.clock.Now(),
			DedupeKey: "t", Raw: []byte("{}")})
		if d := p.dry(report.Filter{}); d.Send != 1 || d.Emails != 1 || d.Texts != 0 {
			t.Fatalf("before: %+v", d)
		}
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada,
			resend.BulkAsk{Action: resend.BulkResend, Instead: []models.Channel{models.Email}})
		p.must(err)
		p.worked(job.ID)
		if a := p.story(one[0].ID).Attempts[1]; a.Channel != models.Email || a.Recipient != atA {
			t.Errorf("it goes to %s by %s", a.Recipient, a.Channel)
		}
	})
}

// A large set that was checked as it is and is confirmed with texts is checked anew, and nothing goes before
// that.
func TestBulkCheckAnewByText(t *testing.T) {
	onBothAbove(t, func(p *play) {
		all := p.reachable(5)
		p.optedOut(all[0].ID)
		got := p.checked()
		if got.Sent != 4 || got.Texts != 3 || got.TextsOut != 1 {
			t.Fatalf("checked: %+v", got.BulkJob)
		}
		anew, err := p.s.Resend.StartChecked(t.Context(), p.Ada, got.ID,
			resend.BulkAsk{Count: "4", Instead: []models.Channel{models.SMS}})
		if p.must(err); anew.State != resend.BulkChecking {
			t.Fatalf("confirmed with texts it is %s", anew.State)
		}
		by := p.worked(got.ID)
		if by.State != resend.BulkChecked || by.Sent != 5 || by.Texts != 4 || by.Parts != 4 {
			t.Fatalf("checked anew: %+v", by.BulkJob)
		}
		_, err = p.s.Resend.StartChecked(t.Context(), p.Ada, got.ID,
			resend.BulkAsk{Count: "5", Instead: []models.Channel{models.SMS}})
		p.must(err)
		if done := p.worked(got.ID); done.Sent != 5 || p.story(all[0].ID).Attempts[1].Channel != models.SMS {
			t.Errorf("after: %+v", done.BulkJob)
		}
	})
}
