package connection

import (
	"context"
	"time"

	"undelivered/models/internal/db"
)

// BackscatterDaily is how many mails in a day may come back that nobody sent through us before people are
// told.
const BackscatterDaily = 20

// WarnOfBackscatter tells people when many mails came back that were never sent through us: somebody writes
// in their name.
func (s *Store) WarnOfBackscatter(ctx context.Context) error {
	var many []string
	err := s.db.Reading(ctx).
		Raw(`SELECT connection_id FROM events WHERE state = 'unmatched' AND unproven AND received_at > ?
		GROUP BY connection_id HAVING COUNT(*) > ?`, s.db.Now().Add(-24*time.Hour), BackscatterDaily).
		Scan(&many).Error
	if err != nil || len(many) == 0 {
		return db.Wrap(err, "mails that nobody sent")
	}
	return db.Wrap(
		s.db.Main.WithContext(ctx).Exec("UPDATE connections SET alert = ? WHERE id IN ?", backscatter, many).
			Error,
		"alert",
	)
}

const backscatter = "More than 20 mails in a day came back that were never sent through us: somebody may " +
	"be writing in your name."
