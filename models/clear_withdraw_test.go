package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
)

// complained asks to clear an address after a spam report: Ada asks, and somebody else has to approve.
func (p *play) complained() (address string, r consent.ClearRequest) {
	p.Helper()
	at := p.failedOnce(atA, aListedOne)
	p.clock.Turn(48 * time.Hour)
	asked, err := p.lift(p.Ada, at.ID, p.agreed())
	p.must(err)
	return at.ID, asked.Requests[0]
}

// Who asked may take a request back while it waits, and nobody else may. Nothing is lifted by it, it can't be
// approved any more, and the same can be asked for again.
func TestRequestWithdrawn(t *testing.T) {
	onBoth(t, func(p *play) {
		address, r := p.complained()
		if _, err := p.s.Consent.WithdrawRequest(p.Context(), p.Olga, r.ID); !errors.Is(err,
			models.ErrForbidden) {
			p.Errorf("by somebody else: %v", err)
		}
		if _, err := p.s.Consent.WithdrawRequest(p.Context(), p.Bob, r.ID); !errors.Is(err,
			models.ErrNotFound) {
			p.Errorf("from another account: %v", err)
		}
		got, err := p.s.Consent.WithdrawRequest(p.Context(), p.Ada, r.ID)
		if err != nil || got.State != consent.RequestWithdrawn || !got.LapsesAt().IsZero() {
			p.Fatalf("%+v, %v", got, err)
		}
		var late models.Conflict
		if _, err := p.s.Consent.WithdrawRequest(p.Context(), p.Ada, r.ID); !errors.As(err, &late) {
			p.Errorf("twice: %v", err)
		}
		if _, err := p.s.Consent.Approve(p.Context(), p.Sam, r.ID, "", true); !errors.As(err, &late) ||
			late.By != p.Ada.Name {
			p.Errorf("approved afterwards: %v", err)
		}
		p.wantActions(address, r.ID, "request.ask", "request.withdraw")
		_, err = p.lift(p.Ada, address, p.agreed())
		p.must(err)
	})
}

// Of a withdrawal and an approval at the same moment one is done, and the other hears of it.
func TestWithdrawnAndApprovedAtOnce(t *testing.T) {
	onBoth(t, func(p *play) {
		_, r := p.complained()
		var withdrawn, approved error
		var both sync.WaitGroup
		both.Go(func() { _, withdrawn = p.s.Consent.WithdrawRequest(p.Context(), p.Ada, r.ID) })
		both.Go(func() { _, approved = p.s.Consent.Approve(p.Context(), p.Sam, r.ID, "", true) })
		both.Wait()
		if (withdrawn == nil) == (approved == nil) {
			p.Errorf("withdrawn: %v; approved: %v", withdrawn, approved)
		}
	})
}
