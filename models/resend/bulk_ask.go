package resend

import (
	"context"
	"strconv"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/report"
)

// BulkAsk is what a person confirms. With IDs in the filter it is these, else all that the filter matches
// now: the store repeats the query and trusts no list.
type BulkAsk struct {
	RequestID string
	Action    BulkAction
	Filter    report.Filter
	Outcome   string // of a clearing
	Count     string // the number, typed; asked for above Limits.BulkConfirm
	// notifications of the other channel go by this one where the customer takes it
	Instead []models.Channel
	Shown   Shown
}

// Shown are the numbers that the person saw; nil: none.
type Shown struct{ Total, Send *int }

// StartBulk fixes the set and has it worked off; a resend of more than Limits.BulkConfirm is checked first,
// and StartChecked confirms it. Pressing twice gives the first job again. Invalid: the number was not typed,
// no outcome was chosen, or the numbers are others by now; a Refusal: too many complaints; ErrNotFound:
// nothing matches.
func (s *Store) StartBulk(ctx context.Context, a models.Actor, ask BulkAsk) (job BulkJob, err error) {
	if err := a.Need(models.Work); err != nil {
		return job, err
	}
	if ask.Action == BulkClear && !ledger.KnownOutcome(ask.Outcome) {
		return job, models.Invalid{"outcome": {Key: "error.outcome_missing"}}
	}
	scope, err := s.report.BulkScope(ctx, a, ask.Filter)
	if err != nil {
		return job, err
	}
	state, err := s.confirmed(ctx, a, ask)
	if err != nil {
		return job, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		id, err := t.Idempotent(a, ask.RequestID, db.IdempotentRequest{Action: "bulk"},
			func() (string, error) { return startBulk(t, a, ask, scope, state) })
		if err != nil {
			return err
		}
		job = BulkJob{}
		return db.Wrap(t.Take(&job, "id = ? AND account_id = ?", id, a.AccountID).Error, "bulk job")
	})
	return job, err
}

// confirmed asks for the number of many, for what has changed since the question was shown, and stops a
// resend of several where customers complain. It says in which state the job begins.
func (s *Store) confirmed(ctx context.Context, a models.Actor, ask BulkAsk) (BulkState, error) {
	var before db.Request
	err := s.db.Reading(ctx).Limit(1).
		Find(&before, "account_id = ? AND request_id = ?", a.AccountID,
			db.IdempotentRequest{Action: "bulk"}.Key(a, ask.RequestID)).
		Error
	if err != nil || before.RequestID != "" && ask.RequestID != "" {
		return BulkRunning, db.Wrap(err, "request")
	}
	n, err := s.report.CountBulk(ctx, a, ask.Filter)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", models.ErrNotFound
	}
	many := n > s.db.Limits().BulkConfirm
	if ask.Action == BulkResend {
		if err := s.consent.GuardComplaints(ctx, a); err != nil || many {
			return BulkChecking, err
		}
	} else if many && !typed(ask.Count, n) {
		return "", models.Invalid{"count": {Key: "error.count",
			Values: map[string]string{"n": strconv.Itoa(n)}}}
	}
	return BulkRunning, s.sameNumbers(ctx, a, ask, n)
}

// sameNumbers says Invalid when what would be done is not what the person saw.
func (s *Store) sameNumbers(ctx context.Context, a models.Actor, ask BulkAsk, n int) error {
	now := models.Invalid{"": {Key: "error.count_changed"}}
	if ask.Shown.Total != nil && *ask.Shown.Total != n {
		return now
	}
	if ask.Shown.Send == nil || *ask.Shown.Send > 0 && len(ask.Instead) == 0 {
		return nil
	}
	dry, err := s.DryRun(ctx, a, ask)
	switch {
	case err != nil:
		return err
	case dry.Send == 0:
		return nothingToSend
	case dry.Send != *ask.Shown.Send:
		return now
	}
	return nil
}

var nothingToSend = models.Invalid{"": {Key: "error.nothing_to_send"}}

// typed says whether a number was typed, with or without what people put between its figures.
func typed(count string, n int) bool {
	return strings.NewReplacer(",", "", ".", "", " ", "", "\u00a0", "", "\u202f", "").Replace(count) ==
		strconv.Itoa(n)
}

// startBulk copies the ids of the set in one statement: it is one instant's, and memory stays bounded.
func startBulk(t *db.Tx, a models.Actor, ask BulkAsk, scope report.ReportScope,
	state BulkState) (string, error) {
	job := BulkJob{
		ID:        models.NewID("bulk", t.Now),
		AccountID: a.AccountID,
		Action:    ask.Action,
		Outcome:   ask.Outcome,
		State:     state,
		Query:     ask.Filter.First().Values().Encode(),
		Instead:   channelWords(ask.Instead),
		ByKind:    a.Kind,
		ByID:      a.ID,
		ByName:    a.Name,
		ByRole:    a.Role,
		CreatedAt: t.Now,
	}
	if err := t.Create(&job).Error; err != nil {
		return "", db.Wrap(err, "adding a bulk job")
	}
	where, values := scope.BulkWhere()
	done := t.Exec(`INSERT INTO bulk_items (account_id, job_id, position, notification_id, state)
		SELECT account_id, ?, ROW_NUMBER() OVER (ORDER BY failed_at DESC, id DESC), id, 'waiting'
			FROM undelivered WHERE `+where,
		append([]any{job.ID}, values...)...)
	if done.Error != nil {
		return "", db.Wrap(done.Error, "fixing the set of a bulk job")
	}
	if done.RowsAffected == 0 {
		return "", models.ErrNotFound
	}
	err := t.Model(&job).Where("account_id = ? AND id = ?", job.AccountID, job.ID).
		Update("total", done.RowsAffected).Error
	if err != nil {
		return "", db.Wrap(err, "counting a bulk job")
	}
	if state == BulkRunning {
		recordBulk(t, a, job, string(ask.Action))
	}
	return job.ID, askBulk(t, job.ID)
}

func recordBulk(t *db.Tx, a models.Actor, job BulkJob, act string) {
	t.Record(a, "bulk."+act, models.AuditEntry{
		ObjectKind: "bulk",
		ObjectID:   job.ID,
		ObjectName: string(job.Action),
		After:      job.Query,
		Reason:     job.Outcome,
	})
}
