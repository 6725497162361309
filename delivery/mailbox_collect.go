package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"undelivered/models"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// CollectArgs is the job that collects the bounce mailboxes; one at a time of all instances.
type CollectArgs struct{}

// Kind is River's name of the job.
func (CollectArgs) Kind() string { return "collect" }

// Collector collects the bounce mailboxes of connections that name one.
type Collector struct {
	river.WorkerDefaults[CollectArgs]
	Store *store.Store
	Log   *slog.Logger
	Way   *wire.Outward // where mailboxes may be
}

// Timeout is that of one mailbox and some.
func (*Collector) Timeout(*river.Job[CollectArgs]) time.Duration { return collectLimit + time.Minute }

// Work collects each mailbox once. One that cannot be reached does not keep the others waiting.
func (w *Collector) Work(ctx context.Context, _ *river.Job[CollectArgs]) error {
	all, err := w.Store.Connection.MailConnections(ctx)
	if err != nil {
		return err
	}
	var problems faults
	var collecting errgroup.Group
	collecting.SetLimit(askAtOnce)
	for _, c := range all {
		settings, err := w.Store.Connection.ConnectionSettings(c)
		problems.add(err)
		if address := settings["bounce_mailbox"]; address != "" {
			collecting.Go(func() error {
				problems.add(w.collect(ctx, c, address))
				return nil
			})
		}
	}
	_ = collecting.Wait()
	return problems.err()
}

func (w *Collector) collect(ctx context.Context, c models.Connection, address string) error {
	bounces := Bounces{Store: w.Store, Log: w.Log}
	_, err := Mailbox{
		Address: address, Way: w.Way,
		Load: func(context.Context) (state MailboxState, err error) {
			if c.MailboxUID != "" {
				_, err = fmt.Sscanf(c.MailboxUID, "%d/%d", &state.Validity, &state.LastUID)
			}
			return state, err
		},
		Save: func(ctx context.Context, state MailboxState) error {
			c.MailboxUID = fmt.Sprintf("%d/%d", state.Validity, state.LastUID)
			return w.Store.Connection.SaveMailboxUID(ctx, c)
		},
		Keep: func(ctx context.Context, envelopeTo string, raw []byte) error {
			_, err := bounces.Keep(ctx, c, envelopeTo, raw)
			return err
		},
	}.Collect(ctx)
	if err != nil {
		return fmt.Errorf("connection %s: %w", c.ID, err)
	}
	return nil
}
