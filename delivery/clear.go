package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// Clearer carries approved clear requests to their providers.
type Clearer struct {
	river.WorkerDefaults[consent.ClearArgs]
	Store  *store.Store
	Client *wire.Client
	Log    *slog.Logger
}

// Work asks the provider once, reads its list back, and records what came of it. It may run twice: removing
// is harmless to repeat.
func (w *Clearer) Work(ctx context.Context, job *river.Job[consent.ClearArgs]) error {
	c, err := w.Store.Consent.TakeClearing(ctx, job.Args.RequestID)
	if errors.Is(err, models.ErrNotYours) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("taking a clear request: %w", err)
	}
	answer := w.clear(ctx, c)
	kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if _, err := w.Store.Consent.FinishClearing(kept, c, answer); err != nil &&
		!errors.Is(err, models.ErrNotYours) {
		// Not the job's to repeat: the lease runs out, and the request is taken up again.
		w.Log.Error("the result of a clearing could not be recorded", "request", c.Request.ID, "error", err)
	}
	return nil
}

func (w *Clearer) clear(ctx context.Context, c consent.Clearing) consent.ClearAnswer {
	p, known := providers.ByCode(c.Connection.Provider)
	if !known || !w.Store.Knows(p.Code) || p.Suppressions == nil || p.Suppressions.Delete == nil ||
		c.Suppression.ByHand ||
		c.Connection.RemovedAt != nil ||
		!c.Connection.Sends {
		return consent.ClearAnswer{Result: string(wire.ClearByHand)}
	}
	if who := p.Manual[c.Suppression.Kind]; who != "" {
		return consent.ClearAnswer{Result: string(wire.ClearByHand), Text: who}
	}
	settings, err := w.Store.Connection.ConnectionSettings(c.Connection)
	if err != nil {
		return consent.ClearAnswer{Result: string(wire.ClearLater), Text: err.Error()}
	}
	limited, cancel := context.WithTimeout(ctx, handoverLimit)
	defer cancel()
	said := p.Suppressions.Delete(limited, w.Client, settings, c.Suppression.Address, c.Suppression.Kind)
	answer := consent.ClearAnswer{Result: string(said.Result), Text: said.Text, After: said.After}
	if said.Err != nil {
		answer.Text = said.Err.Error()
	}
	if said.Result != wire.ClearDone && said.Result != wire.ClearNotListed || p.Suppressions.Find == nil {
		return answer
	}
	return w.readBack(limited, p, settings, c, answer)
}

// readBack looks whether the entry is gone: what a provider answers is no proof.
func (w *Clearer) readBack(ctx context.Context, p wire.Provider, s wire.Settings, c consent.Clearing,
	answer consent.ClearAnswer) consent.ClearAnswer {
	entries, err := p.Suppressions.Find(ctx, w.Client, s, c.Suppression.Address)
	if err != nil {
		return consent.ClearAnswer{
			Result: string(wire.ClearLater),
			Text:   "the list could not be read back: " + err.Error(),
		}
	}
	answer.ReadBack = true
	for _, entry := range entries {
		answer.StillListed = answer.StillListed ||
			entry.Kind == c.Suppression.Kind && strings.EqualFold(entry.Address, c.Suppression.Address)
	}
	return answer
}
