package views

import (
	"context"
	"strings"
	"time"

	"undelivered/models"
)

// CustomerPage is one customer: addresses with what they can take, consent, notifications, history.
//
// Forms and their fields, besides request_id:
//   - POST /customers/{id}: version, name, email, phone, do=save
//   - POST /customers/{id}/addresses: channel, value, label · …/{aid}: version, value, label
//   - POST …/{aid}/opt-in, where a reason is enough:
//     version, reason (confirmed, restored, wrong_report), note
//   - POST …/{aid}/opt-in, where consent is needed: version, by, how, date, for, note, sure=1
//   - POST …/{aid}/opt-out: version, note
//   - POST /customers/{id}/erase: version, name (typed to confirm)
type CustomerPage struct {
	Base
	ID            string
	Version       int
	Name          string
	Ref           string
	Since         time.Time
	About         string // "next appointment Tue 24 Nov, 15:00"
	External      string // the customer in the business's own system
	Offer         Offer  // what was dropped, and can be sent again
	Unreachable   bool   // nothing reaches them
	Unreached     string // why, in one or two sentences; empty: said in general
	Erased        bool
	Addresses     []AddressRow
	Open          string // the form that is open: profile, new, or the id of an address
	Edit          ProfileForm
	OptIn         *OptInForm // open below its address
	Conflict      *Conflict
	Notifications []CustomerNotification
	All           int // notifications in all
	May           []MaySend
	Consents      []ConsentRow
	History       []HistoryRow
}

// ProfileForm is what is typed into a form of the customer's page.
type ProfileForm struct {
	Name, Email, Phone    string
	Channel, Value, Label string
	Errors                Errors
}

// CustomerNotification is one line of a customer's notifications.
type CustomerNotification struct {
	ID, Title, Address string
	Channel            models.Channel
	Status             models.Status
	State              string
	At                 time.Time
}

// MaySend is one purpose and whether messages of it get through.
type MaySend struct {
	Purpose string
	State   string // all, some, none, opted_out
	Text    string
}

// ConsentRow is one consent record.
type ConsentRow struct {
	Address   string
	Channel   models.Channel
	By        string
	How       string // code
	Purpose   string // code: necessary, all
	Given     time.Time
	Words     string
	Evidence  string
	Recorded  string // who recorded it
	At        time.Time
	Withdrawn bool
}

// by is who agreed; an erasure leaves the proof and takes the name.
func (c ConsentRow) by(ctx context.Context) string {
	if c.By == "" || c.By == "the customer" { // as the store writes when nobody is named
		return T(ctx, "The customer")
	}
	return c.By
}

func (p CustomerPage) lede(ctx context.Context) string {
	var parts []string
	if p.Ref != "" {
		parts = append(parts, p.Ref)
	}
	if !p.Since.IsZero() {
		since := p.local(p.Since)
		parts = append(parts, T(ctx, "customer since {month} {year}", "month",
			T(ctx, since.Format("January")), "year", since.Format("2006")))
	}
	if p.About != "" {
		parts = append(parts, p.About)
	}
	return strings.Join(parts, " · ")
}

func (p CustomerPage) first() string { return FirstName(p.Name) }

func (n CustomerNotification) badge(ctx context.Context) Badge {
	if n.State == "failed" || n.State == "" {
		return StatusBadge(ctx, n.Status, n.Channel)
	}
	return StateBadge(ctx, n.State)
}

var mayLooks = map[string]look{
	"all":       {"green", "circle-check"},
	"some":      {"amber", "triangle-alert"},
	"none":      {"red", "ban"},
	"opted_out": {"plum", "ban"},
}

func (m MaySend) badge(ctx context.Context) Badge { return badgeOf(ctx, mayLooks, "may.", m.State) }

func choices(ctx context.Context, prefix string, codes []string) []Option {
	var out []Option
	for _, code := range codes {
		out = append(out, Option{code, T(ctx, prefix+code)})
	}
	return out
}

func (p CustomerPage) unreached(ctx context.Context) string {
	if p.Unreached != "" {
		return p.Unreached
	}
	return T(ctx, "No address is active. Ask {name} for a new one, or for an agreement to be opted in again.",
		"name", p.first())
}
