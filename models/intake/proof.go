package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
)

// ErrSpent: the proof of a request has been used before, with another body.
var ErrSpent = errors.New("the proof has been used before, with another body")

// Token is a proof that was used.
type Token struct {
	ConnectionID string `gorm:"primaryKey"`
	Token        string `gorm:"primaryKey"`
	Digest       string
	ExpiresAt    time.Time
}

// KeepOnce is Keep of events that a proof came with. ErrSpent: it came before, with another body; nothing is
// kept.
func (s *Store) KeepOnce(ctx context.Context, c models.Connection, events []models.Event,
	p models.Proof) error {
	return s.keep(ctx,
		delivery{from: &c, events: events, proof: &Token{c.ID, p.Token, p.Digest, p.Expires.UTC()}})
}

// spend notes the proofs of a batch, and refuses the deliveries whose proof was used for another body.
func spend(t *db.Tx, batch []delivery) error {
	var used []Token
	for _, d := range batch {
		if d.proof != nil && !errors.Is(d.err, connection.ErrChanged) {
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
		if p == nil || errors.Is(batch[i].err, connection.ErrChanged) {
			continue
		}
		var first Token
		if err := t.Take(&first, "connection_id = ? AND token = ?", p.ConnectionID,
			p.Token).Error; err != nil {
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
	return db.Wrap(s.db.Main.WithContext(ctx).Where("expires_at <= ?", s.db.Now()).Delete(&Token{}).Error,
		"old proofs")
}
