package main

import (
	"context"
	"fmt"

	"undelivered/models"
	"undelivered/models/store"
)

type accountCommand struct {
	Add  accountAdd  `cmd:"" help:"Open an account."`
	List accountList `cmd:"" help:"List all accounts."`
}

type accountAdd struct {
	database
	output
	Name    string `arg:"" help:"The business's name."`
	Zone    string `default:"UTC" help:"Time zone, such as Europe/London."`
	Locale  string `default:"en" help:"Language tag, such as en-GB."`
	Country string `help:"Two letters: default country of phone numbers. Guessed when empty."`
}

type accountLine struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Zone string `json:"zone"`
}

// Run opens an account.
func (c *accountAdd) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		a, err := s.AddAccount(ctx, models.AtCommandLine(""),
			models.Account{Name: c.Name, Zone: c.Zone, Locale: c.Locale, Country: c.Country})
		if err != nil {
			return err
		}
		return c.say(term, accountLine{a.ID, a.Name, a.Zone}, "%s", a.ID)
	})
}

type accountList struct {
	database
	output
}

// Run lists all accounts.
func (c *accountList) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		accounts, err := s.People.Accounts(ctx)
		if err != nil {
			return err
		}
		lines := make([]accountLine, len(accounts))
		for i, a := range accounts {
			lines[i] = accountLine{a.ID, a.Name, a.Zone}
		}
		if c.JSON {
			return term.printJSON(lines)
		}
		for _, l := range lines {
			fmt.Fprintf(term.out, "%s  %s  (%s)\n", l.ID, l.Name, l.Zone)
		}
		return nil
	})
}
