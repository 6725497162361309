package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/store"
)

type importSuppressions struct {
	importFile
	Connection string `required:"" help:"ID of the connection whose list it is."`
}

var suppressionColumns = []string{"address", "kind", "reason", "since"}

var suppressionKinds = []string{"bounce", "complaint", "unsubscribe", "invalid", "manual"}

// Run adds the entries, each with the provider's own date, however old; the same file twice changes nothing.
func (c *importSuppressions) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		by := models.AtCommandLine(c.Account)
		connection, err := s.Connection.Connection(ctx, by, c.Connection)
		if err != nil {
			return err
		}
		entries, wrong, err := c.read(term)
		if err != nil {
			return err
		}
		if !c.DryRun {
			if _, err := s.Consent.ImportSuppressions(ctx, by, connection, entries); err != nil {
				return err
			}
		}
		fmt.Fprintf(term.out, "%d entries, %d wrong%s\n", len(entries), wrong,
			map[bool]string{true: " (nothing was changed)"}[c.DryRun])
		if wrong > 0 {
			return fmt.Errorf("%d lines were not taken", wrong)
		}
		return nil
	})
}

func (c *importSuppressions) read(term terminal) (entries []consent.ListedEntry, wrong int, err error) {
	err = rows(c.File, suppressionColumns, func(l line) error {
		e, err := entry(l)
		if err != nil {
			wrong++
			fmt.Fprintf(term.err, "line %d: %v\n", l.number, err)
			return nil
		}
		if c.DryRun {
			fmt.Fprintf(term.out, "line %d: would list %s (%s)\n", l.number, e.Address, e.Kind)
		}
		entries = append(entries, e)
		return nil
	})
	return entries, wrong, err
}

func entry(l line) (consent.ListedEntry, error) {
	e := consent.ListedEntry{Address: l.fields["address"], Kind: l.fields["kind"], Reason: l.fields["reason"]}
	if e.Kind == "" {
		e.Kind = "bounce"
	}
	if !slices.Contains(suppressionKinds, e.Kind) {
		return e, fmt.Errorf("kind: %q is none of %s", e.Kind, strings.Join(suppressionKinds, ", "))
	}
	if e.Address == "" {
		return e, errors.New("address: missing")
	}
	since, err := instant(l.fields["since"])
	if err != nil {
		return e, fmt.Errorf("since: %w", err)
	}
	if since != nil && !since.After(time.Now()) {
		e.Since = *since
	}
	return e, nil
}
