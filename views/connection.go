package views

import (
	"cmp"
	"context"
	"time"
)

// ConnectionsSettings is the list of connections, one panel each.
// POST /settings/connections/{id}/test: request_id.
type ConnectionsSettings struct {
	Base
	Rows []ConnectionRow
}

// ConnectionRow is one connection with its health.
type ConnectionRow struct {
	ID       string
	Name     string
	Provider string
	UsedFor  string // "Email", "Text messages"
	State    string // receiving, quiet, unused, refused, stopped
	Last     time.Time
	Today    int
	Refused  int    // reports today with a wrong signature
	Can      string // key under can: both, resend, clear, reports
	Address  string // to send reports to
	PerDay   int    // usual reports a day
	Stopped  string // why we do not send through it
	Renews   bool   // it has an address of its own that can be another

	// What is still good beside the present address and secrets, until when; zero: nothing is.
	OldAddress      string
	OldAddressUntil time.Time
	OldSecretsUntil time.Time
}

func (r ConnectionRow) old() bool { return !r.OldAddressUntil.IsZero() || !r.OldSecretsUntil.IsZero() }

// ConnectionForm connects a provider, or changes a connection.
//
// POST /settings/connections: request_id, provider, name, and set.<key> for each field of the provider · POST
// /settings/connections/{id}: the same, with version; a secret left empty stays as it is · …/{id}/remove
// (after …/remove/confirm) · …/{id}/test · …/{id}/renew (after …/renew/confirm) · …/{id}/end-old.
type ConnectionForm struct {
	Base
	ID        string // empty: a new one
	Version   int
	Providers []ProviderChoice // to choose from; shown while Provider is empty
	Provider  string
	Name      string
	Title     string  // of the provider
	Fields    []Field // named set.<key>; a secret has Type password and no value
	Address   string  // to send reports to, once it exists
	Row       ConnectionRow
	Result    []CheckLine // of a test
	Secret    bool        // one was typed, which has to be typed again
	Conflict  *Conflict
	Errors    Errors
}

// ProviderChoice is one provider to connect.
type ProviderChoice struct{ Code, Name, For string }

func (p ConnectionForm) all(ctx context.Context) []Field {
	return append(
		[]Field{
			{
				Name:  "name",
				Label: T(ctx, "Name"),
				Hint:  T(ctx, "What you call this connection."),
				Value: p.Name,
			},
		},
		p.Fields...)
}

// As is the form of a connection with the name and the settings as they were typed.
func (p ConnectionForm) As(name string, typed []Field) ConnectionForm {
	p.Name, p.Fields = name, typed
	return p
}

// Beside is the form as it was typed, with what somebody else has saved meanwhile beside it.
func (p ConnectionForm) Beside(ctx context.Context, now ConnectionForm, person string) ConnectionForm {
	p.Conflict = &Conflict{Person: person, At: now.Now, Fields: differences(now.all(ctx), p.all(ctx))}
	return p
}

// DomainsSettings is the check of the sending domains.
type DomainsSettings struct {
	Base
	Checks []DomainCheck
}

// AlertsSettings is what the product writes to people about. POST /settings/alerts: request_id, digest (off,
// daily, weekly), stopped=1, incident=1, jump=1, rate=1, to (addresses, one a line).
type AlertsSettings struct {
	Base
	Digest                        string
	Stopped, Incident, Jump, Rate bool
	To                            string
	CanMail                       bool // the installation can send mail
	Errors                        Errors
}

func (p ConnectionForm) heading(ctx context.Context) string {
	switch {
	case p.ID != "":
		return cmp.Or(p.Row.Name, p.Name)
	case p.Provider != "":
		return T(ctx, "Connect {provider}", "provider", p.Title)
	}
	return T(ctx, "Add a connection")
}

func (p ConnectionForm) action() string {
	if p.ID == "" {
		return SettingsURL("connections")
	}
	return ConnectionURL(p.ID)
}

// OptionLabel is how a page writes a choice of a provider's setting; a name of its own stays as the provider
// writes it.
func OptionLabel(ctx context.Context, option string) string {
	if Has("setting." + option) {
		return T(ctx, "setting."+option)
	}
	return option
}
