package delivery

import (
	"context"
	"errors"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// lookLimit is how long a person waits for a provider's list.
const lookLimit = 3 * time.Second

// ErrNotAsked says that a provider's list cannot be looked into: it has no interface for it, or we no key.
var ErrNotAsked = errors.New("the provider's list cannot be asked about one address")

// StillListed asks a provider whether its list has an entry now. Nothing is changed by it.
func StillListed(ctx context.Context, store *store.Store, client *wire.Client, c models.Connection,
	entry models.Suppression) (bool, error) {
	p, known := providers.ByCode(c.Provider)
	if !known || p.Suppressions == nil || p.Suppressions.Find == nil || !c.Sends || c.RemovedAt != nil {
		return false, ErrNotAsked
	}
	settings, err := store.Connection.ConnectionSettings(c)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	entries, err := p.Suppressions.Find(ctx, client, settings, entry.Address)
	for _, e := range entries {
		if e.Kind == entry.Kind && strings.EqualFold(e.Address, entry.Address) {
			return true, err
		}
	}
	return false, err
}
