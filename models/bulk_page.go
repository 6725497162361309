package models

import (
	"context"
	"strconv"
	"time"
)

// BulkRow is one notification of a set with what became of it.
type BulkRow struct {
	Position       int
	NotificationID string
	Title          string
	Customer       string
	State          string
	Guard          Guard
}

// BulkProgress is a job with its result so far, and one page of its items.
type BulkProgress struct {
	BulkJob
	Refused      []GuardCount
	Rows         []BulkRow
	Newer, Older string    // positions after which the other pages begin
	UndoTill     time.Time // the offer to take it all back; zero: there is none
}

// BulkPage is what a page of a job shows: guard narrows the items to those that it refused.
func (s *Store) BulkPage(ctx context.Context, a Actor, id string, guard Guard, after string) (p BulkProgress, err error) {
	if err := a.need(Work); err != nil {
		return p, err
	}
	if err := s.reading(ctx).Take(&p.BulkJob, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
		return p, found(err, "bulk job")
	}
	err = s.reading(ctx).Raw("SELECT guard, COUNT(*) AS n FROM bulk_items WHERE job_id = ? AND state = 'refused' GROUP BY guard", id).
		Scan(&p.Refused).Error
	if err != nil {
		return p, found(err, "what was refused")
	}
	sortGuards(p.Refused)
	p.UndoTill = s.undoTill(p.BulkJob)
	return p, s.bulkRows(ctx, &p, guard, after)
}

func (s *Store) bulkRows(ctx context.Context, p *BulkProgress, guard Guard, after string) error {
	from, _ := strconv.Atoi(after) // not a number: from the first one on
	where, values := "i.job_id = ? AND i.position > ?", []any{p.ID, from}
	if guard != "" {
		where, values = where+" AND i.state = 'refused' AND i.guard = ?", append(values, guard)
	}
	err := s.reading(ctx).Raw(`SELECT i.position, i.notification_id, u.title, u.customer_name AS customer, i.state, i.guard
		FROM bulk_items i JOIN undelivered u ON u.id = i.notification_id WHERE `+where+" ORDER BY i.position LIMIT ?",
		append(values, perPage+1)...).Scan(&p.Rows).Error
	if len(p.Rows) > perPage {
		p.Rows = p.Rows[:perPage]
		p.Older = strconv.Itoa(p.Rows[perPage-1].Position)
	}
	if from > 0 {
		p.Newer = strconv.Itoa(max(0, from-perPage))
	}
	return found(err, "items of a set")
}

// undoTill is as long as the last of the resends waits for its hand-over.
func (s *Store) undoTill(job BulkJob) time.Time {
	switch {
	case job.State == BulkRunning, job.State == BulkPaused:
		return s.now().Add(s.limits.Undo)
	case job.State == BulkDone && job.EndedAt != nil:
		return job.EndedAt.Add(s.limits.Undo)
	}
	return time.Time{}
}
