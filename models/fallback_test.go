package models_test

import (
	"errors"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
)

// The order of choice of a channel falls back to the next connection while the first is stopped, but never
// for a message that the first was tried with: it may still come up with it, and the customer would get two.
func TestFallbackNeverTwice(t *testing.T) {
	onBoth(t, func(p *play) {
		spare, _ := modelstest.AddConnection(t, p.s, p.Account.ID, "Spare", models.Email)
		stop := func() { p.must(p.s.Connection.SuspendConnection(p.Context(), p.Mail, "login")) }
		begun := func(ref, to string) models.Attempt {
			n := p.registered(ref, to)
			p.says(n.AttemptID, full, "mailbox-full")
			return p.resend(n.ID)
		}
		first := begun("1", atA)
		h, err := p.s.Resend.TakeAttempt(p.Context(), first.ID)
		p.must(err)
		if h.Connection.ID != p.Mail.ID {
			p.Fatalf("handed over by %s, want the first in order", h.Connection.Name)
		}
		p.must(p.s.Resend.FinishAttempt(p.Context(), h, models.Receipt{Outcome: models.ReceiptLater},
			models.DeliveryPromises{}))
		open := begun("2", atB)
		lost, err := p.s.Resend.TakeAttempt(p.Context(), open.ID)
		p.must(err)
		p.must(p.s.Resend.FinishAttempt(p.Context(), lost, models.Receipt{Outcome: models.ReceiptOpen},
			models.DeliveryPromises{}))
		stop()
		p.clock.Turn(10 * time.Minute)
		for name, a := range map[string]models.Attempt{"tried before": first, "of unknown outcome": open} {
			if h, err := p.s.Resend.TakeAttempt(p.Context(), a.ID); !errors.Is(err, models.ErrNotYours) {
				p.Errorf("%s: handed over again, by %s, %v", name, h.Connection.Name, err)
			}
		}
		fresh := begun("3", "c@x.example")
		h, err = p.s.Resend.TakeAttempt(p.Context(), fresh.ID)
		p.must(err)
		if h.Connection.ID != spare.ID {
			p.Errorf("handed over by %s, want the spare one", h.Connection.Name)
		}
	})
}
