package delivery

import (
	"context"
	"errors"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// Replay gives an event another chance, for support: one that could not be read is read anew by the reader of
// today, one that could not be applied is applied again. It returns why it still cannot be read; empty: it
// can.
func (r *Receiver) Replay(ctx context.Context, a models.Actor, eventID string) (why string, err error) {
	e, c, err := r.Store.Intake.LookedAt(ctx, a, eventID)
	if err != nil {
		return "", err
	}
	if e.Type != models.Unrecognised {
		return "", r.Store.Intake.Replay(ctx, a, eventID)
	}
	events, err := r.reread(e, c)
	switch {
	case errors.Is(err, wire.ErrUnreadable):
		return strings.TrimPrefix(err.Error(), wire.ErrUnreadable.Error()+": "), nil
	case err != nil:
		return "", err
	}
	if len(events) == 1 && events[0].State == models.EventParked {
		return events[0].Error, nil
	}
	if e.State == models.EventIgnored && !slices.ContainsFunc(events, known) {
		return "its kind is not known", nil
	}
	return "", r.Store.Intake.Reread(ctx, a, e, c, events)
}

func known(e models.Event) bool { return e.Type != models.Unrecognised }

// reread reads what was kept, which was proven when it came.
func (r *Receiver) reread(e models.Event, c models.Connection) ([]models.Event, error) {
	settings, err := r.Store.Connection.ConnectionSettings(c)
	if err != nil {
		return nil, err
	}
	p, listed := providers.ByCode(c.Provider)
	if !listed || p.Reread == nil {
		reading, err := readMail(e.Raw, "", settings)
		return mailed(reading.Events), err
	}
	request := wire.Again(e.Raw)
	request.ReceivedAt, request.Settings, request.EventID = e.ReceivedAt, settings, e.ProviderEventID
	reading, err := p.Reread(request)
	events := append(reading.Events, wishes(reading.Inbound)...)
	defaults(events, p)
	return events, err
}
