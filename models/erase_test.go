package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
)

// An erased customer leaves nothing to be read, what nobody can put right leaves the report, and nobody
// writes to the address again.
func TestErasedCustomerIsNeverWrittenToAgain(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		c := p.story(n.ID).Customer
		file, err := p.s.Customer.CustomerFile(p.Context(), p.Ada, c.ID)
		if err != nil || len(file.Addresses) != 1 || len(file.Contents) != 1 || len(file.Events) != 1 {
			p.Fatalf("the file lacks something: %+v, %v", file, err)
		}
		p.must(p.s.Customer.EraseCustomer(p.Context(), p.Ada, c.ID, 0))
		p.wantNumber(0)
		st := p.story(n.ID)
		if st.Content.Text != "" || st.Attempts[0].Recipient != "" || st.Row.Recipient != "" ||
			strings.Contains(st.Row.Search, "jane") ||
			st.Customer.Name == "Jane Doe" {
			p.Errorf("something is left: %+v %+v", st.Row, st.Customer)
		}
		again := p.registered("2", "A@X.example")
		p.says(again.AttemptID, full, "mailbox-full")
		p.wantRefused(p.ask(again.ID), models.GuardOptedOut)
		lines, err := p.s.VerifyAudit(p.Context(), p.Account.ID)
		if err != nil || lines == 0 {
			p.Errorf("the log: %v", err)
		}
	})
}

// Recording an opt-out from a call takes one act; saying it twice changes nothing more, and lifting it needs
// consent.
func TestStaffRecordsAnOptOut(t *testing.T) {
	onBoth(t, func(p *play) {
		c := p.customer(atA)
		at := p.state(c.ID)
		for range 2 {
			p.must(p.s.Consent.OptOutByStaff(p.Context(), key(p.Account.ID), at.ID, "She rang."))
		}
		if got := p.state(c.ID); got.State() != consent.AddressOptedOut || len(got.Causes) != 1 {
			p.Fatalf("state %s", got.State())
		}
		if got := p.tries(p.Ada, "reason", at.ID); got != agreementMissing {
			p.Errorf("lifting without an agreement: %s", got)
		}
	})
}

// What was asked for an erased customer's address ends with it: nobody can approve it any more.
func TestErasureEndsRequests(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.failedOnce(atA, aListedOne)
		p.clock.Turn(48 * time.Hour)
		r, err := p.lift(p.Ada, at.ID, p.agreed())
		p.must(err)
		p.must(p.s.Customer.EraseCustomer(p.Context(), p.Ada, at.CustomerID, 0))
		got, err := p.s.Consent.ClearRequest(p.Context(), p.Ada, r.Requests[0].ID)
		if err != nil || got.State != consent.RequestLapsed {
			p.Fatalf("%s, %v", got.State, err)
		}
		var late models.Conflict
		if _, err := p.s.Consent.Approve(p.Context(), p.Sam, got.ID, "", true); !errors.As(err, &late) {
			p.Errorf("approved after all: %v", err)
		}
	})
}
