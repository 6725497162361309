package views

import (
	"context"
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/people"
)

// settingsPages are the pages of settings in order: the last part of the address, and the name.
var settingsPages = []struct{ Name, Label string }{
	{"account", "Account"}, {"people", "People and roles"}, {"connections", "Connections"},
	{"domains", "Sending domains"},
	{"alerts", "Alerts and digest"}, {"keys", "API keys"}, {"widget", "Widget"},
}

// settingsTabs lead from one page of settings to the others.
func settingsTabs(ctx context.Context, current string) []Tab {
	var tabs []Tab
	for _, p := range settingsPages {
		tabs = append(tabs,
			Tab{Label: T(ctx, p.Label), URL: SettingsURL(p.Name), N: -1, Current: p.Name == current})
	}
	return tabs
}

// AccountPage is Settings, Account. POST /settings/account: name, zone, locale, country, window, version.
type AccountPage struct {
	Base
	Name    string
	Zone    string
	Locale  string
	Country string
	Window  string // days, as typed
	// SoftFailures in a row over more than SoftDays opt an address out; as typed.
	SoftFailures, SoftDays string
	Version                int

	Countries []string // to choose from
	Conflict  *Conflict
	Errors    Errors
}

// Beside is the page as it was typed, with what somebody else has saved meanwhile beside it. Saving it again
// puts it in the place of that.
func (p AccountPage) Beside(ctx context.Context, now AccountPage, person string) AccountPage {
	p.Version = now.Version
	p.Conflict = &Conflict{Person: person, At: now.Now, Fields: differences(now.fields(ctx), p.fields(ctx))}
	return p
}

func (p AccountPage) fields(ctx context.Context) []Field {
	return slices.Concat(p.place(ctx), p.rules(ctx))
}

func (p AccountPage) place(ctx context.Context) []Field {
	return []Field{
		Field{
			Name:         "name",
			Label:        T(ctx, "Name of the business"),
			Value:        p.Name,
			Autocomplete: "organization",
		}.With(p.Errors),
		Field{
			Name:    "zone",
			Label:   T(ctx, "Time zone"),
			Hint:    T(ctx, "Days and times are counted and shown in this zone."),
			Value:   p.Zone,
			Options: []Option{{"UTC", "UTC"}},
			Groups:  zoneOptions(ctx, p.Zone, p.Now),
		}.With(p.Errors),
		Field{
			Name:         "country",
			Label:        T(ctx, "Country"),
			Hint:         T(ctx, "Phone numbers without a country code are read as numbers of this country."),
			Value:        p.Country,
			Autocomplete: "country",
			Options:      CountryOptions(ctx, p.Countries),
		}.With(p.Errors),
		Field{
			Name:    "locale",
			Label:   T(ctx, "Language"),
			Value:   p.Locale,
			Options: LanguageOptions(ctx, p.Locale),
		}.With(p.Errors),
	}
}

// rules are the numbers that an account sets for itself.
func (p AccountPage) rules(ctx context.Context) []Field {
	return []Field{
		Field{
			Name:  "window",
			Label: T(ctx, "Days that the number reaches back"),
			Hint: T(ctx,
				"From 7 to 366. The number, the widget and the list hold what failed in these days."),
			Value:     p.Window,
			InputMode: "numeric",
		}.With(p.Errors),
		Field{
			Name:  "soft_failures",
			Label: T(ctx, "Soft failures in a row that opt an address out"),
			Hint: T(
				ctx,
				"From 2 to 20. A full mailbox or a phone that is off is a soft failure; a delivery begins "+
					"the count anew.",
			),
			Value:     p.SoftFailures,
			InputMode: "numeric",
		}.With(p.Errors),
		Field{
			Name:  "soft_days",
			Label: T(ctx, "Days over which they must spread"),
			Hint: T(
				ctx,
				"From 1 to 90. Several failures within these days count, and opt nobody out yet.",
			),
			Value:     p.SoftDays,
			InputMode: "numeric",
		}.With(p.Errors),
	}
}

// PeoplePage is Settings, People and roles. POST /settings/people: email, name, role. POST
// /settings/people/support: until (a date), or end=1. POST /settings/people/{id}/role: role; /remove;
// /invite.
type PeoplePage struct {
	Base
	People []PersonRow
	Mails  bool   // invitations are mailed; else the link is shown
	Link   string // a link of an invitation to hand over, shown once
	LinkTo string // whose it is
	Grant  *people.Grant
	Email  string
	Name   string
	NewAs  string
	Until  string
	Errors Errors
}

// PersonRow is one member of the account.
type PersonRow struct {
	ID       string
	Name     string
	Email    string
	Role     string
	Invited  bool
	Locked   bool
	SignedIn *time.Time
	Self     bool
}

func roleOptions(ctx context.Context) []Option {
	var options []Option
	for _, r := range []models.Role{models.Viewer, models.Manager, models.Owner} {
		options = append(options, Option{string(r), T(ctx, "role."+string(r))})
	}
	return options
}

func (p PeoplePage) fields(ctx context.Context) []Field {
	return []Field{
		Field{Name: "email", Label: T(ctx, "Work email"), Type: "email", Value: p.Email}.With(p.Errors),
		Field{Name: "name", Label: T(ctx, "Name"), Value: p.Name}.With(p.Errors),
		Field{
			Name:    "role",
			ID:      "f-new-role",
			Label:   T(ctx, "What they may do"),
			Value:   p.NewAs,
			Options: roleOptions(ctx),
		}.With(p.Errors),
	}
}

func (p PeoplePage) untilField(ctx context.Context) Field {
	return Field{Name: "until", Label: T(ctx, "Until"), Type: "date", Value: p.Until,
		Min: p.Now.In(p.Zone).AddDate(0, 0, 1).Format(time.DateOnly),
		Max: p.Now.In(p.Zone).AddDate(1, 0, 0).Format(time.DateOnly)}.With(p.Errors)
}

// KeysPage is Settings, API keys. POST /settings/keys: name. /settings/keys/{id}/revoke, with its question.
type KeysPage struct {
	Base
	Keys   []people.Key
	Token  string // of the key that has just been made, shown once
	Name   string
	Rights string // read, register; empty: everything
	Ends   string // its last day
	URL    string // where the API answers
	Errors Errors

	Callbacks *CallbackPanel // nil: there are none
	Secret    string         // of callbacks, that has just been made, shown once
}

// CallbackPanel says where callbacks go, and what signs them.
// POST /settings/callbacks/renew, /settings/callbacks/end-old: request_id.
type CallbackPanel struct {
	URL      string
	OldUntil time.Time // the secret before signs too until then; zero: it does not
}

func (p KeysPage) bounds(ctx context.Context) []Field {
	return []Field{
		{Name: "rights", Label: T(ctx, "What it may do"), Value: p.Rights, Options: []Option{
			{Value: "", Label: T(ctx, "Everything: read, register, and work as a manager does")},
			{
				Value: "register",
				Label: T(ctx, "Read and register"),
			}, {Value: "read", Label: T(ctx, "Read only")}}},
		Field{
			Name:  "ends",
			Label: T(ctx, "Ends on"),
			Hint:  T(ctx, "Left empty, the key has no end."),
			Type:  "date",
			Value: p.Ends,
		}.With(p.Errors),
	}
}

func (p KeysPage) field(ctx context.Context) Field {
	return Field{
		Name:  "name",
		Label: T(ctx, "What it is for"),
		Hint:  T(ctx, "For example: booking system"),
		Value: p.Name,
	}.With(p.Errors)
}

// WidgetSettingsPage is Settings, Widget. POST /settings/widget: name, origins.
// /settings/widget/{id}/origins, /settings/widget/{id}/revoke with its question.
type WidgetSettingsPage struct {
	Base
	Keys    []WidgetKeyRow
	Preview WidgetCard // as it looks now
	Sheet   string     // address of the stylesheet for the plain HTML
	Name    string
	Origins string
	Wrong   string // id of the key whose form was refused; empty: the form of a new one
	Errors  Errors
}

// WidgetKeyRow is one key of the widget with what to paste.
type WidgetKeyRow struct {
	people.Key
	Frame string // HTML to paste
	HTML  string // the addresses of the other ways
	JSON  string
	SVG   string
}

func (p WidgetSettingsPage) fields(ctx context.Context) []Field {
	errors := p.Errors
	if p.Wrong != "" {
		errors = nil
	}
	return []Field{
		Field{
			Name:  "name",
			Label: T(ctx, "Where it is shown"),
			Hint:  T(ctx, "For example: intranet"),
			Value: p.Name,
		}.With(errors),
		Field{
			Name:  "origins",
			Label: T(ctx, "Pages that may show it"),
			Note:  T(ctx, "(optional)"),
			Hint:  originsHint(ctx),
			Rows:  2,
			Mono:  true,
			Value: p.Origins,
		}.With(errors),
	}
}

func (p WidgetSettingsPage) originsField(ctx context.Context, k WidgetKeyRow) Field {
	f := Field{
		ID:    "f-origins-" + k.ID,
		Name:  "origins",
		Label: T(ctx, "Pages that may show it"),
		Hint:  originsHint(ctx),
		Rows:  2,
		Mono:  true,
		Value: strings.ReplaceAll(k.Origins, " ", "\n"),
	}
	if p.Wrong == k.ID {
		f.Value = p.Origins
		return f.With(p.Errors)
	}
	return f
}

func originsHint(ctx context.Context) string {
	return T(ctx, "The start of their addresses, like https://www.example.com, one on each line.")
}
