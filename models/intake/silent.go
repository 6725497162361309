package intake

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// SilentAttempts are the hand-overs through one provider that were taken so long ago, within an hour, and of
// which nothing final is known: where its reports are easily lost, it is asked what became of them.
func (s *Store) SilentAttempts(ctx context.Context, provider string,
	settling, ago time.Duration) ([]models.Handover, error) {
	until := s.db.Now().Add(settling - ago) // when they settle tells when they were taken, and has an index
	var attempts []models.Attempt
	err := s.db.Reading(ctx).
		Where(`own_state = 'accepted' AND settle_at IS NOT NULL AND settle_at > ? AND settle_at <= ?
		AND outcome = 'accepted' AND provider_message_id <> '' AND connection_id IN (SELECT id
			FROM connections WHERE provider = ? AND removed_at IS NULL)`,
			until.Add(-time.Hour), until, provider).
		Order("settle_at").Limit(db.SweepSlice).Find(&attempts).Error
	if err != nil {
		return nil, db.Wrap(err, "silent hand-overs")
	}
	all := make([]models.Handover, 0, len(attempts))
	for _, a := range attempts {
		h := models.Handover{Attempt: a}
		if err := s.db.Reading(ctx).Take(&h.Connection, "id = ?", a.ConnectionID).Error; err != nil {
			return nil, db.Wrap(err, "connection")
		}
		all = append(all, h)
	}
	return all, nil
}
