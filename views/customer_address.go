package views

import (
	"context"
	"strings"
	"time"

	"undelivered/models"
)

// AddressRow is one address or number with its state.
type AddressRow struct {
	ID         string
	Version    int
	Channel    models.Channel
	Value      string
	Label      string // "main email", "mobile"
	Named      string // what it is called, without what it is
	Main       bool
	CallsOnly  bool   // a landline: we send nothing to it
	State      string // as AddressState
	InARow     int
	Limit      int      // this many in a row opt it out …
	LimitDays  int      // … over more than so many days
	Listed     []string // providers that list it
	Causes     []string // codes of the causes that hold
	Text       string   // why, and since when
	AskURL     string   // clear it at the provider
	MayOptIn   bool     // the person may lift what holds
	Lift       string   // key of the catalogue: how it is lifted (cause.….lift)
	Suggestion string   // a likely correction
	Shared     []Sharer // other customers who have it too
	Asked      []AskedLine
}

// Sharer is another customer who has the same address.
type Sharer struct{ ID, Name string }

// AskedLine is a clear request about an address in which something is still to happen.
type AskedLine struct {
	ID, State, Person, Provider string
	At                          time.Time
}

func (a AddressRow) optedOut() bool {
	return a.State == "opted_out_failure" || a.State == "opted_out_customer"
}

func (a AddressRow) icon() string {
	switch {
	case a.CallsOnly:
		return "phone"
	case a.Channel == models.SMS:
		return "smartphone"
	}
	return "mail"
}

// text says why an address is as it is, and how that is lifted.
func (a AddressRow) text(ctx context.Context) string {
	text := a.Text
	if a.State == "shaky" && text == "" {
		text = N(ctx, "address.in_a_row", a.InARow, "limit", Count(a.Limit), "days", Count(a.LimitDays))
	}
	if a.Lift != "" {
		text = strings.TrimSpace(text + " " + T(ctx, a.Lift))
	}
	return text
}
