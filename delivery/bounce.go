package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"

	"undelivered/models"
	"undelivered/models/store"
	"undelivered/providers/dsn"
	"undelivered/providers/ses"
	"undelivered/providers/wire"
)

// Bounces keeps mails that come back, whichever door they come by.
type Bounces struct {
	Store *store.Store
	Log   *slog.Logger
}

// Accepts says whether an address is one of our bounce addresses with the right mac, or a connection's own.
func (b Bounces) Accepts(ctx context.Context, address string) (bool, error) {
	c, err := b.connection(ctx, address)
	return c.ID != "", err
}

// Receive keeps one mail for one of our addresses. Only when it returns nil is the mail ours.
func (b Bounces) Receive(ctx context.Context, address string, raw []byte) error {
	c, err := b.connection(ctx, address)
	if err != nil {
		return err
	}
	if c.ID == "" {
		return models.ErrNotFound
	}
	_, err = b.Keep(ctx, c, address, raw)
	return err
}

// Keep reads one mail and stores what it says; a mail that nothing can be made of is kept for support.
func (b Bounces) Keep(ctx context.Context, c models.Connection, envelopeTo string, raw []byte) (int, error) {
	settings, err := b.Store.Connection.ConnectionSettings(c)
	if err != nil {
		return 0, err
	}
	reading, err := readMail(raw, envelopeTo, settings)
	if err != nil || len(reading.Events) == 0 {
		reading.Events = []models.Event{strange(envelopeTo, raw, err)}
	}
	reading.Events = mailed(reading.Events)
	if err := b.Store.Intake.Keep(ctx, c, reading.Events); err != nil {
		return 0, fmt.Errorf("keeping a bounce mail: %w", err)
	}
	if reading.Alert != "" {
		if err := b.Store.Connection.AlertConnection(ctx, c, reading.Alert); err != nil {
			b.Log.Warn("an alert could not be kept", "connection", c.ID, "error", err)
		}
	}
	return len(reading.Events), nil
}

// readMail reads a mail that came back. Amazon sends its reports by mail too, where it is asked to: as JSON.
func readMail(raw []byte, envelopeTo string, settings wire.Settings) (wire.Reading, error) {
	reading, err := dsn.ReadMail(raw, envelopeTo, settings)
	if err != nil || len(reading.Events) > 0 {
		return reading, err
	}
	if message, ok := dsn.JSON(raw); ok {
		return ses.Provider.Reread(wire.Again(message))
	}
	return reading, nil
}

// mailed marks what came by mail. Anybody could have written it: only when it names a message of ours, which
// nobody else can, does it count against an address.
func mailed(events []models.Event) []models.Event {
	for i := range events {
		events[i].Channel, events[i].Unproven = models.Email, true
	}
	return events
}

// strange is a mail that is no bounce, no complaint and no automatic answer. It is kept with the address that
// it came to, so that it can be read anew.
func strange(envelopeTo string, raw []byte, cause error) models.Event {
	sum := sha256.Sum256(raw)
	if envelopeTo != "" {
		raw = append([]byte("X-Original-To: "+envelopeTo+"\r\n"), raw...)
	}
	e := models.Event{
		Type:      models.Unrecognised,
		DedupeKey: "mail:" + hex.EncodeToString(sum[:]),
		Raw:       raw,
		State:     models.EventIgnored,
	}
	if cause != nil {
		e.State, e.Error = models.EventParked, cause.Error()
	}
	return e
}

// connection finds the mail connection that a bounce address belongs to; the zero Connection: none.
func (b Bounces) connection(ctx context.Context, address string) (models.Connection, error) {
	if attempt := wire.NamedAttempt(address); attempt != "" {
		c, err := b.Store.Connection.ConnectionOfAttempt(ctx, attempt)
		if err != nil || c.ID == "" {
			return c, err
		}
		settings, err := b.Store.Connection.ConnectionSettings(c)
		if err != nil {
			return models.Connection{}, err
		}
		if proven, ok := wire.BouncedAttempt(settings, address); ok && proven == attempt {
			return c, nil
		}
		return models.Connection{}, nil
	}
	return b.Store.Connection.BounceConnection(ctx, address)
}
