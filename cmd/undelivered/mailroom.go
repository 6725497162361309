package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"undelivered/delivery"
)

// openMailroom lets bounce mails in, when the door for them is set, until the function that it returns is
// called.
func (p *program) openMailroom() (closeRoom func()) {
	if p.doors.mail == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(context.Background())
	bounces := delivery.Bounces{Store: p.store, Log: p.log}
	room := &delivery.Mailroom{Domain: greeting(), Accepts: bounces.Accepts, Keep: bounces.Receive}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		p.watch("the door for bounce mails", func() error {
			if err := room.ServeOn(ctx, p.doors.mail,
				strings.HasPrefix(p.settings.SMTPIn, "lmtp:")); err != nil {
				return fmt.Errorf("serving: %w", err)
			}
			return nil
		})
	}()
	return func() {
		stop()
		<-closed
	}
}

// greeting is the name that the door gives itself.
func greeting() string {
	if name, err := os.Hostname(); err == nil {
		return name
	}
	return "undelivered"
}
