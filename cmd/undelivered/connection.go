package main

import (
	"context"
	"fmt"
	"strings"

	"undelivered/models"
	"undelivered/models/store"
)

type connectionCommand struct {
	Add  connectionAdd  `cmd:"" help:"Connect a provider and print its webhook address."`
	List connectionList `cmd:"" help:"List an account's connections."`
	Test connectionTest `cmd:"" help:"Try a connection's settings, without sending anything to a customer."`
}

type address struct {
	BaseURL string `name:"base-url" env:"UNDELIVERED_BASE_URL" help:"Our address as providers reach it."`
	Addr    string `env:"UNDELIVERED_ADDR" default:"127.0.0.1:8080" hidden:""`
}

func (a address) hook(provider, token string) string {
	return hookURL(baseURL(a.BaseURL, a.Addr), provider, token)
}

func list(settings map[string]string) string {
	var b strings.Builder
	for key, value := range settings {
		fmt.Fprintf(&b, "\n%s=%s", key, value)
	}
	return b.String()
}

func lineOf(c models.Connection, hook string) connectionLine {
	return connectionLine{
		ID:         c.ID,
		Provider:   c.Provider,
		Name:       c.Name,
		Channels:   strings.Split(c.Channels, ","),
		Sends:      c.Sends,
		WebhookURL: hook,
	}
}

type connectionList struct {
	database
	output
	address
	Account string `required:"" help:"ID of the account."`
}

// Run lists the connections of an account, each with its webhook address.
func (c *connectionList) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		all, err := s.Connection.Connections(ctx, models.AtCommandLine(c.Account))
		if err != nil {
			return err
		}
		lines := []connectionLine{}
		for _, connection := range all {
			token, err := s.Connection.ConnectionToken(connection)
			if err != nil {
				return err
			}
			lines = append(lines, lineOf(connection, c.hook(connection.Provider, token)))
		}
		if c.JSON {
			return term.printJSON(lines)
		}
		for _, l := range lines {
			fmt.Fprintf(term.out, "%s  %s (%s)\n    %s\n", l.ID, l.Name, l.Provider, l.WebhookURL)
		}
		return nil
	})
}
