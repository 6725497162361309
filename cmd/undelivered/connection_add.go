package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

type connectionAdd struct {
	database
	output
	address
	Account   string            `required:"" help:"ID of the account."`
	Provider  string            `required:"" help:"Code of the provider; with --help, its settings are listed."`
	Name      string            `help:"A name for people; the provider's own when empty."`
	Simulator string            `env:"UNDELIVERED_SIMULATOR" default:"off" enum:"on,off" help:"on: the simulator can be connected, for a trial."`
	Set       map[string]string `placeholder:"KEY=VALUE" mapsep:"none" help:"A setting. Give it once for each."`
}

// connectionLine is what programs read of a connection.
type connectionLine struct {
	ID         string   `json:"id"`
	Provider   string   `json:"provider"`
	Name       string   `json:"name"`
	Channels   []string `json:"channels"`
	Sends      bool     `json:"sends"`
	WebhookURL string   `json:"webhook_url"`
	// Made are the settings that we made and that the provider must be told.
	Made map[string]string `json:"made,omitempty"`
}

// Help lists the settings of all providers, below the flags.
func (c *connectionAdd) Help() string { return settingsHelp(providers.All()) }

// printHelp is the help of a command; with a provider named, only that one's settings are listed.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	for _, flag := range ctx.Flags() {
		code, _ := ctx.FlagValue(flag).(string)
		if p, known := providers.ByCode(code); known && flag.Name == "provider" && ctx.Selected() != nil &&
			ctx.Selected().Detail != "" {
			ctx.Selected().Detail = settingsHelp([]wire.Provider{p})
		}
	}
	return kong.DefaultHelpPrinter(options, ctx)
}

func settingsHelp(all []wire.Provider) string {
	var b strings.Builder
	fmt.Fprintln(&b, "Settings by provider (* needed for its use):")
	for _, p := range all {
		fmt.Fprintf(&b, "\n%s (%s)\n", p.Code, p.Name)
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, f := range p.Fields {
			fmt.Fprintf(table, "  %s%s\t%s\t%s\n", f.Key, map[bool]string{true: "*"}[f.Required], f.For,
				hint(f))
		}
		table.Flush()
	}
	return b.String()
}

func hint(f wire.Field) string {
	parts := []string{f.Label}
	if f.Hint != "" {
		parts = append(parts, f.Hint)
	}
	if len(f.Options) > 0 {
		parts = append(parts, "One of "+strings.Join(f.Options, ", ")+".")
	}
	if f.Default != "" {
		parts = append(parts, "Default "+f.Default+".")
	}
	return strings.Join(parts, ". ")
}

var _ kong.HelpProvider = (*connectionAdd)(nil)

// Run connects a provider.
func (c *connectionAdd) Run(ctx context.Context, term terminal) error {
	p, known := providers.ByCode(c.Provider)
	if !known || p.Code == connection.GenericProvider {
		return fmt.Errorf("%q is no provider; there are %s", c.Provider, strings.Join(codes(), ", "))
	}
	if p.Code == "simulator" && c.Simulator != "on" {
		return errors.New("the simulator sends nothing: it is for trying out, with UNDELIVERED_SIMULATOR=on")
	}
	settings, err := p.Complete(c.Set)
	if err != nil {
		return err
	}
	if missing := p.Missing(settings, wire.Receive); len(missing) > 0 && !p.Sends(settings) {
		return fmt.Errorf("%s also needs --set %s=…", p.Name, missing[0].Key)
	}
	if c.Name == "" {
		c.Name = p.Name
	}
	return c.with(ctx, term, func(s *store.Store) error {
		by := models.AtCommandLine(c.Account)
		if _, err := s.People.Account(ctx, by); err != nil {
			return err
		}
		added, token, err := s.Connection.AddConnection(
			ctx,
			by,
			models.Connection{
				Provider: p.Code,
				Name:     c.Name,
				Channels: p.ChannelList(),
				Sends:    p.Sends(settings),
			},
			settings,
		)
		if err != nil {
			return err
		}
		line := lineOf(added, c.hook(p.Code, token))
		line.Made = made(p, c.Set, settings)
		return c.say(term, line, "%s\n%s%s", line.ID, line.WebhookURL, list(line.Made))
	})
}

func codes() []string {
	var all []string
	for _, p := range providers.All() {
		if p.Code != connection.GenericProvider {
			all = append(all, p.Code)
		}
	}
	return all
}

// made are the settings that were generated.
func made(p wire.Provider, typed, settings wire.Settings) map[string]string {
	all := map[string]string{}
	for _, f := range p.Fields {
		if f.Generate && typed[f.Key] == "" {
			all[f.Key] = settings[f.Key]
		}
	}
	return all
}
