package models_test

import (
	"errors"
	"testing"

	"undelivered/models"
	"undelivered/models/modelstest"
)

// A log that somebody with the database, but without the key, has written anew from the first line to the
// head is found.
func TestChainedAnewIsFound(t *testing.T) {
	onBoth(t, func(p *play) {
		p.whole()
		_, err := p.s.VerifyAudit(p.Context(), p.Account.ID)
		p.must(err)
		p.must(
			modelstest.ChainAnew(p.Context(), p.s, p.Account.ID, []byte("a key of somebody's own, 32 bytes")),
		)
		if _, err := p.s.VerifyAudit(p.Context(), p.Account.ID); !errors.Is(err, models.ErrBroken) {
			p.Errorf("the log that was written anew: %v", err)
		}
		_, err = p.s.VerifyAudit(p.Context(), p.Other.ID)
		p.must(err)
		// with the key it would not be: the test does what it says
		p.must(modelstest.ChainAnew(p.Context(), p.s, p.Account.ID, nil))
		_, err = p.s.VerifyAudit(p.Context(), p.Account.ID)
		p.must(err)
	})
}
