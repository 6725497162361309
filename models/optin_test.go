package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
)

// address is the row of an address of Jane's, after an event of a kind to it.
func (p *play) failedOnce(email string, e models.Event) consent.AddressState {
	p.Helper()
	c := p.customer(email)
	p.hears(email, e)
	return p.state(c.ID)
}

func (p *play) customer(email string) models.Customer {
	p.Helper()
	r, err := p.s.Customer.AddCustomer(p.Context(), p.Ada,
		customer.NewCustomer{Name: "Jane Doe", Email: email})
	p.must(err)
	return r.Customer
}

func (p *play) state(customerID string) consent.AddressState {
	p.Helper()
	all, err := p.s.Consent.CustomerAddresses(p.Context(), p.Ada, customerID)
	p.must(err)
	return all[0]
}

// hears makes the provider report about an address, now.
func (p *play) hears(to string, e models.Event) {
	p.Helper()
	e.Channel, e.Recipient, e.Raw = models.Email, to, []byte(`{}`)
	e.DedupeKey = fmt.Sprint("h", p.next())
	if e.OccurredAt.IsZero() {
		e.OccurredAt = p.clock.Now()
	}
	p.must(p.s.Intake.Keep(p.Context(), p.Mail, []models.Event{e}))
	p.must(p.s.Intake.Settled(p.Context()))
}

var (
	aBounce      = models.Event{Type: hard, Reason: "user-unknown"}
	aComplaint   = models.Event{Type: models.Complaint, Reason: "complaint"}
	aListedOne   = models.Event{Type: models.Complaint, Reason: "complaint", SuppressionKind: "complaint"}
	anUnsub      = models.Event{Type: models.Unsubscribed}
	anInvalid    = models.Event{Type: models.EventType(models.InvalidStatus), Reason: "address-malformed"}
	aListedFault = models.Event{Type: hard, Reason: "user-unknown", SuppressionKind: "bounce"}
)

// agreed is a good agreement, given an hour before now.
func (p *play) agreed() consent.Agreement {
	return consent.Agreement{GivenBy: "Jane Doe", How: "phone", GivenAt: p.clock.Now().Add(-time.Hour),
		Purpose: "all", Evidence: "She rang about her invoice and wants our emails."}
}

func (p *play) lift(a models.Actor, address string, g consent.Agreement) (consent.OptInResult, error) {
	p.Helper()
	return p.s.Consent.OptIn(p.Context(), a, consent.OptInAsk{AddressID: address, Agreement: g,
		Reason: "confirmed", Checked: "Read back on the phone"})
}

// A second hard bounce within thirty days is support's: a manager's wish becomes a request that only support
// decides.
func TestSecondBounceIsForSupport(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.failedOnce(atA, aBounce)
		if _, err := p.lift(p.Ada, at.ID, consent.Agreement{}); err != nil {
			p.Fatal(err)
		}
		p.clock.Turn(10 * 24 * time.Hour)
		p.hears(atA, aBounce)
		r, err := p.lift(p.Ada, at.ID, consent.Agreement{})
		if err != nil || len(r.Requests) != 1 || !r.Requests[0].SupportOnly {
			p.Fatalf("a request for support was expected: %+v, %v", r, err)
		}
		_, err = p.s.Consent.Approve(p.Context(), p.Olga, r.Requests[0].ID, "", true)
		p.wantRefused(err, models.GuardLiftSupport)
		done, err := p.s.Consent.Approve(p.Context(), p.Sam, r.Requests[0].ID, "", true)
		if err != nil || done.State != consent.RequestDone {
			p.Fatalf("support's approval: %s, %v", done.State, err)
		}
	})
}

// Cases 17 to 22: after a spam report nothing is sent; an agreement from before it is refused; who asked
// cannot approve; support can; the address is active when the provider has removed it; the old report changes
// nothing when it comes late, and a new one opts out again, for support only and not before a year is over.
func TestComplaintIsLiftedByTwoPersons(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		complaint := p.says(n.AttemptID, models.Complaint, "complaint")
		at := p.story(n.ID)
		address := at.Addresses[models.Email].ID
		p.wantRefused(p.ask(n.ID), models.GuardOptedOut)
		p.hears(atA, models.Event{Type: models.AddressSuppressed, SuppressionKind: "complaint"})

		p.clock.Turn(48 * time.Hour)
		old := p.agreed()
		old.GivenAt = complaint.OccurredAt.Add(-time.Hour)
		var bad models.Invalid
		if _, err := p.lift(p.Ada, address, old); !errors.As(err, &bad) ||
			bad["date"].Key != "error.consent_date" {
			p.Fatalf("an agreement from before the complaint: %v", err)
		}
		r, err := p.lift(p.Ada, address, p.agreed())
		p.must(err)
		request := r.Requests[0]
		if _, err := p.s.Consent.Approve(p.Context(), p.Ada, request.ID, "", true); !errors.As(err, &bad) ||
			bad[""].Key != "error.own_request" {
			p.Fatalf("one's own request: %v", err)
		}
		_, err = p.s.Consent.Approve(p.Context(), p.Sam, request.ID, "Her words are clear.", true)
		p.must(err)
		p.clears(request.ID, consent.ClearAnswer{Result: "cleared", ReadBack: true})
		if st := p.story(n.ID); len(st.OptOuts) != 0 || len(st.Suppressions) != 0 {
			p.Fatalf("still refused: %v %v", st.OptOuts, st.Suppressions)
		}
		p.wantActions(address, request.ID, "address.opt_in", "request.ask", "request.approve", "request.done")

		p.hears(atA, models.Event{Type: models.Complaint, Reason: "complaint",
			SuppressionKind: "complaint", OccurredAt: complaint.OccurredAt})
		if st := p.story(n.ID); len(st.OptOuts) != 0 || len(st.Suppressions) != 0 {
			p.Fatal("an old complaint that came late opted out again")
		}
		p.clock.Turn(time.Hour)
		p.hears(atA, aComplaint)
		if st := p.story(n.ID); len(st.OptOuts) != 1 {
			p.Fatal("a new complaint did not opt out")
		}
		p.clock.Turn(48 * time.Hour)
		_, err = p.lift(p.Ada, address, p.agreed())
		p.wantRefused(err, models.GuardLiftYear)
		p.clock.Turn(366 * 24 * time.Hour)
		r, err = p.lift(p.Ada, address, p.agreed())
		p.must(err)
		_, err = p.s.Consent.Approve(p.Context(), p.Olga, r.Requests[0].ID, "", true)
		p.wantRefused(err, models.GuardLiftSupport)
	})
}

// clears plays the worker and the provider.
func (p *play) clears(requestID string, answer consent.ClearAnswer) consent.ClearRequest {
	p.Helper()
	c, err := p.s.Consent.TakeClearing(p.Context(), requestID)
	p.must(err)
	r, err := p.s.Consent.FinishClearing(p.Context(), c, answer)
	p.must(err)
	return r
}

func (p *play) wantActions(address, request string, want ...string) {
	p.Helper()
	have := map[string]bool{}
	for _, id := range []string{address, request} {
		lines, err := p.s.People.ActivityOf(p.Context(), p.Ada, []string{id}, 100)
		p.must(err)
		for _, line := range lines {
			have[line.Action] = true
		}
	}
	for _, action := range want {
		if !have[action] {
			p.Errorf("the log lacks %s: %v", action, have)
		}
	}
}

// Case 16: a resend that waits is cancelled the moment the customer leaves, and nothing is sent.
func TestLeavingCancelsWhatWaits(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		a := p.resend(n.ID)
		p.hears(atA, anUnsub)
		if _, err := p.s.Resend.TakeAttempt(p.Context(), a.ID); !errors.Is(err, models.ErrNotYours) {
			p.Fatalf("the attempt could still be sent: %v", err)
		}
		if st := p.story(n.ID); st.Attempts[1].Outcome != models.Cancelled || len(st.OptOuts) != 1 {
			p.Fatalf("attempt %s, opt-outs %v", st.Attempts[1].Outcome, st.OptOuts)
		}
	})
}

// Two people who approve at once: one approval, and the other hears who was first.
func TestTwoApproveAtOnce(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.failedOnce(atA, aListedOne)
		p.clock.Turn(48 * time.Hour)
		r, err := p.lift(p.Ada, at.ID, p.agreed())
		p.must(err)
		who := []models.Actor{p.Olga, p.Sam, p.Olga, p.Sam}
		errs := together(len(who), func(i int) error {
			_, err := p.s.Consent.Approve(p.Context(), who[i], r.Requests[0].ID, "", true)
			return err
		})
		won := 0
		for _, err := range errs {
			var conflict models.Conflict
			switch {
			case err == nil:
				won++
			case !errors.As(err, &conflict) || conflict.By == "":
				p.Errorf("the other should hear who was first: %v", err)
			}
		}
		if won != 1 {
			p.Fatalf("%d approvals", won)
		}
	})
}

// The customer's own confirmation, by the link that staff hand over, is the consent record; it works once.
func TestCustomerConfirmsByLink(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.failedOnce(atA, anUnsub)
		p.clock.Turn(time.Hour)
		r, err := p.lift(p.Ada, at.ID,
			consent.Agreement{GivenBy: "Jane Doe", How: consent.HowLink, Purpose: "all"})
		p.must(err)
		wish, err := p.s.Consent.LinkRequest(p.Context(), r.Link)
		if err != nil || wish.Address != atA || !wish.Confirm {
			p.Fatalf("%+v, %v", wish, err)
		}
		for range 2 {
			p.must(p.s.Consent.ConfirmWish(
				p.Context(),
				consent.Confirmation{Token: r.Link, Name: "Jane Doe", Sure: true, Network: "198.51.100.4",
					Words: "Yes, I want emails from Marlow Street Dental."},
			))
		}
		if got := p.state(p.ofAddress(at)).State(); got != consent.AddressActive {
			p.Fatalf("state %s", got)
		}
		consents, err := p.s.Consent.ConsentsOf(p.Context(), p.Ada, p.ofAddress(at))
		if err != nil || len(consents) != 1 || consents[0].How != consent.HowLink {
			p.Fatalf("consents %+v, %v", consents, err)
		}
		if _, err := p.s.Consent.LinkRequest(p.Context(), "no such token"); !errors.Is(err,
			models.ErrNotFound) {
			p.Errorf("an unknown token: %v", err)
		}
	})
}

func (p *play) ofAddress(a consent.AddressState) string { return a.CustomerID }
