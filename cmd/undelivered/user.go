package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/store"
)

type userCommand struct {
	Add  userAdd  `cmd:"" help:"Add a person to an account, or support staff."`
	Role userRole `cmd:"" help:"Change what a person may do in an account."`
	Lock userLock `cmd:"" help:"Shut a person out everywhere, at once."`
	Link userLink `cmd:"" help:"Print a link with which a person chooses a new password, once."`
}

type userAdd struct {
	database
	output
	Email         string `arg:"" help:"Email address, to sign in with."`
	Account       string `help:"ID of the account; not for support staff."`
	Role          string `default:"manager" enum:"owner,manager,viewer,support" help:"owner, manager, viewer or support."`
	Name          string `help:"The person's name."`
	PasswordStdin bool   `help:"Read the password from standard input; otherwise a one-time link is printed."`
	BaseURL       string `name:"base-url" env:"UNDELIVERED_BASE_URL" help:"The address in the link."`
	Addr          string `env:"UNDELIVERED_ADDR" default:"127.0.0.1:8080" hidden:""`
}

// Run adds a person, and prints a link to choose a password when none was given.
func (c *userAdd) Run(ctx context.Context, term terminal) error {
	if (c.Account == "") != (c.Role == string(models.Support)) {
		return errors.New("--account is needed, except for --role support")
	}
	n := people.NewUser{Email: c.Email, Name: c.Name, Role: models.Role(c.Role)}
	if c.PasswordStdin {
		line, err := bufio.NewReader(term.in).ReadString('\n')
		if n.Password = strings.TrimRight(line, "\r\n"); n.Password == "" {
			return fmt.Errorf("no password on standard input: %w", err)
		}
	}
	return c.with(ctx, term, func(s *store.Store) error {
		if c.Account != "" {
			if _, err := s.People.Account(ctx, models.AtCommandLine(c.Account)); err != nil {
				return err
			}
		}
		u, token, err := s.People.AddUser(ctx, models.AtCommandLine(c.Account), n)
		if err != nil {
			return err
		}
		return c.tell(term, u, token)
	})
}

func (c *userAdd) tell(term terminal, u models.User, token string) error {
	link := ""
	if token != "" {
		link = linkURL(baseURL(c.BaseURL, c.Addr), token)
	}
	value := map[string]string{"id": u.ID, "email": u.Email}
	if link != "" {
		value["link"] = link
		return c.say(term, value, "%s\nTo choose a password, once, within a week:\n%s", u.ID, link)
	}
	return c.say(term, value, "%s", u.ID)
}

type userRole struct {
	database
	Email   string `arg:"" help:"Email address of the person."`
	Account string `required:"" help:"ID of the account."`
	Role    string `required:"" enum:"owner,manager,viewer" help:"owner, manager or viewer."`
}

// Run changes a role.
func (c *userRole) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		by := models.AtCommandLine(c.Account)
		u, err := s.People.UserByEmail(ctx, by, c.Email)
		if err != nil {
			return err
		}
		return s.People.SetRole(ctx, by, u.ID, models.Role(c.Role))
	})
}

type userLock struct {
	database
	Email  string `arg:"" help:"Email address of the person."`
	Unlock bool   `help:"Let them in again."`
}

// Run locks or unlocks a person.
func (c *userLock) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		by := models.AtCommandLine("")
		u, err := s.People.UserByEmail(ctx, by, c.Email)
		if err != nil {
			return err
		}
		return s.People.LockUser(ctx, by, u.ID, !c.Unlock)
	})
}
