package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/resend"
)

var (
	brokeOff = models.Receipt{Outcome: models.ReceiptOpen, Err: errors.New("connection reset")}
	repeats  = models.DeliveryPromises{Repeats: 24 * time.Hour}
)

// brokenOff is a resend to a corrected address whose hand-over broke off, and which waits to be repeated with
// its key.
func (p *play) brokenOff(ref string) (intake.Registered, models.Attempt) {
	p.Helper()
	n := p.registered(ref, ref+atA)
	p.says(n.AttemptID, hard, "user-unknown")
	p.corrected(ref, ref+atB)
	a := p.resend(n.ID)
	h, err := p.s.Resend.TakeAttempt(p.Context(), a.ID)
	p.must(err)
	p.must(p.s.Resend.FinishAttempt(p.Context(), h, brokeOff, repeats))
	if got := p.story(n.ID).Attempts[1]; got.OwnState != models.Queued {
		p.Fatalf("it does not wait to be repeated: %s", got.OwnState)
	}
	return n, a
}

// wantHandedOver holds the newest attempt to what a proven hand-over is: the provider has it, and nobody may
// send it again, however long one waits.
func (p *play) wantHandedOver(n intake.Registered) models.Attempt {
	p.Helper()
	attempts := p.story(n.ID).Attempts
	a := attempts[len(attempts)-1]
	if a.OwnState != models.AttemptAccepted || a.AcceptedAt == nil || a.DueAt != nil || a.Why != "" {
		p.Fatalf("attempt %d is %s (%s), accepted %v, due %v", a.Number, a.OwnState, a.Why, a.AcceptedAt,
			a.DueAt)
	}
	p.clock.Turn(time.Hour)
	_, err := p.s.Resend.RequeueLost(p.Context())
	p.must(err)
	if _, err := p.s.Resend.TakeAttempt(p.Context(), a.ID); !errors.Is(err, models.ErrNotYours) {
		p.Fatalf("it was given to a worker again: %v", err)
	}
	return a
}

// wantNoDrift holds the counters to a recount.
func (p *play) wantNoDrift() {
	p.Helper()
	drift, err := p.s.Ledger.Recount(p.Context())
	p.must(err)
	if len(drift) > 0 {
		p.Errorf("the counters have drifted: %v", drift)
	}
}

// A hand-over broke off and waits to be repeated; then its delivery is reported. It was handed over and
// delivered, to its own address and at its own time, and it is neither cancelled nor sent a second time.
func TestBrokenOffAndDelivered(t *testing.T) {
	onBoth(t, func(p *play) {
		n, a := p.brokenOff("1")
		broke := p.clock.Now()
		p.clock.Turn(5 * time.Second)
		e := modelstest.Event(models.Email, "", models.Delivered)
		e.AttemptRef, e.ProviderMessageID, e.OccurredAt = a.ID, "resent-1", p.clock.Now()
		modelstest.Keep(t, p.s, p.Mail, e)
		p.wantState(n.ID, models.StateDelivered)
		p.wantNumber(0)
		got := p.wantHandedOver(n)
		if got.Outcome != models.AttemptDelivered || got.Recipient != "1"+atB ||
			!got.DecidedAt.Equal(e.OccurredAt) {
			t.Errorf("%s to %s at %v", got.Outcome, got.Recipient, got.DecidedAt)
		}
		if at := *got.AcceptedAt; at.Before(broke) || at.After(e.OccurredAt) ||
			got.ConnectionID != p.Mail.ID ||
			got.ProviderMessageID != "resent-1" {
			t.Errorf("handed over at %v to %s as %q", at, got.ConnectionID, got.ProviderMessageID)
		}
		if st := p.story(n.ID); st.Notification.Tries != 2 || st.Notification.AddressID != got.AddressID ||
			st.Row.LeftWhy != "delivered" {
			t.Errorf("%+v", st.Notification)
		}
		p.wantNoDrift()
	})
}

// Whatever is reported of an attempt that waits to be repeated proves that the provider has it.
func TestEveryReportProvesTheHandOver(t *testing.T) {
	onBoth(t, func(p *play) {
		for kind, want := range map[models.EventType]models.NotificationState{
			models.Accepted: models.StateWaiting, models.Deferred: models.StateWaiting,
			models.Opened: models.StateWaiting, models.Delivered: models.StateDelivered,
			full: models.StateFailed, models.Complaint: models.StateFailed} {
			n, a := p.brokenOff(string(kind))
			p.says(a.ID, kind,
				map[models.EventType]string{full: "mailbox-full", models.Complaint: "complaint"}[kind])
			p.wantState(n.ID, want)
			p.wantHandedOver(n)
			if want != models.StateWaiting {
				continue
			}
			p.clock.Turn(73 * time.Hour)
			_, err := p.s.Resend.SettleDue(t.Context())
			p.must(err)
			p.wantState(n.ID, models.StatePresumed)
		}
		p.wantNoDrift()
	})
}

// A second message was asked for because nobody knew of the first; when the first was delivered the second,
// which still waits, is cancelled, and the first is not.
func TestOnlyTheOtherIsCancelled(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		first := p.resend(n.ID)
		p.handOver(first, brokeOff)
		p.wantState(n.ID, models.StateUnknown)
		second, err := p.s.Resend.AskResend(t.Context(), p.Ada,
			resend.ResendAsk{NotificationID: n.ID, MayGetTwo: true})
		p.must(err)
		p.says(first.ID, models.Delivered, "")
		p.wantState(n.ID, models.StateDelivered)
		st := p.story(n.ID)
		if one, two := st.Attempts[1], st.Attempts[2]; one.OwnState != models.AttemptAccepted ||
			two.OwnState != models.Cancelled ||
			two.Why != "no_longer_needed" {
			t.Errorf("the first is %s, the second %s (%s)", one.OwnState, two.OwnState, two.Why)
		}
		if _, err := p.s.Resend.TakeAttempt(t.Context(), second.ID); !errors.Is(err, models.ErrNotYours) {
			t.Errorf("the second was given to a worker: %v", err)
		}
	})
}

// A repetition that was cancelled cannot take back what the provider had already.
func TestCancelledRepetitionWasDelivered(t *testing.T) {
	onBoth(t, func(p *play) {
		n, a := p.brokenOff("1")
		p.must(p.s.Ledger.CancelAttempt(t.Context(), p.Ada, a.ID))
		p.says(a.ID, models.Delivered, "")
		p.wantState(n.ID, models.StateDelivered)
		if got := p.wantHandedOver(n); got.Outcome != models.AttemptDelivered {
			t.Errorf("the attempt is %s", got.Outcome)
		}
	})
}

// answers are all that a provider can say to a repetition.
var answers = []models.Receipt{taken, brokeOff, {Outcome: models.ReceiptLater},
	{Outcome: models.ReceiptRefused, Reason: "user-unknown"}}

// The delivery is reported while the repetition is under way: whatever the provider answers to that, the
// message was handed over and delivered, and its worker's death changes nothing.
func TestAnswerToARepetitionTakesNothingBack(t *testing.T) {
	onBoth(t, func(p *play) {
		for i := range len(answers) + 1 {
			n, a := p.brokenOff(fmt.Sprint(i))
			p.clock.Turn(31 * time.Second)
			h, err := p.s.Resend.TakeAttempt(t.Context(), a.ID)
			p.must(err)
			p.says(a.ID, models.Delivered, "")
			if i < len(answers) {
				p.must(p.s.Resend.FinishAttempt(t.Context(), h, answers[i], repeats))
			}
			p.clock.Turn(2 * time.Minute)
			_, err = p.s.Resend.ExpireLeases(t.Context(),
				func(string) models.DeliveryPromises { return repeats })
			p.must(err)
			p.wantState(n.ID, models.StateDelivered)
			if got := p.wantHandedOver(n); i == 0 && got.ProviderMessageID != taken.ProviderMessageID {
				t.Errorf("the answer's id is lost: %q", got.ProviderMessageID)
			}
			if causes := p.story(n.ID).OptOuts; len(causes) > 0 {
				t.Errorf("answer %d opts the address out: %s", i, causes[0].Cause)
			}
		}
		p.wantNoDrift()
	})
}

// A report that is stored but has had no effect yet keeps a repetition back.
func TestStoredReportKeepsARepetitionBack(t *testing.T) {
	onBoth(t, func(p *play) {
		n, a := p.brokenOff("1")
		e := modelstest.Event(models.Email, "", models.Delivered)
		e.AttemptRef, e.OccurredAt, e.State = a.ID, p.clock.Now(), models.EventParked
		p.must(p.s.Intake.Keep(t.Context(), p.Mail, []models.Event{e}))
		p.must(modelstest.Alter(t.Context(), p.s,
			"UPDATE events SET state = 'due', due_at = ? WHERE attempt_ref = ?", p.clock.Now().Add(time.Hour),
			a.ID))
		p.clock.Turn(31 * time.Second)
		if _, err := p.s.Resend.TakeAttempt(t.Context(), a.ID); !errors.Is(err, models.ErrNotYours) {
			t.Fatalf("it was given to a worker: %v", err)
		}
		if got := p.story(n.ID).Attempts[1]; got.OwnState != models.Queued || got.DueAt == nil ||
			!got.DueAt.After(p.clock.Now()) {
			t.Errorf("it is %s until %v", got.OwnState, got.DueAt)
		}
		p.clock.Turn(time.Hour)
		modelstest.Settle(t, p.s)
		p.wantState(n.ID, models.StateDelivered)
		p.wantHandedOver(n)
	})
}

// What the business reports by its own name for the notification is about what was sent, not about a resend
// that waits.
func TestReportByNameIsNotAboutWhatWaits(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		p.resend(n.ID)
		p.clock.Turn(time.Minute)
		e := modelstest.Event(models.Email, atA, models.Delivered)
		e.NotificationRef, e.OccurredAt = "1", p.clock.Now()
		modelstest.Keep(t, p.s, p.Mail, e)
		p.wantState(n.ID, models.StateDelivered)
		if st := p.story(n.ID); st.Attempts[0].Outcome != models.AttemptDelivered ||
			st.Attempts[1].OwnState != models.Cancelled {
			t.Errorf("the original is %s, the resend %s", st.Attempts[0].Outcome, st.Attempts[1].OwnState)
		}
	})
}

// A worker takes the repetition at the moment in which the delivery is reported: whoever is first, the
// notification is delivered, the attempt counts as handed over, and from the report on nobody gets it any
// more.
func TestRepetitionAgainstReport(t *testing.T) {
	onBoth(t, func(p *play) {
		for round := range 3 * len(answers) {
			n, a := p.brokenOff(fmt.Sprint(round))
			p.clock.Turn(31 * time.Second)
			var h models.Handover
			errs := together(2, func(i int) (err error) {
				if i == 0 {
					e := modelstest.Event(models.Email, "", models.Delivered)
					e.AttemptRef, e.OccurredAt = a.ID, p.clock.Now()
					return p.s.Intake.Keep(t.Context(), p.Mail, []models.Event{e})
				}
				h, err = p.s.Resend.TakeAttempt(t.Context(), a.ID)
				return err
			})
			p.must(errs[0])
			if errs[1] == nil {
				p.must(p.s.Resend.FinishAttempt(t.Context(), h, answers[round%len(answers)], repeats))
			} else if !errors.Is(errs[1], models.ErrNotYours) {
				t.Fatal(errs[1])
			}
			modelstest.Settle(t, p.s)
			p.wantState(n.ID, models.StateDelivered)
			if got := p.wantHandedOver(n); got.Outcome != models.AttemptDelivered || got.Tries > 2 {
				t.Errorf("round %d: %s after %d tries", round, got.Outcome, got.Tries)
			}
		}
		p.wantNoDrift()
	})
}
