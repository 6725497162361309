package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"undelivered/models"
	"undelivered/models/resend"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// SweepArgs is the job that looks after what time alone changes.
type SweepArgs struct {
	What string `json:"what"`
}

// What a sweep looks after.
const (
	sweepOften  = "often"      // leases, lost jobs
	sweepHourly = "hourly"     // settling, old bodies, expired sessions
	askOften    = "ask-often"  // providers' logs about unknown hand-overs
	askHourly   = "ask-hourly" // providers that have fallen silent
)

// Kind is River's name of the job.
func (SweepArgs) Kind() string { return "sweep" }

// Sweeper does the sweeps.
type Sweeper struct {
	river.WorkerDefaults[SweepArgs]
	Store   *store.Store
	Client  *wire.Client
	BaseURL string
	Log     *slog.Logger
}

// Work does one round; a part that fails does not keep the others from running.
func (s *Sweeper) Work(ctx context.Context, job *river.Job[SweepArgs]) error {
	switch job.Args.What {
	case sweepHourly:
		return errors.Join(until(ctx, s.Store.Resend.SettleDue), s.Store.DeleteExpired(ctx),
			s.Store.Intake.DropTokens(ctx), s.Store.Connection.WarnOfBackscatter(ctx))
	case askOften:
		return s.lookUp(ctx)
	case askHourly:
		return s.askSilent(ctx)
	}
	return errors.Join(
		until(ctx,
			func(ctx context.Context) (int, error) { return s.Store.Resend.ExpireLeases(ctx, HabitsOf) }),
		until(ctx, s.Store.Resend.RequeueLost),
		s.Store.Resend.TakeUpSets(ctx),
		until(ctx, s.Store.Consent.SweepRequests),
		s.Store.Resend.RematchUnmatched(ctx),
	)
}

// until repeats a sweep until it finds nothing more to do.
func until(ctx context.Context, sweep func(context.Context) (int, error)) error {
	for {
		if n, err := sweep(ctx); n == 0 || err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// lookUp asks the providers' logs about hand-overs of which nobody knows (RULES.md, Attempts).
func (s *Sweeper) lookUp(ctx context.Context) error {
	open, err := s.Store.Resend.UnknownDue(ctx)
	if err != nil {
		return err
	}
	by := map[string][]models.Handover{}
	for _, h := range open {
		by[h.Connection.ID] = append(by[h.Connection.ID], h)
	}
	// one that can't be answered does not keep the others from an answer, nor one that is slow
	var failed faults
	var asking errgroup.Group
	asking.SetLimit(askAtOnce)
	for _, of := range by {
		asking.Go(func() error {
			failed.add(s.lookUpAt(ctx, of))
			return nil
		})
	}
	_ = asking.Wait()
	return failed.err()
}

// How many providers are asked at once, and how long one may take for all that it is asked in a round.
const (
	askAtOnce  = 8
	askPatient = 20 * time.Second
)

// lookUpAt asks the log of one connection's provider; what it does not come to is asked again in the next
// round.
func (s *Sweeper) lookUpAt(ctx context.Context, open []models.Handover) error {
	patience, cancel := context.WithTimeout(ctx, askPatient)
	defer cancel()
	var failed []error
	for _, h := range open {
		p, _ := providers.ByCode(h.Connection.Provider)
		failed = append(failed, s.Store.Resend.AnswerUnknown(ctx, h, s.ask(patience, p, h), habitsOf(p)))
		if patience.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

// ask is what the provider's log says of one hand-over: nothing, when it has none or does not answer.
func (s *Sweeper) ask(ctx context.Context, p wire.Provider, h models.Handover) resend.LookupResult {
	settings, err := s.Store.Connection.ConnectionSettings(h.Connection)
	if err != nil || p.Find == nil || h.Attempt.SendingAt == nil {
		return resend.LookupResult{}
	}
	m := wire.Message{
		AttemptID:  h.Attempt.ID,
		Channel:    h.Attempt.Channel,
		To:         h.Attempt.Recipient,
		Text:       h.Content.Text,
		SentAround: *h.Attempt.SendingAt,
		SentUntil:  h.Attempt.OwnAt,
	}
	found, err := p.Find(ctx, s.Client, settings, m)
	if err != nil {
		s.Log.Warn("a provider's log could not be asked", "connection", h.Connection.ID, "error", err)
	}
	return resend.LookupResult{
		Known:             found.Known,
		Complete:          found.Complete && err == nil,
		ProviderMessageID: found.ProviderMessageID,
	}
}
