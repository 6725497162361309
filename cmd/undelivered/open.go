package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/store"
	"undelivered/providers/wire"
	"undelivered/views"
)

// with opens the store for a command, and closes it after.
func (d *database) with(ctx context.Context, term terminal, do func(s *store.Store) error) error {
	o, err := d.options(term)
	if err != nil {
		return err
	}
	if d.DatabaseURL == "" {
		if err := d.folder(); err != nil {
			return err
		}
	}
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// sentences are what the catalogue says about wrong fields, one after the other.
func sentences(invalid models.Invalid) string {
	var all []string
	for _, field := range slices.Sorted(maps.Keys(invalid)) {
		var pairs []any
		for name, value := range invalid[field].Values {
			pairs = append(pairs, name, value)
		}
		all = append(all, field+": "+views.T(context.Background(), invalid[field].Key, pairs...))
	}
	return strings.Join(all, "; ")
}

// printJSON writes one line of JSON.
func (t terminal) printJSON(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err = fmt.Fprintln(t.out, string(line))
	return err
}

// base is the public address, without a slash at its end.
func baseURL(base, addr string) string {
	if base != "" {
		return strings.TrimRight(base, "/")
	}
	return "http://" + addr
}

// hookURL is the address that a provider is told.
func hookURL(base, provider, token string) string { return base + "/hooks/" + provider + "/" + token }

// client is the one HTTP client of all providers.
func client() *wire.Client { return wire.NewClient() }

// linkURL is the address of a one-time link to choose a password.
func linkURL(base, token string) string { return base + views.ResetTokenURL(token) }
