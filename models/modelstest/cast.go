package modelstest

import (
	"context"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/store"
)

// Cast is who plays in the tests: Ada manages one business, Bob another that must never see Ada's rows, Olga
// owns Ada's business, Vera only looks, Sam is support staff.
type Cast struct {
	Account models.Account // Ada's, in London
	Other   models.Account // Bob's, in Berlin

	Ada, Olga, Vera, Sam models.Actor
	Bob                  models.Actor
	Mail, Text           models.Connection // Ada's, at the simulator
	MailToken, TextToken string
	OtherMail            models.Connection // Bob's
}

// NewCast opens the two accounts and their connections.
func NewCast(t testing.TB, s *store.Store) *Cast {
	t.Helper()
	c := &Cast{
		Account: addAccount(t, s,
			models.Account{Name: "Marlow Street Dental", Zone: "Europe/London", Locale: "en-GB"}),
		Other: addAccount(t, s,
			models.Account{Name: "Buchhandlung Linde", Zone: "Europe/Berlin", Locale: "de-DE"}),
	}
	c.Ada = person("usr_ada", "Ada Marlow", c.Account.ID, models.Manager)
	c.Olga = person("usr_olga", "Olga Marlow", c.Account.ID, models.Owner)
	c.Vera = person("usr_vera", "Vera Lane", c.Account.ID, models.Viewer)
	c.Bob = person("usr_bob", "Bob Linde", c.Other.ID, models.Owner)
	c.Sam = person("usr_sam", "Sam Porter", c.Account.ID, models.Support)
	c.Sam.Kind = models.OnBehalf
	c.enter(t, s)
	c.Mail, c.MailToken = AddConnection(t, s, c.Account.ID, "Mail", models.Email)
	c.Text, c.TextToken = AddConnection(t, s, c.Account.ID, "Texts", models.SMS)
	c.OtherMail, _ = AddConnection(t, s, c.Other.ID, "Post", models.Email)
	return c
}

// enter makes the people members, and has Ada's business let support in.
func (c *Cast) enter(t testing.TB, s *store.Store) {
	t.Helper()
	now := s.Now()
	for _, a := range []models.Actor{c.Ada, c.Olga, c.Vera, c.Bob, c.Sam} {
		err := Alter(t.Context(), s,
			"INSERT INTO users (id, email, name, support, created_at) VALUES (?, ?, ?, ?, ?)", a.ID,
			a.ID+"@cast.example", a.Name, a.Role == models.Support, now)
		if err == nil && a.Role != models.Support {
			err = Alter(
				t.Context(),
				s,
				"INSERT INTO members (user_id, account_id, role, created_at, accepted_at) VALUES (?, ?, ?, "+
					"?, ?)",
				a.ID,
				a.AccountID,
				a.Role,
				now,
				now,
			)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	err := Alter(
		t.Context(),
		s,
		"INSERT INTO support_grants (id, account_id, granted_by, granted_at, until) VALUES ('grt_cast', ?, "+
			"?, ?, ?)",
		c.Account.ID,
		c.Olga.Name,
		now,
		now.AddDate(1, 0, 0),
	)
	if err != nil {
		t.Fatal(err)
	}
}

func person(id, name, accountID string, role models.Role) models.Actor {
	return models.Actor{
		Kind:      models.Person,
		ID:        id,
		Name:      name,
		AccountID: accountID,
		Role:      role,
		Network:   "203.0.113.7",
	}
}

func addAccount(t testing.TB, s *store.Store, a models.Account) models.Account {
	t.Helper()
	a, err := s.AddAccount(t.Context(), models.AtCommandLine(""), a)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// AddConnection adds a connection to the simulator that sends, and returns the token of its webhook address.
func AddConnection(t testing.TB, s *store.Store, accountID, name string,
	channel models.Channel) (models.Connection, string) {
	t.Helper()
	c := models.Connection{Provider: "simulator", Name: name, Channels: string(channel), Sends: true}
	c, token, err := s.Connection.AddConnection(t.Context(), models.AtCommandLine(accountID), c,
		map[string]string{"signing_secret": "s3cret of " + name})
	if err != nil {
		t.Fatal(err)
	}
	return c, token
}

// Jane's address is mistyped, Omar's number is a landline.
const (
	JaneMistyped = "jane.doe@gmial.com"
	JaneRight    = "jane.doe@gmail.com"
	OmarLandline = "+442079460018"
)

// Event is what a provider says of a message to an address, now; change what the test is about before Keep.
func Event(channel models.Channel, to string, kind models.EventType) models.Event {
	e := models.Event{Type: kind, Channel: channel, Recipient: to, ProviderMessageID: "msg of " + to,
		OccurredAt: time.Now().UTC().Truncate(time.Microsecond), Raw: []byte(`{}`)}
	e.DedupeKey = string(kind) + " " + to + " " + e.OccurredAt.Format(time.RFC3339Nano)
	return e
}

// Keep stores events of a connection and waits until all have had their effect.
func Keep(t testing.TB, s *store.Store, c models.Connection, events ...models.Event) {
	t.Helper()
	if err := s.Intake.Keep(t.Context(), c, events); err != nil {
		t.Fatal(err)
	}
	Settle(t, s)
}

// Settle waits until all stored events have had their effect.
func Settle(t testing.TB, s *store.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.Intake.Settled(ctx); err != nil {
		t.Fatal(err)
	}
}
