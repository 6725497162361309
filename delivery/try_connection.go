package delivery

import (
	"context"
	"errors"
	"time"

	"undelivered/models"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// testLimit is how long a provider may take to answer a test.
const testLimit = 30 * time.Second

// Tried is what the test of a connection found.
type Tried struct {
	Missing   []wire.Field // settings without which nothing is sent
	Untested  bool         // the provider offers no way to try the settings
	Err       error        // why they do not work
	Receives  bool         // its reports can be verified
	CanSend   bool
	CanClear  bool
	FillsGaps bool // its own lists are asked after an outage
}

// TryConnection tries the settings of a connection without sending anything to a customer.
func TryConnection(ctx context.Context, store *store.Store, client *wire.Client,
	c models.Connection) (Tried, error) {
	p, known := providers.ByCode(c.Provider)
	if !known || !store.Knows(c.Provider) {
		return Tried{}, errors.New("the provider is not known")
	}
	settings, err := store.Connection.ConnectionSettings(c)
	if err != nil {
		return Tried{}, err
	}
	t := Able(p, settings)
	if p.Test == nil || len(t.Missing) > 0 {
		t.Untested = p.Test == nil
		return t, nil
	}
	ctx, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	t.Err = p.Test(ctx, client, settings)
	return t, nil
}

// Able is what can be done through a provider with the settings at hand, by their form alone.
func Able(p wire.Provider, settings wire.Settings) Tried {
	t := Tried{CanSend: p.Sends(settings), Receives: p.Read != nil && p.Ready(settings, wire.Receive)}
	if p.Send != nil {
		t.Missing = p.Missing(settings, wire.Sending)
	}
	t.CanClear = p.Suppressions != nil && t.CanSend && p.Ready(settings, wire.Clear)
	t.FillsGaps = p.Missed != nil && t.CanSend
	return t
}
