package views

import (
	"context"

	"undelivered/models"
)

// Proof is how sure the cause is, and the evidence for it.
type Proof struct {
	Sure     models.Sureness // empty: nothing is said about it
	Heard    models.Heard
	Provider string // whose own verdict decides; empty: the other side's words do
}

// text says how sure the cause is, and who says so.
func (p Proof) text(ctx context.Context) string {
	key := "proof." + string(p.Sure)
	if p.Provider != "" {
		key = "proof.provider"
	}
	if p.evidence(ctx) == "" {
		key += ".plain"
	}
	return T(ctx, key, "provider", p.Provider)
}

// evidence is what the other side said: 550 5.1.1 by mx.example: no such user.
func (p Proof) evidence(ctx context.Context) string {
	h := p.Heard
	switch {
	case h.Codes != "" && h.By != "" && h.Words != "":
		return T(ctx, "{codes} by {host}: {words}", "codes", h.Codes, "host", h.By, "words", h.Words)
	case h.Codes != "" && h.By != "":
		return T(ctx, "{codes} by {host}", "codes", h.Codes, "host", h.By)
	case h.By != "" && h.Words != "":
		return T(ctx, "{host}: {words}", "host", h.By, "words", h.Words)
	case h.Codes != "" && h.Words != "":
		return h.Codes + ": " + h.Words
	}
	return h.Codes + h.Words
}
