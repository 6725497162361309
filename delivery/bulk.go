package delivery

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models/resend"
	"undelivered/models/store"
)

// bulkTurn is how long one turn of a job works on a set; then it makes room for others.
const bulkTurn = 30 * time.Second

// Bulker works off what people confirmed for many at once.
type Bulker struct {
	river.WorkerDefaults[resend.BulkArgs]
	Store *store.Store
}

// Work does slice after slice until the set is done, or its turn is over.
func (w *Bulker) Work(ctx context.Context, job *river.Job[resend.BulkArgs]) error {
	for until := time.Now().Add(bulkTurn); time.Now().Before(until); {
		more, err := w.Store.Resend.WorkBulk(ctx, job.Args.JobID)
		if err != nil {
			return fmt.Errorf("working off a set: %w", err)
		}
		if !more {
			return nil
		}
	}
	return river.JobSnooze(time.Second)
}
