package main

import (
	"context"
	"fmt"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/store"
)

type connectionTest struct {
	database
	output
	Account string `required:"" help:"ID of the account."`
	ID      string `arg:"" help:"ID of the connection."`
}

// Run tries the settings of one connection.
func (c *connectionTest) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		connection, err := s.Connection.Connection(ctx, models.AtCommandLine(c.Account), c.ID)
		if err != nil {
			return err
		}
		if err := try(ctx, s, connection); err != nil {
			return fmt.Errorf("%s: %w", connection.Name, err)
		}
		return c.say(term, map[string]any{"id": connection.ID, "works": true}, "%s works", connection.Name)
	})
}

// try tests a connection; nil also for one that does not send, or whose provider offers no way to test.
func try(ctx context.Context, s *store.Store, c models.Connection) error {
	tried, err := delivery.TryConnection(ctx, s, client(), c)
	if err != nil {
		return err
	}
	return tried.Err
}
