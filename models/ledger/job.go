package ledger

import (
	"fmt"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ResendArgs is the job that hands one queued attempt over. It may run twice: the attempt's own state decides
// what is sent, never the job.
type ResendArgs struct {
	AttemptID string `json:"attempt_id"`
}

// Kind is River's name of the job.
func (ResendArgs) Kind() string { return "resend" }

// AskHandover puts the job of a queued attempt into the transaction of the change.
func AskHandover(t *db.Tx, a models.Attempt) error { return AskHandoverAs(t, a, models.PriorityAsked) }

func AskHandoverAs(t *db.Tx, a models.Attempt, priority int) error {
	opts := &river.InsertOpts{MaxAttempts: 5, Queue: models.QueueSend, Priority: priority}
	if a.DueAt != nil && a.DueAt.After(t.Now) {
		opts.ScheduledAt = *a.DueAt
	}
	if err := t.AskJob(ResendArgs{AttemptID: a.ID}, opts); err != nil {
		return fmt.Errorf("models: asking for a hand-over: %w", err)
	}
	return nil
}
