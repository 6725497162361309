package consent

import (
	"fmt"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ClearArgs is the job that carries one approved clear request to its provider. It may run twice: the
// request's own state decides what is done, never the job.
type ClearArgs struct {
	RequestID string `json:"request_id"`
}

// Kind is River's name of the job.
func (ClearArgs) Kind() string { return "clear" }

// askClearing puts the job of an approved request into the transaction of the change.
func askClearing(t *db.Tx, r ClearRequest) error {
	opts := &river.InsertOpts{MaxAttempts: 3, Queue: models.QueueClear}
	if r.DueAt != nil && r.DueAt.After(t.Now) {
		opts.ScheduledAt = *r.DueAt
	}
	if err := t.AskJob(ClearArgs{RequestID: r.ID}, opts); err != nil {
		return fmt.Errorf("models: asking for a clearing: %w", err)
	}
	return nil
}

// ReconcileArgs is the job that compares our list of a connection with its provider's.
type ReconcileArgs struct {
	ConnectionID string `json:"connection_id"` // empty: all connections of all accounts
}

// Kind is River's name of the job.
func (ReconcileArgs) Kind() string { return "reconcile" }
