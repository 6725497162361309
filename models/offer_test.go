package models_test

import (
	"testing"
	"time"

	"undelivered/models"
)

// dropped is a notification that the provider did not try, because it lists the address for a complaint.
func (p *play) dropped(ref string) models.Registered {
	p.Helper()
	n := p.registered(ref, atA)
	p.says(n.AttemptID, models.EventType(models.Dropped), "dropped-complaint")
	p.clock.Turn(48 * time.Hour)
	return n
}

// ready are the notifications that the report offers for resending.
func (p *play) ready() []models.Undelivered {
	p.Helper()
	r, err := p.s.Report(p.Context(), p.Ada, models.Filter{View: models.ViewReady})
	p.must(err)
	return r.Rows
}

// After the entry has been cleared, what was dropped because of it is offered, and nothing is sent by itself; when the
// address is refused again the offer is gone.
func TestDroppedIsOfferedAfterClearing(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.dropped("1")
		address := p.story(n.ID).Addresses[models.Email].ID
		r, err := p.lift(p.Ada, address, p.agreed())
		p.must(err)
		request, err := p.s.Approve(p.Context(), p.Sam, r.Requests[0].ID, "", true)
		p.must(err)
		if len(p.ready()) != 0 {
			p.Fatal("offered before the provider has cleared it")
		}
		p.clears(request.ID, models.ClearAnswer{Result: "cleared", ReadBack: true})
		rows := p.ready()
		if len(rows) != 1 || rows[0].ID != n.ID || !rows[0].Ready {
			p.Fatalf("offered: %+v", rows)
		}
		if got := p.story(n.ID); len(got.Attempts) != 1 || got.Notification.State != models.StateFailed {
			p.Fatalf("something was sent by itself: %+v", got.Attempts)
		}
		p.must(p.s.AddNote(p.Context(), p.Ada, n.ID, "Seen."))
		if len(p.ready()) != 1 {
			p.Error("a note took the offer away")
		}
		p.must(p.s.OptOutByStaff(p.Context(), p.Ada, address, "She rang."))
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
		_, err = p.s.Approve(p.Context(), p.Sam, r.Requests[0].ID, "", false)
		p.must(err)
		p.clears(r.Requests[0].ID, models.ClearAnswer{Result: "cleared", ReadBack: true})
		if rows := p.ready(); len(rows) != 0 {
			p.Fatalf("offered: %+v", rows)
		}
		p.must(p.ask(n.ID)) // one at a time a person may still send it
	})
}
