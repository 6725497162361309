package main

import (
	"context"
	"fmt"

	"undelivered/models"
	"undelivered/models/resend"
	"undelivered/models/store"
)

type copyCommand struct {
	database
	output
	Send bool `xor:"what" help:"This database takes the other's place: what waits in it is sent."`
	Drop bool `xor:"what" help:"What waits has been sent by the other, or will be: cancel it here, and go on."`
}

// Run says what a copy would send, or decides about it. A program that serves goes on by itself.
func (c *copyCommand) Run(ctx context.Context, term terminal) error {
	return c.with(ctx, term, func(s *store.Store) error {
		copied, err := s.Resend.LookForCopy(ctx)
		if err != nil {
			return err
		}
		if copied != nil && (c.Send || c.Drop) {
			if err := s.Resend.DecideCopy(ctx, models.AtCommandLine(""), c.Send); err != nil {
				return err
			}
		}
		if c.JSON {
			return term.printJSON(map[string]any{"copy": copied, "decided": c.Send || c.Drop})
		}
		fmt.Fprintln(term.out, c.words(copied))
		return nil
	})
}

func (c *copyCommand) words(copied *resend.Copy) string {
	switch {
	case copied == nil:
		return "This database is no copy: it is where a program last ran on it."
	case c.Send:
		return "Decided: what waits is sent."
	case c.Drop:
		return "Decided: what waited is cancelled."
	}
	return fmt.Sprintf(`This database is a copy: a program last ran on the other one at %s.
Here wait %d messages, %d callbacks and %d clear requests. The other may have sent them meanwhile.
Nothing is sent until you decide:
  undelivered copy --send   this database takes the other's place: send what waits
  undelivered copy --drop   cancel what waits, and go on`, copied.LastBeat.Format("2006-01-02 15:04:05 UTC"), copied.Messages, copied.Callbacks, copied.Requests)
}
