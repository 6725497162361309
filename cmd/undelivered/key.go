package main

import (
	"context"

	"undelivered/models"
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
	kind := models.KeyAPI
	if c.Widget {
		kind = models.KeyWidget
	}
	return c.with(ctx, term, func(s *models.Store) error {
		by := models.AtCommandLine(c.Account)
		if _, err := s.Account(ctx, by); err != nil {
			return err
		}
		k, token, err := s.AddKey(ctx, by, kind, c.Name, c.Origin)
		if err != nil {
			return err
		}
		return c.say(term, map[string]string{"id": k.ID, "key": token}, "%s", token)
	})
}
