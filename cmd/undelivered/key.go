package main

import (
	"context"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/store"
)

type keyCommand struct {
	Add keyAdd `cmd:"" help:"Make a key and print it, once."`
}

type keyAdd struct {
	database
	output
	Account string   `required:"" help:"ID of the account."`
	Name    string   `required:"" help:"What it is for."`
	Widget  bool     `help:"A widget's key, which opens the number only."`
	Origin  []string `help:"Widget: a page that may frame it, such as https://www.example.com."`
}

// Run makes a key.
func (c *keyAdd) Run(ctx context.Context, term terminal) error {
	kind := people.KeyAPI
	if c.Widget {
		kind = people.KeyWidget
	}
	return c.with(ctx, term, func(s *store.Store) error {
		by := models.AtCommandLine(c.Account)
		if _, err := s.People.Account(ctx, by); err != nil {
			return err
		}
		k, token, err := s.People.AddKey(ctx, by, kind, c.Name, c.Origin)
		if err != nil {
			return err
		}
		return c.say(term, map[string]string{"id": k.ID, "key": token}, "%s", token)
	})
}
