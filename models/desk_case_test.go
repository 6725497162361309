package models_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/intake"
	"undelivered/models/people"
	"undelivered/models/resend"
)

// Case 17: who presses Resend on a page from before the spam report is refused because of it, and nothing is
// queued.
func TestResendByAnOldPageAfterAComplaint(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		page := p.story(n.ID)
		p.says(n.AttemptID, models.Complaint, "complaint")
		_, err := p.s.Resend.AskResend(p.Context(), p.Ada,
			resend.ResendAsk{NotificationID: n.ID, CustomerVersion: page.Customer.Version})
		p.wantRefused(err, models.GuardOptedOut)
		_, err = p.s.Resend.AskResend(p.Context(), p.Ada,
			resend.ResendAsk{NotificationID: n.ID, Version: page.Notification.Version})
		if err == nil || len(p.story(n.ID).Attempts) != 1 {
			p.Fatalf("an old page sends after a spam report: %v", err)
		}
	})
}

// Case 20: what the log says of a spam report that is lifted: who asked, who approved, that the provider
// removed it, and that the address was opted in, in this order, and each by whom.
func TestLogOfALiftedComplaint(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.failedOnce(atA, aListedOne)
		p.clock.Turn(48 * time.Hour)
		r, err := p.lift(p.Ada, at.ID, p.agreed())
		p.must(err)
		_, err = p.s.Consent.Approve(p.Context(), p.Sam, r.Requests[0].ID, "Her words are clear.", true)
		p.must(err)
		p.clears(r.Requests[0].ID, consent.ClearAnswer{Result: "cleared", ReadBack: true})
		log, err := p.s.People.Activity(p.Context(), p.Ada, people.ActivityFilter{})
		p.must(err)
		slices.Reverse(log.Lines)
		var told []string
		for _, line := range log.Lines {
			if line.ObjectKind == "request" || line.ObjectKind == "suppression" ||
				line.Action == "address.opt_in" ||
				line.Action == "consent.record" {
				told = append(told,
					fmt.Sprintf("%s by %s as %s", line.Action, line.ActorName, line.ActorKind))
			}
		}
		want := []string{"suppression.list by Undelivered as product",
			"consent.record by Ada Marlow as person", "request.ask by Ada Marlow as person",
			"request.approve by Sam Porter as support", "request.done by Undelivered as product",
			"suppression.clear by Undelivered as product", "address.opt_in by Undelivered as product"}
		if !slices.Equal(told, want) {
			p.Errorf("the log says\n%q, want\n%q", told, want)
		}
		if got := p.state(at.CustomerID).State(); got != consent.AddressActive {
			p.Errorf("the address is %s", got)
		}
	})
}

// Promise 7: whichever way a message would go to an address that is opted out, it is refused.
func TestNoPathSendsAgainstTheCustomersWill(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		address := p.story(n.ID).Addresses[models.Email].ID
		p.must(p.s.Consent.OptOutByStaff(p.Context(), p.Ada, address, "She rang."))
		for path, act := range map[string]func() error{
			"the button": func() error { return p.ask(n.ID) },
			"the button, ticked": func() error {
				return p.resendAs(p.Ada,
					resend.ResendAsk{NotificationID: n.ID, MayGetTwo: true})
			},
			"the owner's button": func() error {
				return p.resendAs(p.Olga,
					resend.ResendAsk{NotificationID: n.ID})
			},
			"support's button": func() error {
				return p.resendAs(p.Sam,
					resend.ResendAsk{NotificationID: n.ID})
			},
			"a program": func() error {
				return p.resendAs(key(p.Account.ID),
					resend.ResendAsk{NotificationID: n.ID})
			},
			"one of several": func() error {
				return p.resendAs(p.Ada,
					resend.ResendAsk{NotificationID: n.ID, Bulk: true})
			},
			"the address it had": func() error {
				return p.resendAs(p.Ada,
					resend.ResendAsk{NotificationID: n.ID, AddressID: address})
			},
			"the address by name": func() error {
				return p.resendAs(p.Ada,
					resend.ResendAsk{NotificationID: n.ID, To: atA})
			},
		} {
			var refused models.Refusal
			if err := act(); !errors.As(err, &refused) || refused.Guard != models.GuardOptedOut {
				p.Errorf("%s: %v", path, err)
			}
		}
		all, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), []intake.Registration{
			{Ref: "2", Channel: models.Email, To: atA, Title: "New", Text: "Hello", Send: true,
				Customer: intake.RegistrationCustomer{Ref: "c-1", Name: "Jane Doe", Email: atA}},
		})
		p.must(err)
		if _, err := p.s.Resend.TakeAttempt(p.Context(), all[0].AttemptID); !errors.Is(err,
			models.ErrNotYours) {
			p.Errorf("a new message is handed over: %v", err)
		}
		if got := p.wantState(all[0].ID, models.StateFailed); got.Status != models.Dropped {
			p.Errorf("a new message is %s", got.Status)
		}
	})
}

func (p *play) resendAs(a models.Actor, ask resend.ResendAsk) error {
	_, err := p.s.Resend.AskResend(p.Context(), a, ask)
	return err
}

// The opt-out arrives while the message is being handed over: it goes out once, which is recorded, and
// nothing after it.
func TestOptOutWhileSending(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		a := p.resend(n.ID)
		h, err := p.s.Resend.TakeAttempt(p.Context(), a.ID)
		p.must(err)
		p.hears(atA, anUnsub)
		p.must(p.s.Resend.FinishAttempt(p.Context(), h, taken, models.DeliveryPromises{}))
		p.wantState(n.ID, models.StateWaiting)
		p.says(a.ID, full, "mailbox-full")
		st := p.story(n.ID)
		if st.Attempts[1].AcceptedAt == nil || len(st.OptOuts) != 1 {
			p.Fatalf("attempt %+v, opt-outs %v", st.Attempts[1], st.OptOuts)
		}
		p.wantRefused(p.ask(n.ID), models.GuardOptedOut)
	})
}

// Opting out and a worker at the same moment: either it is being sent already, or it is cancelled; never
// both, and the address is opted out.
func TestOptOutAgainstWorker(t *testing.T) {
	onBoth(t, func(p *play) {
		for round := range 5 {
			to := fmt.Sprint(round, atA)
			n := p.registered(fmt.Sprint(round), to)
			p.says(n.AttemptID, full, "mailbox-full")
			a := p.resend(n.ID)
			address := p.story(n.ID).Addresses[models.Email].ID
			errs := together(2, func(i int) error {
				if i == 0 {
					return p.s.Consent.OptOutByStaff(p.Context(), p.Ada, address, "She rang.")
				}
				_, err := p.s.Resend.TakeAttempt(p.Context(), a.ID)
				return err
			})
			p.must(errs[0])
			st := p.story(n.ID)
			if sending := st.Attempts[1].OwnState == models.Sending; sending != (errs[1] == nil) ||
				len(st.OptOuts) != 1 {
				p.Errorf("round %d: taking %v, the attempt is %s, %d opt-outs", round, errs[1],
					st.Attempts[1].OwnState, len(st.OptOuts))
			}
		}
	})
}

// Listed again after it had been cleared, twice: each request says which time in a row it was (RULES.md,
// Clear requests).
func TestListedAgainIsCounted(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.failedOnce(atA, aListedFault)
		var times []int
		for range 2 {
			p.clock.Turn(40 * 24 * time.Hour)
			r, err := p.lift(p.Sam, at.ID, consent.Agreement{})
			p.must(err)
			p.clears(r.Requests[0].ID, consent.ClearAnswer{Result: "cleared"})
			p.clock.Turn(40 * 24 * time.Hour)
			p.hears(atA, aListedFault)
			again, err := p.s.Consent.ClearRequest(p.Context(), p.Ada, r.Requests[0].ID)
			p.must(err)
			times = append(times, again.RelistedTimes)
		}
		if !slices.Equal(times, []int{2, 3}) {
			p.Errorf("listed again for the %v time", times)
		}
	})
}

// A family's address is one address: what happens to it is the same for all who have it, and each page names
// the others.
func TestSharedAddressIsOne(t *testing.T) {
	onBoth(t, func(p *play) {
		jane, john := p.customer(atA), p.customer(atA)
		p.hears(atA, aComplaint)
		for one, other := range map[string]string{jane.ID: john.ID, john.ID: jane.ID} {
			if got := p.state(one).State(); got != consent.AddressOptedOut {
				p.Errorf("the address of %s is %s", one, got)
			}
			sharers, err := p.s.Customer.Sharers(p.Context(), p.Ada, one)
			if err != nil || len(sharers) != 1 || sharers[0].ID != other {
				p.Errorf("it is shared with %+v, %v", sharers, err)
			}
		}
		if sharers, err := p.s.Customer.Sharers(p.Context(), p.Bob, jane.ID); err != nil ||
			len(sharers) != 0 {
			p.Errorf("another account sees %+v, %v", sharers, err)
		}
	})
}
