package main

import (
	"context"
	"errors"
	"net"
	"strings"
)

// doors are the addresses on which the program is reached. All are opened before anything else is done: one
// that is taken is told while nothing has been changed.
type doors struct {
	site    net.Listener
	metrics net.Listener // nil: not set
	mail    net.Listener // nil: not set
}

// openDoors opens every door that is set, or none.
func openDoors(ctx context.Context, s settings) (doors, error) {
	var d doors
	for _, door := range []struct {
		setting, address string
		into             *net.Listener
	}{
		{"UNDELIVERED_ADDR", s.Addr, &d.site},
		{"UNDELIVERED_METRICS_ADDR", s.MetricsAddr, &d.metrics},
		{"UNDELIVERED_SMTP_IN", s.mailAddress(), &d.mail},
	} {
		if door.address == "" {
			continue
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", door.address)
		if err != nil {
			return doors{}, errors.Join(problem{door.setting, refusal(door.address, err)}, d.close())
		}
		*door.into = listener
	}
	return d, nil
}

// refusal says why an address cannot be listened on, and what to do.
func refusal(address string, err error) string {
	reason := err
	var op *net.OpError
	if errors.As(err, &op) {
		reason = op.Err
	}
	return address + " cannot be listened on (" + reason.Error() +
		"): stop the program that has it, or set another address"
}

// close closes what is open; a door that has been closed already is no fault.
func (d doors) close() error {
	var problems []error
	for _, one := range []net.Listener{d.site, d.metrics, d.mail} {
		if one == nil {
			continue
		}
		if err := one.Close(); !errors.Is(err, net.ErrClosed) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// mailAddress is where bounce mails come in, without the word that it is LMTP.
func (s *settings) mailAddress() string {
	return strings.TrimPrefix(strings.TrimPrefix(s.SMTPIn, "lmtp:"), "//")
}
