package main

import (
	"context"
	"fmt"

	"undelivered/models"
	"undelivered/models/sample"
	"undelivered/models/store"
)

type seedCommand struct {
	database
	output
	Notifications int     `default:"100000" help:"How many notifications, of all accounts together."`
	Accounts      int     `default:"1" help:"How many accounts."`
	Undelivered   float64 `default:"0.03" help:"Share that failed."`
	Days          int     `default:"60" help:"Days over which they were sent, up to now."`
	Seed          uint64  `default:"1" help:"The same number makes the same data."`
	Bare          bool    `help:"Rows of the report only, without attempts and events."`
}

// Run fills the database straight, without the doors.
func (c *seedCommand) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		plan := sample.SeedPlan{
			Accounts:      c.Accounts,
			Notifications: c.Notifications,
			Undelivered:   c.Undelivered,
			Days:          c.Days,
			Seed:          c.Seed,
			Bare:          c.Bare,
		}
		shown := term.watched()
		if shown {
			done := 0
			plan.Progress = func(more int) {
				done += more
				fmt.Fprintf(term.err, "\r%d of %d", done, c.Notifications)
			}
		}
		accounts, err := s.Seed(ctx, models.AtCommandLine(""), plan)
		if err != nil {
			return err
		}
		if shown {
			fmt.Fprintln(term.err)
		}
		lines := make([]accountLine, len(accounts))
		for i, a := range accounts {
			lines[i] = accountLine{a.ID, a.Name, a.Zone}
		}
		return c.say(term, lines, "%d notifications in %d accounts", c.Notifications, len(accounts))
	})
}
