package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// WatchArgs is the job that fills the times in which the program did not run.
type WatchArgs struct{}

// Kind is River's name of the job.
func (WatchArgs) Kind() string { return "watch" }

// watchEvery is how often gaps are looked for.
const watchEvery = time.Minute

// Watcher fills gaps from the providers' own lists (RULES.md, Gaps).
type Watcher struct {
	river.WorkerDefaults[WatchArgs]
	Store  *store.Store
	Client *wire.Client
	Log    *slog.Logger
}

// Timeout leaves room for long lists.
func (w *Watcher) Timeout(*river.Job[WatchArgs]) time.Duration { return 10 * time.Minute }

// Work looks at the gaps that are due.
func (w *Watcher) Work(ctx context.Context, _ *river.Job[WatchArgs]) error {
	gaps, err := w.Store.Connection.GapsDue(ctx)
	if err != nil {
		return err
	}
	var problems faults
	var filling errgroup.Group
	filling.SetLimit(askAtOnce)
	for _, g := range gaps {
		filling.Go(func() error {
			if err := w.fill(ctx, g); err != nil {
				problems.add(fmt.Errorf("gap %s: %w", g.ID, err))
			}
			return nil
		})
	}
	_ = filling.Wait()
	return problems.err()
}

// Why a gap can only be shown.
const (
	noLists    = "the provider has no lists to ask"
	noSettings = "the settings do not suffice to ask the provider"
)

// collected says whether the reports of a connection are fetched by us: what came while we did not run is
// still there.
func collected(s wire.Settings) bool { return s["bounce_mailbox"] != "" }

func (w *Watcher) fill(ctx context.Context, g connection.Gap) error {
	c, err := w.Store.Connection.GapConnection(ctx, g)
	if errors.Is(err, models.ErrNotFound) {
		return w.Store.Connection.GapHarmless(ctx, g) // removed since
	}
	if err != nil {
		return err
	}
	p, known := providers.ByCode(c.Provider)
	settings, err := w.Store.Connection.ConnectionSettings(c)
	switch {
	case err != nil:
		return err
	case known && (g.ToAt.Sub(g.FromAt) <= p.RetriesFor || collected(settings)):
		return w.Store.Connection.GapHarmless(ctx, g)
	case !known || p.Missed == nil:
		return w.Store.Connection.GapOpen(ctx, g, noLists)
	case !p.Ready(settings, wire.Sending):
		return w.Store.Connection.GapOpen(ctx, g, noSettings)
	}
	n, problem := w.fetch(ctx, p, c, settings, g)
	if problem != nil {
		w.Log.Warn("a gap could not be filled", "connection", c.ID, "error", problem)
	}
	return w.Store.Connection.GapFilled(ctx, g, n, problem)
}

// margin is how much more than the gap is asked for: clocks differ, and what came just before may have been
// lost.
const margin = 5 * time.Minute

// keepAtOnce is how many events go into one transaction.
const keepAtOnce = 500

// fetch asks the provider's lists and takes what they give in by the same door as its reports; keys and
// states make what is there already harmless.
func (w *Watcher) fetch(ctx context.Context, p wire.Provider, c models.Connection, settings wire.Settings,
	g connection.Gap) (int, error) {
	events, err := p.Missed(ctx, w.Client, settings, g.FromAt.Add(-margin), g.ToAt.Add(margin))
	if err != nil {
		return 0, err
	}
	defaults(events, p)
	for rest := events; len(rest) > 0; {
		n := min(len(rest), keepAtOnce)
		if err := w.Store.Intake.Keep(ctx, c, rest[:n]); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(events), nil
}

// failures are the times since when a connection's events could not be stored. They are kept in memory,
// because what fails is the database; they are written when something can be stored again.
type failures struct {
	mu    sync.Mutex
	since map[string]failure
}

type failure struct {
	connection models.Connection
	from       time.Time
}

func (f *failures) note(c models.Connection, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.since == nil {
		f.since = map[string]failure{}
	}
	if _, noted := f.since[c.ID]; !noted && c.ID != "" {
		f.since[c.ID] = failure{c, at}
	}
}

// take returns what was noted and forgets it.
func (f *failures) take() map[string]failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.since
	f.since = nil
	return taken
}

// recovered writes the gaps of the time in which nothing could be stored.
func (r *Receiver) recovered(ctx context.Context) {
	for _, f := range r.failures.take() {
		if err := r.Store.Connection.Missed(ctx, f.connection, f.from, r.Store.Now()); err != nil {
			r.Log.Warn("a gap could not be noted", "connection", f.connection.ID, "error", err)
			r.failures.note(f.connection, f.from)
		}
	}
}
