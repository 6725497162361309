package views

import (
	"context"
	"time"
)

// MePage is Your settings. POST /me: name, zone, theme, shortcuts=1 (on). POST /me/password: old, password,
// again. POST /me/sessions/{id}/end; POST /sign-out, /sign-out/everywhere.
type MePage struct {
	Base
	Name       string
	OwnZone    string // empty: the account's
	OwnTheme   string
	Shortcuts  bool
	HasWord    bool // a password is set, so that changing it asks for it
	Sessions   []SessionRow
	Errors     Errors
	WordErrors Errors // of the form of the password
}

// SessionRow is one sign-in of the person.
type SessionRow struct {
	ID      string // part of the digest: names it, opens nothing
	Agent   string
	Network string
	Seen    time.Time
	Here    bool
}

func (p MePage) fields(ctx context.Context) []Field {
	return []Field{
		Field{Name: "name", Label: T(ctx, "Name"), Value: p.Name, Autocomplete: "name"}.With(p.Errors),
		Field{
			Name:    "zone",
			Label:   T(ctx, "Time zone"),
			Value:   p.OwnZone,
			Options: []Option{{"", T(ctx, "Same as the account")}, {"UTC", "UTC"}},
			Groups:  zoneOptions(ctx, p.OwnZone, p.Now),
		}.With(p.Errors),
		Field{
			Name:  "theme",
			Label: T(ctx, "Colours"),
			Value: p.OwnTheme,
			Options: []Option{
				{"", T(ctx, "Same as this device")},
				{"light", T(ctx, "Light")},
				{"dark", T(ctx, "Dark")},
			},
		}.With(p.Errors),
	}
}

func (p MePage) wordFields(ctx context.Context) []Field {
	var fields []Field
	if p.HasWord {
		fields = append(
			fields,
			Field{
				Name:         "old",
				Label:        T(ctx, "Current password"),
				Type:         "password",
				Autocomplete: "current-password",
			}.With(p.WordErrors),
		)
	}
	return append(
		fields,
		Field{
			Name:         "password",
			Label:        T(ctx, "New password"),
			Hint:         T(ctx, "At least 12 characters. A short sentence works well."),
			Type:         "password",
			Autocomplete: "new-password",
		}.With(p.WordErrors),
		Field{
			Name:         "again",
			Label:        T(ctx, "New password again"),
			Type:         "password",
			Autocomplete: "new-password",
		}.With(p.WordErrors),
	)
}

// SessionEndURL signs out one computer.
func SessionEndURL(id string) string { return "/me/sessions/" + seg(id) + "/end" }

// PasswordURL changes the own password.
func PasswordURL() string { return "/me/password" }
