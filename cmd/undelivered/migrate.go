package main

import (
	"context"
	"fmt"

	"undelivered/models/store"
)

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Apply what is missing."`
	Status migrateStatus `cmd:"" help:"List the steps and whether each has been applied."`
}

type migrateUp struct{ database }

// Run applies what is missing: opening the store does.
func (c *migrateUp) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(*store.Store) error {
		fmt.Fprintln(term.out, "The schema is up to date.")
		return nil
	})
}

type migrateStatus struct {
	database
	output
}

// Run lists the steps, and changes nothing.
func (c *migrateStatus) Run(ctx context.Context, term terminal) error {
	o, err := c.options(term)
	if err != nil {
		return err
	}
	lines, err := store.MigrationsOf(ctx, o)
	if err != nil {
		return err
	}
	if c.JSON {
		return term.printJSON(lines)
	}
	for _, l := range lines {
		fmt.Fprintf(term.out, "%-7s %s\n", map[bool]string{true: "applied", false: "missing"}[l.Applied],
			l.Name)
	}
	return nil
}
