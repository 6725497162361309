package models

import (
	"context"
	"time"
)

// BulkAction is what is done to many at once.
type BulkAction string

// The two acts on many.
const (
	BulkResend BulkAction = "resend"
	BulkClear  BulkAction = "clear"
)

// BulkState is how far many at once have come.
type BulkState string

// The states of a job of many.
const (
	BulkRunning BulkState = "running"
	BulkPaused  BulkState = "paused"
	BulkDone    BulkState = "done"
	BulkStopped BulkState = "stopped" // too many complaints: nothing more of it is sent
	BulkUndoing BulkState = "undoing"
	BulkUndone  BulkState = "undone"
)

// BulkJob is one set of notifications that a person confirmed to resend or to clear.
type BulkJob struct {
	ID        string
	AccountID string
	Action    BulkAction
	Outcome   string // of a clearing
	Query     string // that chose them, as the fields of an address
	State     BulkState
	Why       string // it stopped: the guard
	Total     int
	Done      int // worked off
	Sent      int // queued, or cleared
	ByKind    ActorKind
	ByID      string
	ByName    string
	ByRole    Role
	CreatedAt time.Time
	EndedAt   *time.Time
}

func (j BulkJob) actor() Actor {
	return Actor{Kind: j.ByKind, ID: j.ByID, Name: j.ByName, Role: j.ByRole, AccountID: j.AccountID}
}

// bulkItem is one notification of the set, with what became of it.
type bulkItem struct {
	JobID          string `gorm:"primaryKey"`
	Position       int    `gorm:"primaryKey"`
	NotificationID string
	State          string
	Guard          Guard
	AttemptID      string
	Digest         string // of content and address, of those that were sent
}

// The states of an item.
const (
	itemWaiting = "waiting"
	itemSent    = "sent"
	itemCleared = "cleared"
	itemRefused = "refused"
	itemUndone  = "undone"
)

// BulkAsk is what a person confirms. With IDs in the filter it is these, else all that the filter matches now: the
// store repeats the query and trusts no list.
type BulkAsk struct {
	RequestID string
	Action    BulkAction
	Filter    Filter
	Outcome   string // of a clearing
	Count     string // the number, typed; asked for above Limits.BulkConfirm
}

// StartBulk fixes the set and has it worked off. Pressing twice gives the first job again. Invalid: the number was
// not typed, or no outcome was chosen; a Refusal: too many complaints; ErrNotFound: nothing matches.
func (s *Store) StartBulk(ctx context.Context, a Actor, ask BulkAsk) (job BulkJob, err error) {
	if err := a.need(Work); err != nil {
		return job, err
	}
	if ask.Action == BulkClear && !knownOutcome(ask.Outcome) {
		return job, Invalid{"outcome": {Key: "error.outcome_missing"}}
	}
	scope, err := s.bulkScope(ctx, a, ask.Filter)
	if err != nil {
		return job, err
	}
	if err := s.confirmed(ctx, a, ask); err != nil {
		return job, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		id, err := t.once(a, ask.RequestID, "bulk", func() (string, error) { return t.startBulk(a, ask, scope) })
		if err != nil {
			return err
		}
		return found(t.Take(&job, "id = ? AND account_id = ?", id, a.AccountID).Error, "bulk job")
	})
	return job, err
}

// confirmed asks for the number of many, and stops a resend of several where customers complain.
func (s *Store) confirmed(ctx context.Context, a Actor, ask BulkAsk) error {
	var before request
	err := s.reading(ctx).Limit(1).Find(&before, "account_id = ? AND request_id = ?", a.AccountID, "bulk:"+ask.RequestID).Error
	if err != nil || before.RequestID != "" && ask.RequestID != "" {
		return found(err, "request")
	}
	n, err := s.countBulk(ctx, a, ask.Filter)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	if ask.Action == BulkResend {
		if err := s.guardComplaints(ctx, a); err != nil {
			return err
		}
	}
	if n <= s.limits.BulkConfirm {
		return nil
	}
	dry, err := s.DryRun(ctx, a, ask)
	if err == nil && !dry.typed(ask.Count) {
		return Invalid{"count": {Key: "error.count", Values: map[string]string{"n": dry.number()}}}
	}
	return err
}

// startBulk copies the ids of the set in one statement: it is one instant's, and memory stays bounded.
func (t *tx) startBulk(a Actor, ask BulkAsk, scope reportScope) (string, error) {
	job := BulkJob{ID: newID("bulk", t.now), AccountID: a.AccountID, Action: ask.Action, Outcome: ask.Outcome, State: BulkRunning,
		Query: ask.Filter.Values().Encode(), ByKind: a.Kind, ByID: a.ID, ByName: a.Name, ByRole: a.Role, CreatedAt: t.now}
	if err := t.Create(&job).Error; err != nil {
		return "", found(err, "adding a bulk job")
	}
	where, values := scope.bulkWhere()
	done := t.Exec(`INSERT INTO bulk_items (job_id, position, notification_id, state)
		SELECT ?, ROW_NUMBER() OVER (ORDER BY failed_at DESC, id DESC), id, 'waiting' FROM undelivered WHERE `+where,
		append([]any{job.ID}, values...)...)
	if done.Error != nil {
		return "", found(done.Error, "fixing the set of a bulk job")
	}
	if done.RowsAffected == 0 {
		return "", ErrNotFound
	}
	err := t.Model(&job).Where("id = ?", job.ID).Update("total", done.RowsAffected).Error
	if err != nil {
		return "", found(err, "counting a bulk job")
	}
	t.recordBulk(a, job, string(ask.Action))
	return job.ID, t.askBulk(job.ID)
}

func (t *tx) recordBulk(a Actor, job BulkJob, act string) {
	t.record(a, "bulk."+act, AuditEntry{ObjectKind: "bulk", ObjectID: job.ID, ObjectName: string(job.Action), After: job.Query, Reason: job.Outcome})
}
