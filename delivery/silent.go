package delivery

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// silentFor are the times after which a provider is asked about a hand-over of which it has told nothing
// final.
var silentFor = []time.Duration{time.Hour, 24 * time.Hour}

// askSilent asks the providers whose reports are easily lost what became of what they took.
func (s *Sweeper) askSilent(ctx context.Context) error {
	for _, p := range providers.All() {
		if p.State == nil {
			continue
		}
		for _, ago := range silentFor {
			silent, err := s.Store.Intake.SilentAttempts(ctx, p.Code, p.Settling, ago)
			if err != nil {
				return err
			}
			for _, h := range silent {
				s.askOne(ctx, p, h)
			}
		}
	}
	return nil
}

// askOne takes in what the provider says by the door of its reports. One that cannot be asked keeps no other
// waiting.
func (s *Sweeper) askOne(ctx context.Context, p wire.Provider, h models.Handover) {
	settings, err := s.Store.Connection.ConnectionSettings(h.Connection)
	if err == nil && p.Sends(settings) {
		var events []models.Event
		if events, err = p.State(ctx, s.Client, settings, h.Attempt.ProviderMessageID); err == nil {
			defaults(events, p)
			err = s.Store.Intake.Keep(ctx, h.Connection, events)
		}
	}
	if err != nil {
		s.Log.Warn("a provider could not be asked about a message", "connection", h.Connection.ID, "error",
			err)
	}
}
