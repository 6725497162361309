package resend

import (
	"context"
	"strconv"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/report"
)

// BulkRow is one notification of a set with what became of it.
type BulkRow struct {
	Position       int
	NotificationID string
	Title          string
	Customer       string
	State          string
	Guard          models.Guard
	Way            models.Channel // it goes by the customer's other channel
	Now            models.NotificationState
}

// BulkShow narrows the items of a set to those that one of its numbers counts.
type BulkShow struct {
	Sent  bool           // that are sent or would be
	Guard models.Guard   // that this guard refuses
	Way   models.Channel // that go by this channel in place of their own
}

func (show BulkShow) has(item dryItem) bool {
	switch {
	case show.Sent:
		return item.guard == ""
	case show.Guard != "":
		return item.guard == show.Guard
	}
	return show.Way == "" || item.way == show.Way
}

func (show BulkShow) where() (string, []any) {
	switch {
	case show.Sent:
		return " AND i.state <> 'refused'", nil
	case show.Guard != "":
		return " AND i.state = 'refused' AND i.guard = ?", []any{show.Guard}
	case show.Way != "":
		return " AND i.way = ? AND i.state <> 'refused'", []any{show.Way}
	}
	return "", nil
}

// BulkProgress is a job with its result so far, and one page of its items.
type BulkProgress struct {
	BulkJob
	Refused      []GuardCount
	Gone         BulkGone // what became of those that were sent
	Rows         []BulkRow
	Newer, Older string    // positions after which the other pages begin
	UndoTill     time.Time // the offer to take it all back; zero: there is none
}

// BulkPage is what a page of a job shows.
func (s *Store) BulkPage(ctx context.Context, a models.Actor, id string, show BulkShow,
	after string) (p BulkProgress, err error) {
	if err := a.Need(models.Work); err != nil {
		return p, err
	}
	if err := s.db.Reading(ctx).Take(&p.BulkJob, "id = ? AND account_id = ?", id,
		a.AccountID).Error; err != nil {
		return p, db.Wrap(err, "bulk job")
	}
	err = s.db.Reading(ctx).
		Raw("SELECT guard, COUNT(*) AS n FROM bulk_items WHERE account_id = ? AND job_id = ? AND state = "+
			"'refused' GROUP BY guard",
			a.AccountID, id).
		Scan(&p.Refused).Error
	if err != nil {
		return p, db.Wrap(err, "what was refused")
	}
	sortGuards(p.Refused)
	if err := s.waysGone(ctx, &p.BulkJob); err != nil {
		return p, err
	}
	if p.Gone, err = s.bulkGone(ctx, id); err != nil {
		return p, err
	}
	if p.UndoTill = s.undoTill(p.BulkJob); p.Action == BulkResend && p.State == BulkDone &&
		p.Gone.OnWay == 0 {
		p.UndoTill = time.Time{} // nothing is left that could be taken back
	}
	return p, s.bulkRows(ctx, &p, show, after)
}

// waysGone counts what goes by the other channel by now; a check knows it already.
func (s *Store) waysGone(ctx context.Context, job *BulkJob) error {
	if job.State == BulkChecking || job.State == BulkChecked || job.Instead == "" {
		return nil
	}
	var sums []struct {
		Way models.Channel
		N   int
	}
	err := s.db.Reading(ctx).
		Raw("SELECT way, COUNT(*) AS n FROM bulk_items WHERE account_id = ? AND job_id = ? AND way <> '' "+
			"AND state <> 'refused' GROUP BY way",
			job.AccountID, job.ID).
		Scan(&sums).Error
	job.OtherWays = OtherWays{}
	for _, sum := range sums {
		if sum.Way == models.SMS {
			job.Texts = sum.N
		} else {
			job.Emails = sum.N
		}
	}
	return db.Wrap(err, "what goes by the other channel")
}

func (s *Store) bulkRows(ctx context.Context, p *BulkProgress, show BulkShow, after string) error {
	from, _ := strconv.Atoi(after) // not a number: from the first one on
	narrowed, narrow := show.where()
	values := append([]any{p.AccountID, p.ID, from}, narrow...)
	err := s.db.Reading(ctx).
		Raw(`SELECT i.position, i.notification_id, u.title, u.customer_name AS customer, i.state, i.guard,
			i.way, u.state AS now
		FROM bulk_items i JOIN undelivered u ON u.account_id = i.account_id AND u.id = i.notification_id
			WHERE i.account_id = ? AND i.job_id = ?
				AND i.position > ?`+narrowed+" ORDER BY i.position LIMIT ?",
			append(values, report.PerPage+1)...).
		Scan(&p.Rows).Error
	if len(p.Rows) > report.PerPage {
		p.Rows = p.Rows[:report.PerPage]
		p.Older = strconv.Itoa(p.Rows[report.PerPage-1].Position)
	}
	if err != nil || from <= 0 {
		return db.Wrap(err, "items of a set")
	}
	var before []int
	err = s.db.Reading(ctx).
		Raw("SELECT i.position FROM bulk_items i WHERE i.account_id = ? AND i.job_id = ? AND i.position <= ?"+narrowed+" ORDER BY i.position DESC LIMIT ?",
			append(values, report.PerPage+1)...).
		Scan(&before).Error
	if p.Newer = "0"; len(before) > report.PerPage {
		p.Newer = strconv.Itoa(before[report.PerPage])
	}
	return db.Wrap(err, "items before")
}

// undoTill is as long as the last of the resends waits for its hand-over.
func (s *Store) undoTill(job BulkJob) time.Time {
	switch {
	case job.State == BulkRunning, job.State == BulkPaused:
		return s.db.Now().Add(s.db.Limits().Undo)
	case job.State == BulkDone && job.EndedAt != nil:
		return job.EndedAt.Add(s.db.Limits().Undo)
	}
	return time.Time{}
}
