package models

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Connection is an account's credentials at a provider, and the address that the provider reports to.
type Connection struct {
	ID             string
	AccountID      string
	Provider       string
	Name           string
	Channels       string // "email", "sms" or "email,sms"
	Sends          bool   // its settings are enough to send through it
	TokenHash      string `json:"-"`
	TokenSealed    string `json:"-"`
	SettingsSealed string `json:"-"`
	Position       int    // order of choice within a channel; the lowest sends
	StoppedAt      *time.Time
	StoppedWhy     string
	HeardAt        *time.Time // last verified event
	Refused        int        // requests refused since they began
	RefusedAt      *time.Time
	RefusedWhy     string
	Alert          string     // something that its provider told us to tell people
	ComparedAt     *time.Time // its provider's own list with ours
	CompareFailed  string     // why the last comparison could not be made
	Hangs          int        // hand-overs in a row that did not end in time
	HungAt         *time.Time // since when one message at a time tries it
	HungUntil      *time.Time // when the next of them may go
	MailboxUID     string     // how far a bounce mailbox has been read
	Version        int
	CreatedAt      time.Time
	RemovedAt      *time.Time
	byToken        bool // found by its token: it must still be so when something is kept in its name
}

// Carries says whether the connection is for the channel.
func (c Connection) Carries(channel Channel) bool {
	return strings.Contains(c.Channels, string(channel))
}

// GenericProvider is the connection that events of an account's own systems belong to; every account has one.
const GenericProvider = "generic"

// AddConnection keeps a connection with its settings sealed, and returns it with the token of its webhook address.
func (s *Store) AddConnection(ctx context.Context, a Actor, c Connection, settings map[string]string) (Connection, string, error) {
	if err := a.need(Configure); err != nil {
		return Connection{}, "", err
	}
	var token string
	err := s.inTx(ctx, func(t *tx) error {
		var err error
		if c.AccountID = a.AccountID; c.Position == 0 {
			c.Position = t.nextPosition(a.AccountID)
		}
		if token, err = t.createConnection(&c, settings); err != nil {
			return err
		}
		if err := t.claimBounces(&c, settings); err != nil {
			return err
		}
		t.record(a, "connection.add", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name, After: c.Provider})
		return nil
	})
	return c, token, err
}

func (t *tx) nextPosition(accountID string) int {
	var last int
	t.Model(&Connection{}).Where("account_id = ? AND provider <> ?", accountID, GenericProvider).Select("COALESCE(MAX(position), 0)").Scan(&last)
	return last + 1
}

func (t *tx) createConnection(c *Connection, settings map[string]string) (token string, err error) {
	plain, err := json.Marshal(settings)
	if err != nil {
		return "", fmt.Errorf("models: connection: %w", err)
	}
	token, c.TokenHash = newToken()
	c.ID, c.CreatedAt, c.Version = newID("con", t.now), t.now, 1
	c.TokenSealed, c.SettingsSealed = t.s.seal.seal([]byte(token)), t.s.seal.seal(plain)
	if err := t.Create(c).Error; err != nil {
		return "", fmt.Errorf("models: adding a connection: %w", err)
	}
	return token, nil
}

func (t *tx) addGenericConnection(accountID string) error {
	c := Connection{AccountID: accountID, Provider: GenericProvider, Name: "Your own systems", Channels: "email,sms", Position: 1000}
	_, err := t.createConnection(&c, map[string]string{})
	return err
}

// ConnectionSettings opens the sealed settings of a connection; they never leave the server.
func (s *Store) ConnectionSettings(c Connection) (map[string]string, error) {
	plain, err := s.seal.open(c.SettingsSealed)
	if err != nil {
		return nil, err
	}
	settings := map[string]string{}
	if err := json.Unmarshal(plain, &settings); err != nil {
		return nil, fmt.Errorf("models: settings of %s: %w", c.ID, err)
	}
	return settings, nil
}

// ConnectionToken is the token of a connection's webhook address, to be shown to its owner.
func (s *Store) ConnectionToken(c Connection) (string, error) {
	token, err := s.seal.open(c.TokenSealed)
	return string(token), err
}

// Connections lists the connections of the account in order of choice, the generic one last.
func (s *Store) Connections(ctx context.Context, a Actor) ([]Connection, error) {
	if err := a.need(See); err != nil {
		return nil, err
	}
	var all []Connection
	err := s.reading(ctx).Where("account_id = ? AND removed_at IS NULL", a.AccountID).Order("position, id").Find(&all).Error
	return all, found(err, "connections")
}

// Connection is one connection of the account.
func (s *Store) Connection(ctx context.Context, a Actor, id string) (Connection, error) {
	if err := a.need(See); err != nil {
		return Connection{}, err
	}
	var c Connection
	err := s.reading(ctx).Take(&c, "id = ? AND account_id = ? AND removed_at IS NULL", id, a.AccountID).Error
	return c, found(err, "connection")
}

// StopConnection stops sending through a connection whose login was refused, and says why.
func (s *Store) StopConnection(ctx context.Context, c Connection, why string) error {
	return s.inTx(ctx, func(t *tx) error {
		done := t.Model(&Connection{}).Where("id = ? AND stopped_at IS NULL", c.ID).
			Updates(map[string]any{"stopped_at": t.now, "stopped_why": why, "version": t.raw("version + 1")})
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "stopping a connection")
		}
		t.record(Itself(c.AccountID), "connection.stop", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name, Reason: why})
		return nil
	})
}

// AlertConnection keeps something that a provider told us to tell people ("events have been switched off").
func (s *Store) AlertConnection(ctx context.Context, c Connection, alert string) error {
	return found(s.write.WithContext(ctx).Exec("UPDATE connections SET alert = ? WHERE id = ?", cleanText(alert), c.ID).Error, "alert")
}
