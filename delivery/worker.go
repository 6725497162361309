package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// Jobs is what the workers need.
type Jobs struct {
	Store   *store.Store
	Client  *wire.Client
	BaseURL string
	Log     *slog.Logger
	Post    *Mailer                                   // of alerts; nil: none are sent
	Words   func(report.Alert) (subject, text string) // of alerts
	// Answers are the words about what came of a clear request.
	Answers func(consent.RequestOutcomeMail) (subject, text string)
	// TXT asks the directory about sending domains; nil: nobody is asked.
	TXT TXT
	// Directory is asked about corrected domains; zero: it is not.
	Directory Directory
	// Pause is how long a worker waits before it looks for new jobs; 0 means half a second.
	Pause time.Duration
}

// Workers are all jobs of the house with their settings, not started yet.
func (c Jobs) Workers() (store.Workers, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers,
		&Resender{Store: c.Store, Client: c.Client, BaseURL: c.BaseURL, Log: c.Log, shares: newShares()})
	river.AddWorker(workers, &Clearer{Store: c.Store, Client: c.Client, Log: c.Log})
	river.AddWorker(workers, &Bulker{Store: c.Store})
	river.AddWorker(workers, &Reconciler{Store: c.Store, Client: c.Client, Log: c.Log})
	river.AddWorker(workers, &Sweeper{Store: c.Store, Client: c.Client, BaseURL: c.BaseURL, Log: c.Log})
	river.AddWorker(workers, &Collector{Store: c.Store, Log: c.Log, Way: c.Client.Way()})
	river.AddWorker(workers, &Watcher{Store: c.Store, Client: c.Client, Log: c.Log})
	river.AddWorker(workers, &Caller{Store: c.Store, Log: c.Log, Way: c.Client.Way()})
	river.AddWorker(workers, &Alerter{Store: c.Store, Post: c.Post, Words: c.Words, Log: c.Log})
	river.AddWorker(workers, &Answerer{Store: c.Store, Post: c.Post, Words: c.Answers, Log: c.Log})
	river.AddWorker(workers, &DomainWatcher{Store: c.Store, TXT: c.TXT, Directory: c.Directory})
	pause := c.Pause
	if pause == 0 {
		pause = 500 * time.Millisecond
	}
	return c.Store.Workers(&river.Config{
		Workers: workers, Logger: slog.New(quiet{c.Log.Handler()}),
		Queues:               queues(pause),
		FetchPollInterval:    pause,
		JobTimeout:           time.Minute,
		RescueStuckJobsAfter: 5 * time.Minute,
		PeriodicJobs:         periodic(),
	})
}

// queues are the places of each kind of job. Where a person waits for what comes of it, jobs are looked for
// more often.
func queues(pause time.Duration) map[string]river.QueueConfig {
	seldom := 2 * pause
	return map[string]river.QueueConfig{
		river.QueueDefault: {MaxWorkers: 4},
		models.QueueSend:   {MaxWorkers: sendPlaces},
		models.QueueSets:   {MaxWorkers: 4},
		models.QueueClear:  {MaxWorkers: 8},
		models.QueueFetch:  {MaxWorkers: 6, FetchPollInterval: seldom},
		models.QueueCall:   {MaxWorkers: 2, FetchPollInterval: seldom},
		models.QueuePost:   {MaxWorkers: 4, FetchPollInterval: seldom},
	}
}

// alone: one that still waits or runs is enough.
var alone = river.UniqueOpts{
	ByArgs: true,
	ByState: []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending,
		rivertype.JobStateRunning, rivertype.JobStateScheduled, rivertype.JobStateRetryable},
}

// periodic are the jobs that come round by themselves.
func periodic() []*river.PeriodicJob {
	every := func(pause time.Duration, queue string, args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(pause), func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{MaxAttempts: 1, Queue: queue, UniqueOpts: alone}
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	nightly := river.NewPeriodicJob(atNight{}, func() (river.JobArgs, *river.InsertOpts) {
		return consent.ReconcileArgs{}, &river.InsertOpts{MaxAttempts: 1, Queue: models.QueueClear}
	}, nil)
	return []*river.PeriodicJob{nightly,
		every(collectEvery, models.QueueFetch, CollectArgs{}),
		every(15*time.Second, river.QueueDefault, SweepArgs{What: sweepOften}),
		every(time.Hour, river.QueueDefault, SweepArgs{What: sweepHourly}),
		every(15*time.Second, models.QueueFetch, SweepArgs{What: askOften}),
		every(time.Hour, models.QueueFetch, SweepArgs{What: askHourly}),
		every(watchEvery, models.QueueFetch, WatchArgs{}),
		every(domainsEvery, models.QueueFetch, DomainArgs{}),
		every(callEvery, models.QueueCall, CallArgs{}),
		every(time.Hour, models.QueuePost, AlertArgs{})}
}

// eachAccount does a round over all accounts, as the product itself; one that fails does not keep the others
// waiting.
func eachAccount(ctx context.Context, s *store.Store, do func(models.Actor) error) error {
	accounts, err := s.People.Accounts(ctx)
	if err != nil {
		return err
	}
	var problems []error
	for _, account := range accounts {
		problems = append(problems, do(models.Itself(account.ID)))
	}
	return errors.Join(problems...)
}

// atNight is a quarter past three, UTC: when providers have time, and few people work.
type atNight struct{}

// Next is the coming night.
func (atNight) Next(now time.Time) time.Time {
	now = now.UTC()
	next := time.Date(now.Year(), now.Month(), now.Day(), 3, 15, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}
