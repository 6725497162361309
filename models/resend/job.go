package resend

import (
	"fmt"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// BulkArgs is the job that works off many at once, or takes them back. It may run twice: each item's own
// state decides what is done, never the job.
type BulkArgs struct {
	JobID string `json:"job_id"`
}

// Kind is River's name of the job.
func (BulkArgs) Kind() string { return "bulk" }

// setTries is how often the work on a set is taken up after an error before the sweep takes it up again.
const setTries = 10

// askBulk puts the work on a set into the transaction of the change.
func askBulk(t *db.Tx, id string) error {
	if err := t.AskJob(BulkArgs{JobID: id}, &river.InsertOpts{MaxAttempts: setTries,
		Queue: models.QueueSets}); err != nil {
		return fmt.Errorf("models: asking for the work on a set: %w", err)
	}
	return nil
}
