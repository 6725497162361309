package consent

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// lapseAfter is how long a request waits for somebody to act (RULES.md, Clear requests).
const lapseAfter = 14 * 24 * time.Hour

// overdue is how late a job may be before it is asked for again.
const overdue = 5 * time.Minute

// SweepRequests lets requests lapse that nobody has acted on for fourteen days, and takes up again those
// whose worker was lost. It returns how many it changed.
func (s *Store) SweepRequests(ctx context.Context) (changed int, err error) {
	now := s.db.Now()
	var due []ClearRequest
	err = s.db.Reading(ctx).Select("id", "account_id").
		Where(`state IN ('requested', 'approved') AND acted_at < ?
		OR state = 'running' AND due_at < ? OR state = 'approved'
			AND due_at < ?`, now.Add(-lapseAfter), now, now.Add(-overdue)).
		Order("asked_at").Limit(200).Find(&due).Error
	if err != nil {
		return 0, db.Wrap(err, "clear requests that are due")
	}
	for _, one := range due {
		if err := s.db.InTx(ctx, func(t *db.Tx) error { return sweepRequest(t, one) }); err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}

func sweepRequest(t *db.Tx, one ClearRequest) error {
	r, err := lockRequest(t, one.AccountID, one.ID)
	if err != nil {
		return err
	}
	switch {
	case (r.State == RequestAsked || r.State == RequestApproved) && t.Now.Sub(r.ActedAt) > lapseAfter:
		before := r.State
		r.State, r.DueAt = RequestLapsed, nil
		RecordRequest(t, models.Itself(r.AccountID), r, "lapse", string(before), "")
		return SaveRequest(t, &r)
	case r.State == RequestRunning && r.DueAt.Before(t.Now),
		r.State == RequestApproved && r.DueAt.Before(t.Now):
		r.State, r.DueAt = RequestApproved, &t.Now
		if err := SaveRequest(t, &r); err != nil {
			return err
		}
		return askClearing(t, r)
	}
	return nil
}
