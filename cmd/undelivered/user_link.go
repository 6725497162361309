package main

import (
	"context"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/store"
)

type userLink struct {
	database
	output
	Email   string `arg:"" help:"Email address of the person."`
	BaseURL string `name:"base-url" env:"UNDELIVERED_BASE_URL" help:"The address in the link."`
	Addr    string `env:"UNDELIVERED_ADDR" default:"127.0.0.1:8080" hidden:""`
}

// Run prints a link for somebody who has lost the password, where the product can send no mail.
func (c *userLink) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		by := models.AtCommandLine("")
		u, err := s.People.UserByEmail(ctx, by, c.Email)
		if err != nil {
			return err
		}
		token, err := s.People.LinkForCommand(ctx, by, u.ID, people.LinkReset)
		if err != nil {
			return err
		}
		link := linkURL(baseURL(c.BaseURL, c.Addr), token)
		return c.say(term, map[string]string{"id": u.ID, "email": u.Email, "link": link},
			"To choose a new password, once, within an hour:\n%s", link)
	})
}
