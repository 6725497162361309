package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"undelivered/models"
)

type importSuppressions struct {
	importFile
	Connection string `required:"" help:"ID of the connection whose list it is."`
}

var suppressionColumns = []string{"address", "kind", "reason", "since"}

var suppressionKinds = []string{"bounce", "complaint", "unsubscribe", "invalid", "manual"}

// Run brings the entries in through the door that providers use: each becomes an event about its address, and the
// same file twice changes nothing.
func (c *importSuppressions) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *models.Store) error {
		by := models.AtCommandLine(c.Account)
		connection, err := s.Connection(ctx, by, c.Connection)
		if err != nil {
			return err
		}
		var events []models.Event
		wrong := 0
		err = rows(c.File, suppressionColumns, func(l line) error {
			e, err := entry(l)
			if err != nil {
				wrong++
				fmt.Fprintf(term.err, "line %d: %v\n", l.number, err)
				return nil
			}
			if c.DryRun {
				fmt.Fprintf(term.out, "line %d: would list %s (%s)\n", l.number, e.Recipient, e.SuppressionKind)
			}
			events = append(events, e)
			return nil
		})
		if err != nil {
			return err
		}
		if !c.DryRun {
			if err := keepAll(ctx, s, connection, events); err != nil {
				return err
			}
		}
		fmt.Fprintf(term.out, "%d entries, %d wrong%s\n", len(events), wrong, map[bool]string{true: " (nothing was changed)"}[c.DryRun])
		if wrong > 0 {
			return fmt.Errorf("%d lines were not taken", wrong)
		}
		return nil
	})
}

// keepAll stores the events in slices and waits until they have had their effect.
func keepAll(ctx context.Context, s *models.Store, c models.Connection, events []models.Event) error {
	for part := range slices.Chunk(events, slice) {
		if err := s.Keep(ctx, c, part); err != nil {
			return err
		}
	}
	return s.Settled(ctx)
}

func entry(l line) (models.Event, error) {
	address, kind := l.fields["address"], l.fields["kind"]
	if kind == "" {
		kind = "bounce"
	}
	if !slices.Contains(suppressionKinds, kind) {
		return models.Event{}, fmt.Errorf("kind: %q is none of %s", kind, strings.Join(suppressionKinds, ", "))
	}
	channel := models.SMS
	if strings.Contains(address, "@") {
		channel = models.Email
	}
	if address == "" {
		return models.Event{}, errors.New("address: missing")
	}
	since, err := instant(l.fields["since"])
	if err != nil {
		return models.Event{}, fmt.Errorf("since: %w", err)
	}
	at := time.Now()
	if since != nil {
		at = *since
	}
	return models.Event{Type: models.AddressSuppressed, Channel: channel, Recipient: address, SuppressionKind: kind,
		Diagnostic: l.fields["reason"], OccurredAt: at, DedupeKey: "import:" + kind + ":" + strings.ToLower(address)}, nil
}
