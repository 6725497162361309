package models

import (
	"fmt"
	"time"

	"github.com/riverqueue/river"
)

// ResendArgs is the job that hands one queued attempt over. It may run twice: the attempt's own state decides what is
// sent, never the job.
type ResendArgs struct {
	AttemptID string `json:"attempt_id"`
}

// Kind is River's name of the job.
func (ResendArgs) Kind() string { return "resend" }

// askHandover puts the job of a queued attempt into the transaction of the change.
func (t *tx) askHandover(a Attempt) error { return t.askHandoverAs(a, priorityAsked) }

func (t *tx) askHandoverAs(a Attempt, priority int) error {
	opts := &river.InsertOpts{MaxAttempts: 5, Queue: QueueSend, Priority: priority}
	if a.DueAt != nil && a.DueAt.After(t.now) {
		opts.ScheduledAt = *a.DueAt
	}
	if err := t.askJob(ResendArgs{AttemptID: a.ID}, opts); err != nil {
		return fmt.Errorf("models: asking for a hand-over: %w", err)
	}
	return nil
}

// backoff is the pause before the next try of a hand-over (semantics 4.2, A8), before the ± 20 %.
var backoff = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}
