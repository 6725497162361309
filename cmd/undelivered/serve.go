package main

import (
	"context"
	"errors"
)

type serveCommand struct {
	settings
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, term terminal) error {
	p, err := open(ctx, c.settings, term, false)
	if err != nil {
		return err
	}
	if err := p.work(ctx); err != nil {
		return errors.Join(err, p.stop())
	}
	p.answer()
	p.log.Info("serving", "url", p.base, "database", p.store.Dialect(), "version", version())
	if nobody, err := p.store.People.IsEmpty(ctx); err == nil && nobody {
		p.log.Warn("nobody can sign in yet: see undelivered account add and undelivered user add")
	}
	err = p.wait(ctx)
	p.log.Info("stopping")
	if err == nil {
		p.leave()
	}
	return errors.Join(err, p.stop())
}
