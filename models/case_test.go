package models_test

import (
	"errors"
	"math/rand"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/resend"
)

const hard = models.EventType(models.HardBounce)
const full = models.EventType(models.MailboxError)

// Cases 1 and 2: corrected and resent, it waits and leaves the number; delivered, it is gone.
func TestResendToCorrectedAddress(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, hard, "user-unknown")
		p.wantState(n.ID, models.StateFailed)
		p.wantNumber(1)
		p.corrected("1", atB)
		a := p.resend(n.ID)
		p.wantState(n.ID, models.StateRunning)
		p.wantNumber(1)
		p.handOver(a, taken)
		if got := p.story(n.ID).Attempts[1].Recipient; got != atB {
			t.Errorf("sent to %s", got)
		}
		p.wantState(n.ID, models.StateWaiting)
		p.wantNumber(0)
		p.says(a.ID, models.Delivered, "")
		p.wantState(n.ID, models.StateDelivered)
	})
}

// Cases 3 and 4: it comes back when the new address fails, at once or days after it had been delivered.
func TestResendComesBack(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, hard, "user-unknown")
		p.corrected("1", atB)
		a := p.resend(n.ID)
		p.handOver(a, taken)
		p.says(a.ID, models.Delivered, "")
		p.clock.Turn(72 * time.Hour)
		p.says(a.ID, hard, "user-unknown")
		got := p.wantState(n.ID, models.StateFailed)
		if !got.Returned || !got.DecidedAt.Equal(p.clock.Now()) {
			t.Errorf("returned %v, dated %v", got.Returned, got.DecidedAt)
		}
		p.wantNumber(1)
		if causes := p.story(n.ID).OptOuts; len(causes) != 1 || causes[0].Cause != models.CauseHardBounce {
			t.Errorf("the address should be opted out: %v", causes)
		}
	})
}

// Case 5: news of the old attempt to the old address changes nothing.
func TestOldAddressDelivers(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		p.corrected("1", atB)
		p.handOver(p.resend(n.ID), taken)
		p.clock.Turn(time.Minute)
		p.says(n.AttemptID, models.Delivered, "")
		p.wantState(n.ID, models.StateWaiting)
	})
}

// Cases 6 and 7: the provider's own retry delivers; a resend that waits is cancelled as no longer needed.
func TestLateDeliveryCancelsResend(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		a := p.resend(n.ID)
		p.says(n.AttemptID, models.Delivered, "")
		p.wantState(n.ID, models.StateDelivered)
		got := p.story(n.ID).Attempts[1]
		if got.OwnState != models.Cancelled || got.Why != "no_longer_needed" {
			t.Errorf("the resend is %s (%s)", got.OwnState, got.Why)
		}
		if _, err := p.s.Resend.TakeAttempt(t.Context(), a.ID); !errors.Is(err, models.ErrNotYours) {
			t.Errorf("a cancelled attempt was given to a worker: %v", err)
		}
	})
}

// Cases 8 to 10: copies and disorder change nothing; the later of delivery and bounce wins.
func TestDisorder(t *testing.T) {
	onBoth(t, func(p *play) {
		base := p.clock.Now()
		for round, bounceLater := range []bool{true, false} {
			want := map[bool]models.NotificationState{true: models.StateFailed,
				false: models.StateDelivered}[bounceLater]
			for order := range 4 {
				ref := string(rune('a'+round)) + string(rune('a'+order))
				n := p.registered(ref, ref+atA)
				events := history(n.AttemptID, ref, base, bounceLater)
				rand.New(rand.NewSource(int64(order))).
					Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
				for _, e := range events {
					modelstest.Keep(t, p.s, p.Mail, e)
				}
				p.wantState(n.ID, want)
			}
		}
	})
}

func history(attempt, ref string, base time.Time, bounceLater bool) []models.Event {
	at := map[models.EventType]int{models.Accepted: 0, models.Deferred: 1, models.Delivered: 3, hard: 4}
	if !bounceLater {
		at[models.Delivered], at[hard] = 4, 3
	}
	var events []models.Event
	for kind, minute := range at {
		e := models.Event{Type: kind, Channel: models.Email, AttemptRef: attempt,
			DedupeKey: ref + string(kind), Raw: []byte("{}"),
			OccurredAt: base.Add(time.Duration(minute-60) * time.Minute)}
		if kind == hard {
			e.Reason = "user-unknown"
		}
		events = append(events, e, e)
	}
	return events
}

// Cases 11 to 13: the program dies in mid-hand-over. Nothing is sent again until a person decides or evidence
// comes.
func TestUnknownHandOver(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		a := p.resend(n.ID)
		_, err := p.s.Resend.TakeAttempt(t.Context(), a.ID)
		p.must(err)
		p.clock.Turn(2 * time.Minute)
		_, err = p.s.Resend.ExpireLeases(t.Context(),
			func(string) models.DeliveryPromises { return models.DeliveryPromises{} })
		p.must(err)
		p.wantState(n.ID, models.StateUnknown)
		p.wantNumber(1)
		if _, err := p.s.Resend.TakeAttempt(t.Context(), a.ID); !errors.Is(err, models.ErrNotYours) {
			t.Fatalf("sent again: %v", err)
		}
		p.wantRefused(p.ask(n.ID), models.GuardUnknown)
		second, err := p.s.Resend.AskResend(t.Context(), p.Ada,
			resend.ResendAsk{NotificationID: n.ID, MayGetTwo: true})
		p.must(err)
		if second.Number != 2 {
			t.Errorf("the second resend is number %d", second.Number)
		}
		p.must(p.s.Ledger.CancelAttempt(t.Context(), p.Ada, second.ID))
		p.says(a.ID, models.Delivered, "")
		p.wantState(n.ID, models.StateDelivered)
	})
}

// Case 14: where the provider recognises repeats, the same attempt goes out again with the same key.
func TestUnknownIsRepeatedWithItsKey(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		a := p.resend(n.ID)
		_, err := p.s.Resend.TakeAttempt(t.Context(), a.ID)
		p.must(err)
		p.clock.Turn(2 * time.Minute)
		_, err = p.s.Resend.ExpireLeases(t.Context(),
			func(string) models.DeliveryPromises { return models.DeliveryPromises{Repeats: 24 * time.Hour} })
		p.must(err)
		p.clock.Turn(time.Minute)
		h, err := p.s.Resend.TakeAttempt(t.Context(), a.ID)
		p.must(err)
		if h.Attempt.ID != a.ID || h.Attempt.Tries != 2 {
			t.Errorf("attempt %s, try %d", h.Attempt.ID, h.Attempt.Tries)
		}
	})
}

// Case 15: a resend that could not start within a day is cancelled and shown, not sent.
func TestStaleResend(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		a := p.resend(n.ID)
		p.clock.Turn(48 * time.Hour)
		if _, err := p.s.Resend.TakeAttempt(t.Context(), a.ID); !errors.Is(err, models.ErrNotYours) {
			t.Fatalf("a stale resend was given to a worker: %v", err)
		}
		p.wantState(n.ID, models.StateFailed)
		if got := p.story(n.ID).Attempts[1]; got.Why != "too_late" {
			t.Errorf("cancelled because %q", got.Why)
		}
	})
}

// Case 27: a late bounce of an attempt made before the clearing is recorded and does not reopen it.
func TestClearedStaysCleared(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		p.must(p.s.Ledger.ClearNotification(t.Context(), p.Ada,
			ledger.ClearAsk{NotificationID: n.ID, Outcome: "reached"}))
		p.wantNumber(0)
		p.clock.Turn(time.Hour)
		p.says(n.AttemptID, hard, "user-unknown")
		p.wantState(n.ID, models.StateCleared)
		if got := p.story(n.ID); len(got.Events) != 2 {
			t.Errorf("the history has %d events", len(got.Events))
		}
		p.must(p.s.Ledger.ReopenNotification(t.Context(), p.Ada, n.ID, ""))
		p.wantState(n.ID, models.StateFailed)
		p.wantNumber(1)
	})
}

// Case 29: a bounce that comes before the business registers the message makes one notification, not two.
func TestBounceBeforeRegistration(t *testing.T) {
	onBoth(t, func(p *play) {
		e := modelstest.Event(models.Email, atA, hard)
		e.ProviderMessageID, e.Reason, e.OccurredAt = "msg-1", "user-unknown", p.clock.Now()
		modelstest.Keep(t, p.s, p.Mail, e)
		p.wantNumber(1)
		n := p.registered("1", atA)
		p.wantNumber(1)
		if got := p.wantState(n.ID, models.StateFailed); got.Title != "Appointment reminder" ||
			got.Ref != "1" {
			t.Errorf("the merged notification is %q %q", got.Title, got.Ref)
		}
	})
}

// Case 35: accepted and no news for 72 hours becomes presumed.
func TestPresumed(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		p.handOver(p.resend(n.ID), taken)
		p.clock.Turn(73 * time.Hour)
		_, err := p.s.Resend.SettleDue(t.Context())
		p.must(err)
		p.wantState(n.ID, models.StatePresumed)
	})
}

// A delivery that comes before the attempt has its provider's id is kept, and counts when it has.
func TestEventBeforeItsAttempt(t *testing.T) {
	onBoth(t, func(p *play) {
		e := modelstest.Event(models.Email, atA, models.Delivered)
		e.ProviderMessageID, e.OccurredAt = "msg-1", p.clock.Now()
		modelstest.Keep(t, p.s, p.Mail, e)
		n := p.registered("1", atA)
		modelstest.Settle(t, p.s)
		p.wantState(n.ID, models.StateDelivered)
	})
}

// What is delivered at a corrected address counts where it was sent: shares never exceed the whole.
func TestDeliveredCountsWhereItWasSent(t *testing.T) {
	onBoth(t, func(p *play) {
		stays, n := p.registered("1", "one@x.example"), p.registered("2", "two@x.example")
		p.says(stays.AttemptID, hard, "user-unknown")
		p.says(n.AttemptID, hard, "user-unknown")
		p.corrected("2", "two@y.example")
		a := p.resend(n.ID)
		p.handOver(a, taken)
		p.says(a.ID, models.Delivered, "")
		table, err := p.s.Report.Analysis(t.Context(), p.Ada, "domain", report.Filter{}, 0)
		p.must(err)
		for _, line := range table.Lines {
			if line.Key == "x.example" && line.Sent == 2 && line.Delivered == 1 {
				return
			}
		}
		t.Errorf("x.example should have 2 sent and 1 delivered: %+v", table.Lines)
	})
}

// After four hundred days without news nothing is left of a notification, and the counters equal a recount;
// younger ones stay.
func TestHistoryIsForgotten(t *testing.T) {
	onBoth(t, func(p *play) {
		old := p.registered("1", atA)
		p.says(old.AttemptID, full, "mailbox-full")
		p.clock.Turn(300 * 24 * time.Hour)
		young := p.registered("2", atB)
		p.says(young.AttemptID, full, "mailbox-full")
		p.clock.Turn(101 * 24 * time.Hour)
		p.must(p.s.DeleteExpired(t.Context()))
		if _, err := p.s.Report.NotificationDetail(t.Context(), p.Ada, old.ID); !errors.Is(err,
			models.ErrNotFound) {
			t.Errorf("the old one is still there: %v", err)
		}
		p.wantState(young.ID, models.StateFailed)
		drift, err := p.s.Ledger.Recount(t.Context())
		p.must(err)
		if len(drift) > 0 {
			t.Errorf("the counters have drifted: %v", drift)
		}
	})
}
