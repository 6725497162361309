package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/intake"
	"undelivered/models/report"
)

// dropped is a notification that the provider did not try, because it lists the address for a complaint.
func (p *play) dropped(ref string) intake.Registered {
	p.Helper()
	n := p.registered(ref, atA)
	p.says(n.AttemptID, models.EventType(models.Dropped), "dropped-complaint")
	p.clock.Turn(48 * time.Hour)
	return n
}

// ready are the notifications that the report offers for resending.
func (p *play) ready() []models.Undelivered {
	p.Helper()
	r, err := p.s.Report.Report(p.Context(), p.Ada, report.Filter{View: report.ViewReady})
	p.must(err)
	return r.Rows
}

// After the entry has been cleared, what was dropped because of it is offered, and nothing is sent by itself;
// when the address is refused again the offer is gone.
func TestDroppedIsOfferedAfterClearing(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.dropped("1")
		address := p.story(n.ID).Addresses[models.Email].ID
		r, err := p.lift(p.Ada, address, p.agreed())
		p.must(err)
		request, err := p.s.Consent.Approve(p.Context(), p.Sam, r.Requests[0].ID, "", true)
		p.must(err)
		if len(p.ready()) != 0 {
			p.Fatal("offered before the provider has cleared it")
		}
		p.clears(request.ID, consent.ClearAnswer{Result: "cleared", ReadBack: true})
		rows := p.ready()
		if len(rows) != 1 || rows[0].ID != n.ID || !rows[0].Ready {
			p.Fatalf("offered: %+v", rows)
		}
		if got := p.story(n.ID); len(got.Attempts) != 1 || got.Notification.State != models.StateFailed {
			p.Fatalf("something was sent by itself: %+v", got.Attempts)
		}
		p.must(p.s.Ledger.AddNote(p.Context(), p.Ada, n.ID, "Seen."))
		if len(p.ready()) != 1 {
			p.Error("a note took the offer away")
		}
		p.must(p.s.Consent.OptOutByStaff(p.Context(), p.Ada, address, "She rang."))
		if len(p.ready()) != 0 {
			p.Error("still offered after the customer has left again")
		}
	})
}

// Who approves may keep it back: then nothing is offered.
func TestApprovalCanKeepTheDroppedBack(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.dropped("1")
		r, err := p.lift(p.Ada, p.story(n.ID).Addresses[models.Email].ID, p.agreed())
		p.must(err)
		_, err = p.s.Consent.Approve(p.Context(), p.Sam, r.Requests[0].ID, "", false)
		p.must(err)
		p.clears(r.Requests[0].ID, consent.ClearAnswer{Result: "cleared", ReadBack: true})
		if rows := p.ready(); len(rows) != 0 {
			p.Fatalf("offered: %+v", rows)
		}
		p.must(p.ask(n.ID)) // one at a time a person may still send it
	})
}
