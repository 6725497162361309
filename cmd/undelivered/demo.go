package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"undelivered/models"
	"undelivered/views"
)

type demoCommand struct {
	output
	Data     string `env:"UNDELIVERED_DATA" placeholder:"DIR" help:"Keep the data in this folder; a temporary one when empty."`
	Fresh    bool   `help:"Begin again: throw away what the folder has."`
	Addr     string `env:"UNDELIVERED_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen."`
	Seed     uint64 `default:"1" help:"The same number makes the same data."`
	LogLevel string `env:"UNDELIVERED_LOG_LEVEL" default:"warn" enum:"debug,info,warn,error" help:"Least level that is logged: debug, info, warn or error."`
}

// marker is the file that says that a folder holds a demo: nothing else is ever thrown away.
const marker = "demo.json"

// Run fills a fresh database and serves it.
func (c *demoCommand) Run(ctx context.Context, term terminal) error {
	if c.Data == "" {
		dir, err := os.MkdirTemp("", "undelivered-demo-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.Data = dir
	}
	kept, err := c.prepare()
	if err != nil {
		return err
	}
	p, err := open(ctx, settings{database: database{Data: c.Data, Log: "text", LogLevel: c.LogLevel}, Addr: c.Addr}, term, true)
	if err != nil {
		return err
	}
	return errors.Join(c.play(ctx, p, term, kept), p.stop())
}

// prepare throws an old demo away when asked to, and says whether one is there to be gone on with.
func (c *demoCommand) prepare() (kept bool, err error) {
	path := filepath.Join(c.Data, marker)
	_, err = os.Stat(path)
	kept = err == nil
	if _, err := os.Stat(filepath.Join(c.Data, "undelivered.db")); err == nil && !kept {
		return false, fmt.Errorf("%s holds a database that is no demo; choose another --data", c.Data)
	}
	if !kept || !c.Fresh {
		return kept, nil
	}
	for _, name := range []string{marker, "undelivered.db", "undelivered.db-wal", "undelivered.db-shm", "undelivered.db.lock", "secret.key"} {
		if err := os.Remove(filepath.Join(c.Data, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return false, err
		}
	}
	return false, nil
}

func (c *demoCommand) play(ctx context.Context, p *program, term terminal, kept bool) error {
	p.demo(demoUsers())
	p.answer()
	stage := &stage{program: p, term: term, quiet: c.JSON, seed: c.Seed}
	var err error
	if kept {
		err = stage.remember(filepath.Join(c.Data, marker))
	} else {
		err = stage.fill(ctx, filepath.Join(c.Data, marker))
	}
	if err != nil {
		return err
	}
	if err := p.work(ctx); err != nil {
		return err
	}
	if err := c.welcome(term, stage.told); err != nil {
		return err
	}
	return p.wait(ctx)
}

// told is what the demo says of itself when it is ready.
type told struct {
	URL      string        `json:"url"`
	Users    []toldUser    `json:"users"`
	Accounts []toldAccount `json:"accounts"`
}

type toldUser struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Account  string `json:"account"`
}

type toldAccount struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	APIKey    string            `json:"api_key"`
	WidgetKey string            `json:"widget_key"`
	Hooks     map[string]string `json:"hooks"`
	// Secrets are what the pretended providers sign with, so that scripts can play them.
	Secrets map[string]map[string]string `json:"secrets"`
}

func (c *demoCommand) welcome(term terminal, t told) error {
	if c.JSON {
		return term.printJSON(t)
	}
	fmt.Fprintf(term.out, "\nUndelivered is at %s\n\nSign in with:\n", t.URL)
	for _, u := range t.Users {
		fmt.Fprintf(term.out, "  %-30s %s   (%s, %s)\n", u.Email, u.Password, u.Role, u.Account)
	}
	_, err := fmt.Fprint(term.out, "\nNothing is really sent: a simulator plays the providers. Ctrl-C ends it.\n")
	return err
}

// demoUsers are the people who can sign in, as the sign-in page shows them.
func demoUsers() []views.DemoUser {
	var all []views.DemoUser
	for _, b := range businesses {
		for _, one := range b.staff {
			all = append(all, views.DemoUser{Email: one.email, Password: demoPassword, Role: string(one.role), Account: b.name})
		}
	}
	return append(all, views.DemoUser{Email: support.email, Password: demoPassword, Role: string(models.Support), Account: "Support"})
}
