package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"
)

// ErrSpent: the proof of a request has been used before, with another body.
var ErrSpent = errors.New("the proof has been used before, with another body")

// Proof is what proves a request once: the token of a signature that does not cover the body. Who has listened may send
// the token again, but only with the body that it came with first, and that is a copy.
type Proof struct {
	Token   string
	Digest  string // of the body
	Expires time.Time
}

// token is a proof that was used.
type token struct {
	ConnectionID string `gorm:"primaryKey"`
	Token        string `gorm:"primaryKey"`
	Digest       string
	ExpiresAt    time.Time
}

// KeepOnce is Keep of events that a proof came with. ErrSpent: it came before, with another body; nothing is kept.
func (s *Store) KeepOnce(ctx context.Context, c Connection, events []Event, p Proof) error {
	return s.keep(ctx, delivery{from: &c, events: events, proof: &token{c.ID, p.Token, p.Digest, p.Expires.UTC()}})
}

// spend notes the proofs of a batch, and refuses the deliveries whose proof was used for another body.
func (t *tx) spend(batch []delivery) error {
	var used []token
	for _, d := range batch {
		if d.proof != nil && !errors.Is(d.err, ErrChanged) {
			used = append(used, *d.proof)
		}
	}
	if len(used) == 0 {
		return nil
	}
	if err := t.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(used, 200).Error; err != nil {
		return fmt.Errorf("models: noting proofs: %w", err)
	}
	for i := range batch {
		p := batch[i].proof
		if p == nil || errors.Is(batch[i].err, ErrChanged) {
			continue
		}
		var first token
		if err := t.Take(&first, "connection_id = ? AND token = ?", p.ConnectionID, p.Token).Error; err != nil {
			return fmt.Errorf("models: looking up a proof: %w", err)
		}
		batch[i].err = nil
		if first.Digest != p.Digest {
			batch[i].err = ErrSpent
		}
	}
	return nil
}

// DropTokens forgets proofs that have expired: their provider's time limit refuses them by now.
func (s *Store) DropTokens(ctx context.Context) error {
	return found(s.write.WithContext(ctx).Where("expires_at <= ?", s.now()).Delete(&token{}).Error, "old proofs")
}
