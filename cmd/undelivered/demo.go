package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"undelivered/cmd/undelivered/demo"
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

// ownFiles are all that a demo leaves in its folder: its marker goes first, so that a folder half thrown away
// is no demo.
var ownFiles = []string{
	marker,
	"undelivered.db",
	"undelivered.db-wal",
	"undelivered.db-shm",
	"undelivered.db.lock",
	"undelivered.db.serving",
	"undelivered.beat",
	"secret.key",
}

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
	p, err := open(ctx,
		settings{database: database{Data: c.Data, Log: "text", LogLevel: c.LogLevel}, Addr: c.Addr}, term,
		true)
	if err != nil {
		return err
	}
	return errors.Join(c.play(ctx, p, term, kept), whole(ctx, p.stop()))
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
	for _, name := range ownFiles {
		if err := os.Remove(filepath.Join(c.Data, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return false, err
		}
	}
	return false, nil
}

// play fills the program, or goes on with what an earlier demo left in the folder, and serves it.
func (c *demoCommand) play(ctx context.Context, p *program, term terminal, kept bool) error {
	p.handlers.Demo = demo.Users()
	p.answer()
	prepare := c.fill
	if kept {
		prepare = c.goOn
	}
	told, err := prepare(ctx, p, term)
	if err != nil {
		return whole(ctx, err)
	}
	if err := p.work(ctx); err != nil {
		return whole(ctx, err)
	}
	if c.JSON {
		err = term.printJSON(told)
	}
	return errors.Join(err, p.wait(ctx))
}

// whole is the error, unless it is that somebody has stopped the demo.
func whole(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// fill fills a fresh database. The pages are there before it is full, and fill while somebody looks; a note
// in the folder says when it is complete.
func (c *demoCommand) fill(ctx context.Context, p *program, term terminal) (demo.Summary, error) {
	scene := demo.Scene{Store: p.store, Base: p.base, Seed: c.Seed, Progress: term.err,
		Hook:  func(provider, token string) string { return hookURL(p.base, provider, token) },
		Ready: func(told demo.Summary) error { return c.welcome(term, told) }}
	if c.JSON {
		scene.Progress = io.Discard
	}
	told, err := demo.Fill(ctx, scene)
	if err != nil {
		return told, err
	}
	note, err := json.Marshal(told)
	if err != nil {
		return told, err
	}
	return told, os.WriteFile(filepath.Join(c.Data, marker), note, 0o600)
}

// goOn reads what an earlier demo in the same folder said of itself.
func (c *demoCommand) goOn(ctx context.Context, p *program, term terminal) (told demo.Summary, err error) {
	note, err := os.ReadFile(filepath.Join(c.Data, marker))
	if err == nil {
		err = json.Unmarshal(note, &told)
	}
	if err != nil {
		return told, err
	}
	told = told.At(p.base)
	return told, errors.Join(demo.Remember(ctx, p.store, told), c.welcome(term, told))
}

func (c *demoCommand) welcome(term terminal, told demo.Summary) error {
	if c.JSON {
		return nil // a program waits until all is there
	}
	fmt.Fprintf(term.out, "\nUndelivered is at %s\n\nSign in with:\n", told.URL)
	for _, u := range told.Users {
		fmt.Fprintf(term.out, "  %-30s %s   (%s, %s)\n", u.Email, u.Password, u.Role, u.Account)
	}
	_, err := fmt.Fprint(term.out,
		"\nNothing is really sent: a simulator plays the providers. Ctrl-C ends it.\n\n")
	return err
}
