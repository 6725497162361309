package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/resend"
)

// together runs n acts at the same moment and returns their errors.
func together(n int, act func(i int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			errs[i] = act(i)
		})
	}
	done.Wait()
	return errs
}

// Case 24: managers who press Resend at one moment make one attempt; the others see it.
func TestResendTogether(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		made := 0
		for _, err := range together(8, func(int) error { return p.ask(n.ID) }) {
			var refused models.Refusal
			switch {
			case err == nil:
				made++
			case !errors.As(err, &refused) || refused.Guard != models.GuardLive:
				t.Errorf("got %v, want a refusal that shows the other attempt", err)
			}
		}
		if attempts := p.story(n.ID).Attempts; made != 1 || len(attempts) != 2 {
			t.Errorf("%d resends were made, %d attempts exist", made, len(attempts))
		}
	})
}

// One form pressed twice gives one attempt, and both presses get it.
func TestResendFormTwice(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		ids := make([]string, 4)
		for _, err := range together(4, func(i int) error {
			a, err := p.s.Resend.AskResend(t.Context(), p.Ada,
				resend.ResendAsk{NotificationID: n.ID, RequestID: "form-1"})
			ids[i] = a.ID
			return err
		}) {
			p.must(err)
		}
		for _, id := range ids {
			if id != ids[0] || id == "" {
				t.Fatalf("the presses got %v", ids)
			}
		}
	})
}

// Of several workers, one gets the attempt.
func TestTakeTogether(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		a := p.resend(n.ID)
		got := 0
		for _, err := range together(8, func(int) error {
			_,
				err := p.s.Resend.TakeAttempt(t.Context(), a.ID)
			return err
		}) {
			if err == nil {
				got++
			} else if !errors.Is(err, models.ErrNotYours) {
				t.Error(err)
			}
		}
		if got != 1 {
			t.Errorf("%d workers got it", got)
		}
	})
}

// Cancelling and a worker at the same moment: exactly one wins.
func TestCancelAgainstWorker(t *testing.T) {
	onBoth(t, func(p *play) {
		for round := range 5 {
			n := p.registered(fmt.Sprint(round), fmt.Sprint(round, atA))
			p.says(n.AttemptID, full, "mailbox-full")
			a := p.resend(n.ID)
			errs := together(2, func(i int) error {
				if i == 0 {
					return p.s.Ledger.CancelAttempt(t.Context(), p.Ada, a.ID)
				}
				_, err := p.s.Resend.TakeAttempt(t.Context(), a.ID)
				return err
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Errorf("round %d: cancelling %v, taking %v", round, errs[0], errs[1])
			}
		}
	})
}

// Many reports of one notification at once, in copies: as if they had come one by one, and the number equals
// a recount.
func TestReportsTogether(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.registered("1", atA)
		base := p.clock.Now()
		kinds := []models.EventType{models.Accepted, models.Deferred, models.Delivered, full, models.Opened,
			hard}
		for _, err := range together(24, func(i int) error {
			kind := kinds[i%len(kinds)]
			e := models.Event{Type: kind, Channel: models.Email, AttemptRef: n.AttemptID,
				DedupeKey: string(kind), Raw: []byte("{}"),
				OccurredAt: base.Add(time.Duration(i%len(kinds)-60) * time.Minute)}
			if kind == hard {
				e.Reason = "user-unknown"
			}
			return p.s.Intake.Keep(t.Context(), p.Mail, []models.Event{e})
		}) {
			p.must(err)
		}
		modelstest.Settle(t, p.s)
		got := p.story(n.ID)
		if len(got.Events) != len(kinds) || got.Notification.Status != models.HardBounce {
			t.Errorf("%d events, status %s", len(got.Events), got.Notification.Status)
		}
		p.wantNumber(1)
	})
}

// Failures of one unknown message that come at once make one notification.
func TestDiscoverTogether(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.clock.Now()
		for _, err := range together(6, func(i int) error {
			return p.s.Intake.Keep(t.Context(), p.Mail,
				[]models.Event{{Type: full, Channel: models.Email, Recipient: atA, Reason: "mailbox-full",
					ProviderMessageID: "m1", DedupeKey: fmt.Sprint(i), OccurredAt: at, Raw: []byte("{}")}})
		}) {
			p.must(err)
		}
		modelstest.Settle(t, p.s)
		p.wantNumber(1)
	})
}

// Of many that send one form at one moment, one is the first; the others hear its answer. A form that broke
// off is taken over by one only.
func TestFormTogether(t *testing.T) {
	onBoth(t, func(p *play) {
		for range 2 {
			firsts := make([]bool, 8)
			for _, err := range together(8, func(i int) (err error) {
				firsts[i], _, err = p.s.People.TakeForm(t.Context(), p.Ada, "form")
				return err
			}) {
				p.must(err)
			}
			n := 0
			for _, first := range firsts {
				if first {
					n++
				}
			}
			if n != 1 {
				t.Fatalf("%d were first", n)
			}
			p.clock.Turn(2 * time.Minute)
		}
		p.must(p.s.People.KeepForm(t.Context(), p.Ada, "form", "done"))
		p.clock.Turn(2 * time.Minute)
		if first, answer, err := p.s.People.TakeForm(t.Context(), p.Ada, "form"); first || answer != "done" ||
			err != nil {
			t.Errorf("%v %q %v", first, answer, err)
		}
		if first, _, err := p.s.People.TakeForm(t.Context(), p.Olga, "form"); !first || err != nil {
			t.Errorf("Olga's own is not the first: %v", err)
		}
	})
}
