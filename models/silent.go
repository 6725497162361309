package models

import (
	"context"
	"time"
)

// SilentAttempts are the hand-overs through one provider that were taken so long ago, within an hour, and of which nothing
// final is known: where its reports are easily lost, it is asked what became of them.
func (s *Store) SilentAttempts(ctx context.Context, provider string, settling, ago time.Duration) ([]Handover, error) {
	until := s.now().Add(settling - ago) // when they settle tells when they were taken, and has an index
	var attempts []Attempt
	err := s.reading(ctx).Where(`own_state = 'accepted' AND settle_at IS NOT NULL AND settle_at > ? AND settle_at <= ?
		AND outcome = 'accepted' AND provider_message_id <> '' AND connection_id IN (SELECT id FROM connections WHERE provider = ? AND removed_at IS NULL)`,
		until.Add(-time.Hour), until, provider).Order("settle_at").Limit(sweepSlice).Find(&attempts).Error
	if err != nil {
		return nil, found(err, "silent hand-overs")
	}
	all := make([]Handover, 0, len(attempts))
	for _, a := range attempts {
		h := Handover{Attempt: a}
		if err := s.reading(ctx).Take(&h.Connection, "id = ?", a.ConnectionID).Error; err != nil {
			return nil, found(err, "connection")
		}
		all = append(all, h)
	}
	return all, nil
}

// BackscatterDaily is how many mails in a day may come back that nobody sent through us before people are told.
const BackscatterDaily = 20

// WarnOfBackscatter tells people when many mails came back that were never sent through us: somebody writes in their name.
func (s *Store) WarnOfBackscatter(ctx context.Context) error {
	var many []string
	err := s.reading(ctx).Raw(`SELECT connection_id FROM events WHERE state = 'unmatched' AND unproven AND received_at > ?
		GROUP BY connection_id HAVING COUNT(*) > ?`, s.now().Add(-24*time.Hour), BackscatterDaily).Scan(&many).Error
	if err != nil || len(many) == 0 {
		return found(err, "mails that nobody sent")
	}
	return found(s.write.WithContext(ctx).Exec("UPDATE connections SET alert = ? WHERE id IN ?", backscatter, many).Error, "alert")
}

const backscatter = "More than 20 mails in a day came back that were never sent through us: somebody may be writing in your name."
