package models_test

import (
	"errors"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/resend"
	"undelivered/models/store"
)

// The same registration again answers the same, also when it says no time; with another text it is a
// contradiction.
func TestRegisterSameRefAgain(t *testing.T) {
	// on the clock of the machine: time passes in between
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		c := modelstest.NewCast(t, s)
		register := func(text string, due time.Time) (intake.Registered, error) {
			all, err := s.Intake.Register(
				t.Context(),
				key(c.Account.ID),
				[]intake.Registration{{Ref: "r-1", Channel: models.Email, To: atA,
					Title: "Reminder", Text: text, DueAt: &due, Connection: c.Mail.ID}},
			)
			if err != nil {
				return intake.Registered{}, err
			}
			return all[0], nil
		}
		due := time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
		first, err := register("See you.", due)
		if err != nil || !first.Created {
			t.Fatalf("the first: %+v, %v", first, err)
		}
		for _, when := range []time.Time{due, due.In(time.FixedZone("", 3600))} {
			again, err := register("See you.", when)
			if err != nil || again.ID != first.ID || again.Created {
				t.Errorf("the same again: %+v, %v", again, err)
			}
		}
		if _, err := register("See you not.", due); !errors.As(err, &intake.Contradiction{}) {
			t.Errorf("another text: %v", err)
		}
	})
}

// A request id that was used for one notification does not answer for another, nor for another act on the
// same one.
func TestRequestIDIsForOneThing(t *testing.T) {
	onBoth(t, func(p *play) {
		a, b := p.registered("1", atA), p.registered("2", atB)
		p.says(a.AttemptID, full, "mailbox-full")
		p.says(b.AttemptID, full, "mailbox-full")
		till := key(p.Account.ID)
		resend := func(who models.Actor, id string) (models.Attempt, error) {
			return p.s.Resend.AskResend(p.Context(), who,
				resend.ResendAsk{NotificationID: id, RequestID: "k"})
		}
		first, err := resend(till, a.ID)
		p.must(err)
		if again, err := resend(till, a.ID); err != nil || again.ID != first.ID {
			t.Errorf("the same again: %v, %v", again.ID, err)
		}
		if _, err := resend(till, b.ID); !errors.As(err, &models.Invalid{}) {
			t.Errorf("the key for another notification: %v", err)
		}
		other := till
		other.ID = "key_2"
		if made, err := resend(other, b.ID); err != nil || made.NotificationID != b.ID {
			t.Errorf("another program with the same key: %+v, %v", made, err)
		}
	})
}

// A program that clears, and asks again with its key after somebody has reopened, does not clear a second
// time.
func TestClearingOnce(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		clear := ledger.ClearAsk{NotificationID: n.ID, RequestID: "k", Outcome: "phoned"}
		p.must(p.s.Ledger.ClearNotification(p.Context(), key(p.Account.ID), clear))
		p.must(p.s.Ledger.ReopenNotification(p.Context(), p.Ada, n.ID, ""))
		p.must(p.s.Ledger.ClearNotification(p.Context(), key(p.Account.ID), clear))
		p.wantState(n.ID, models.StateFailed)
		clear.Outcome = "posted"
		if err := p.s.Ledger.ClearNotification(p.Context(), key(p.Account.ID), clear); !errors.As(err,
			&models.Invalid{}) {
			t.Errorf("the key with another body: %v", err)
		}
	})
}

// A person decides to send again what may have arrived, takes it back within the ten seconds, and then hears
// that the customer has it: the hand-over is still unknown, and can be said to have arrived, with words
// enough.
func TestSendAgainTakenBackStaysUnknown(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		p.handOver(p.resend(n.ID), models.Receipt{Outcome: models.ReceiptOpen})
		p.wantState(n.ID, models.StateUnknown)
		again, err := p.s.Resend.AskResend(p.Context(), p.Ada,
			resend.ResendAsk{NotificationID: n.ID, MayGetTwo: true})
		p.must(err)
		p.must(p.s.Ledger.CancelAttempt(p.Context(), p.Ada, again.ID))
		p.wantState(n.ID, models.StateUnknown)
		p.clock.Turn(time.Minute)
		if due, err := p.s.Resend.UnknownDue(p.Context()); err != nil || len(due) != 1 {
			t.Errorf("the log is asked about %d hand-overs, %v", len(due), err)
		}
		if err := p.s.Ledger.ConfirmArrived(p.Context(), p.Ada, n.ID, "yes"); !errors.As(err,
			&models.Invalid{}) {
			t.Errorf("a note that says nothing: %v", err)
		}
		p.must(p.s.Ledger.ConfirmArrived(p.Context(), p.Ada, n.ID, "She read it to me on the phone."))
		p.wantState(n.ID, models.StatePresumed)
		p.wantNumber(0)
	})
}

// A customer who wants no emails gets none at any of their addresses, and what waits is cancelled.
func TestOptOutOfCustomer(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		st := p.story(n.ID)
		_, err := p.s.Customer.AddAddress(p.Context(), p.Ada,
			customer.AddressEdit{CustomerID: st.Customer.ID, Channel: models.Email, Value: atB})
		p.must(err)
		p.resend(n.ID)
		ask := consent.OptOutAsk{CustomerID: "ref:c-1", RequestID: "k", Channel: models.Email,
			Note: "By letter"}
		for range 2 {
			p.must(p.s.Consent.OptOutCustomer(p.Context(), key(p.Account.ID), ask))
		}
		addresses, err := p.s.Report.AddressesOf(p.Context(), p.Ada, st.Customer.ID)
		p.must(err)
		for _, a := range addresses {
			if len(a.OptOuts) != 1 || a.OptOuts[0].Cause != models.CauseStaff {
				t.Errorf("%s: %+v", a.Value, a.OptOuts)
			}
		}
		if last := p.story(n.ID).Attempts; len(addresses) != 2 ||
			last[len(last)-1].OwnState != models.Cancelled {
			t.Errorf("%d addresses, the resend is %s", len(addresses), last[len(last)-1].OwnState)
		}
		ask.Channel, ask.RequestID = models.SMS, ""
		if err := p.s.Consent.OptOutCustomer(p.Context(), key(p.Account.ID), ask); !errors.As(err,
			&models.Invalid{}) {
			t.Errorf("a channel without an address: %v", err)
		}
		if err := p.s.Consent.OptOutCustomer(p.Context(), key(p.Other.ID), ask); !errors.Is(err,
			models.ErrNotFound) {
			t.Errorf("another account: %v", err)
		}
	})
}
