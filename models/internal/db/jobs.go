package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
)

// Workers is a running set of workers, on either database.
type Workers = *river.Client[*sql.Tx]

// jobs is River on the database at hand.
type jobs struct {
	driver riverdriver.Driver[*sql.Tx]
	client *river.Client[*sql.Tx] // asks for jobs, carries out none
}

// openJobs opens River, and brings its own tables up to date first.
func openJobs(ctx context.Context, driver riverdriver.Driver[*sql.Tx]) (jobs, error) {
	steps, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return jobs{}, fmt.Errorf("models: job tables: %w", err)
	}
	if _, err := steps.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return jobs{}, fmt.Errorf("models: job tables: %w", err)
	}
	return newJobs(driver)
}

func newJobs(driver riverdriver.Driver[*sql.Tx]) (jobs, error) {
	client, err := river.NewClient(driver, &river.Config{})
	if err != nil {
		return jobs{}, fmt.Errorf("models: jobs: %w", err)
	}
	return jobs{driver, client}, nil
}

// Workers returns the workers of config, not started yet.
func (s *DB) Workers(config *river.Config) (Workers, error) {
	config.ID, config.PollOnly = s.instance, s.pooled
	return river.NewClient(s.jobs.driver, config)
}

// AskJob puts a job into the transaction of the change that asks for it.
func (t *Tx) AskJob(args river.JobArgs, opts *river.InsertOpts) error {
	if _, inside := t.Statement.ConnPool.(*sql.Tx); !inside {
		return errors.New("models: jobs: not inside a transaction")
	}
	t.askedJobs = append(t.askedJobs, river.InsertManyParams{Args: args, InsertOpts: opts})
	return nil
}

// writeJobs writes the jobs that were asked for, all at once.
func (t *Tx) writeJobs() error {
	if len(t.askedJobs) == 0 {
		return nil
	}
	plain, inside := t.Statement.ConnPool.(*sql.Tx)
	if !inside {
		return errors.New("models: jobs: not inside a transaction")
	}
	_, err := t.Database.jobs.client.InsertManyFastTx(t.ctx, plain, t.askedJobs)
	t.askedJobs = nil
	return Wrap(err, "asking for jobs")
}
