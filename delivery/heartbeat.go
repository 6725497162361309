package delivery

import (
	"context"
	"log/slog"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/store"
)

// Heartbeat says every few seconds that the program runs, so that the times in which it did not are known
// (RULES.md, Gaps). It does not go through the jobs, because a job that waits its turn is no sign that
// nothing was taken in.
type Heartbeat struct {
	Store *store.Store
	Log   *slog.Logger
}

// Run beats until the context ends, and says then that the program stops. The store has been woken before.
func (h Heartbeat) Run(ctx context.Context) {
	tick, life := time.NewTicker(connection.BeatEvery), time.NewTicker(models.InstanceBeat)
	defer tick.Stop()
	defer life.Stop()
	for alive := true; alive; {
		select {
		case <-ctx.Done():
			alive = false
		case <-life.C:
			if err := h.Store.Live(ctx); err != nil && ctx.Err() == nil {
				h.Log.Warn("the sign of life could not be kept", "error", err)
			}
		case <-tick.C:
			if err := h.Store.Connection.Heartbeat(ctx); err != nil && ctx.Err() == nil {
				h.Log.Warn("the heartbeat could not be kept", "error", err)
			}
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), connection.BeatEvery)
	defer cancel()
	if err := h.Store.Connection.Stopped(last); err != nil {
		h.Log.Warn("the last heartbeat could not be kept", "error", err)
	}
}
