package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/consent"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// Reconciler compares our lists with the providers' own, every night and when a person asks.
type Reconciler struct {
	river.WorkerDefaults[consent.ReconcileArgs]
	Store  *store.Store
	Client *wire.Client
	Log    *slog.Logger
}

// reconcileLimit is the longest that one round may take: a list may have many pages.
const reconcileLimit = 30 * time.Minute

// Timeout leaves time for long lists.
func (r *Reconciler) Timeout(*river.Job[consent.ReconcileArgs]) time.Duration { return reconcileLimit }

// Work reads the list of one connection, or of all; one that cannot be read does not keep the others from
// being read.
func (r *Reconciler) Work(ctx context.Context, job *river.Job[consent.ReconcileArgs]) error {
	return eachAccount(ctx, r.Store,
		func(a models.Actor) error { return r.reconcileAll(ctx, a, job.Args.ConnectionID) })
}

// reconcileAll reads the lists of an account's connections, or of only one.
func (r *Reconciler) reconcileAll(ctx context.Context, a models.Actor, only string) error {
	connections, err := r.Store.Connection.Connections(ctx, a)
	if err != nil {
		return fmt.Errorf("connections: %w", err)
	}
	var failed []error
	for _, c := range connections {
		if only != "" && only != c.ID || !r.Store.Knows(c.Provider) {
			continue
		}
		if _, err := r.Reconcile(ctx, a, c); err != nil {
			r.Log.Warn("a provider's list could not be read", "connection", c.ID, "error", err)
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// Reconcile compares the list of one connection with ours; a provider without a list that can be read has no
// differences.
func (r *Reconciler) Reconcile(ctx context.Context, by models.Actor,
	c models.Connection) (consent.Differences, error) {
	p, known := providers.ByCode(c.Provider)
	if !known || p.Suppressions == nil || p.Suppressions.List == nil || !c.Sends {
		return consent.Differences{}, nil
	}
	settings, err := r.Store.Connection.ConnectionSettings(c)
	if err != nil {
		return consent.Differences{}, err
	}
	begun := r.Store.Now()
	var entries []consent.ListedEntry
	err = p.Suppressions.List(ctx, r.Client, settings, func(e wire.Entry) error {
		entries = append(entries, consent.ListedEntry{
			Address: e.Address,
			Kind:    e.Kind,
			Reason:  e.Reason,
			Since:   e.Since,
			ByHand:  e.ByHand,
		})
		return nil
	})
	if err != nil {
		return consent.Differences{}, errors.Join(fmt.Errorf("reading the list of %s: %w", c.Provider, err),
			r.Store.Consent.CompareFailed(context.WithoutCancel(ctx), by, c, whyUnread(err)))
	}
	return r.Store.Consent.Reconcile(ctx, by, c, begun, entries)
}

// whyUnread tells a provider that refuses our key from one that says something else, and from one that is out
// of reach.
func whyUnread(err error) string {
	var answer wire.AnswerError
	switch {
	case !errors.As(err, &answer):
		return connection.CompareNoAnswer
	case answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden:
		return connection.CompareKeyRefused
	}
	return answer.Error()
}
