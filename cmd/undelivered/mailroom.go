package main

import (
	"context"
	"fmt"
	"os"

	"undelivered/delivery"
)

// openMailroom opens the door for bounce mails, when it is set; it closes with the context that it returns the end of.
func (p *program) openMailroom() (stop context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	if p.settings.SMTPIn == "" {
		return stop
	}
	bounces := delivery.Bounces{Store: p.store, Log: p.log}
	room := &delivery.Mailroom{Domain: greeting(), Accepts: bounces.Accepts, Keep: bounces.Receive}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		p.watch("the door for bounce mails", func() error {
			if err := room.Serve(ctx, p.settings.SMTPIn); err != nil {
				return fmt.Errorf("serving: %w", err)
			}
			return nil
		})
	}()
	return func() { stop(); <-closed }
}

// greeting is the name that the door gives itself.
func greeting() string {
	if name, err := os.Hostname(); err == nil {
		return name
	}
	return "undelivered"
}
