package connection

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Carries says whether the connection is for the channel.
func Carries(c models.Connection, channel models.Channel) bool {
	return strings.Contains(c.Channels, string(channel))
}

// GenericProvider is the connection that events of an account's own systems belong to; every account has one.
const GenericProvider = "generic"

// AddConnection keeps a connection with its settings sealed, and returns it with the token of its webhook
// address.
func (s *Store) AddConnection(ctx context.Context, a models.Actor, c models.Connection,
	settings map[string]string) (models.Connection, string, error) {
	if err := a.Need(models.Configure); err != nil {
		return models.Connection{}, "", err
	}
	var token string
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		var err error
		if c.AccountID = a.AccountID; c.Position == 0 {
			c.Position = nextPosition(t, a.AccountID)
		}
		if token, err = createConnection(t, &c, settings); err != nil {
			return err
		}
		if err := claimBounces(t, &c, settings); err != nil {
			return err
		}
		t.Record(a, "connection.add", models.AuditEntry{
			ObjectKind: "connection",
			ObjectID:   c.ID,
			ObjectName: c.Name,
			After:      c.Provider,
		})
		return nil
	})
	return c, token, err
}

func nextPosition(t *db.Tx, accountID string) int {
	var last int
	t.Model(&models.Connection{}).Where("account_id = ? AND provider <> ?", accountID, GenericProvider).
		Select("COALESCE(MAX(position), 0)").Scan(&last)
	return last + 1
}

func createConnection(t *db.Tx, c *models.Connection, settings map[string]string) (token string, err error) {
	plain, err := json.Marshal(settings)
	if err != nil {
		return "", fmt.Errorf("models: connection: %w", err)
	}
	token, c.TokenHash = db.NewToken()
	c.ID, c.CreatedAt, c.Version = models.NewID("con", t.Now), t.Now, 1
	c.TokenSealed, c.SettingsSealed = t.Database.Seal.Seal([]byte(token)), t.Database.Seal.Seal(plain)
	if err := t.Create(c).Error; err != nil {
		return "", fmt.Errorf("models: adding a connection: %w", err)
	}
	return token, nil
}

func AddGenericConnection(t *db.Tx, accountID string) error {
	c := models.Connection{
		AccountID: accountID,
		Provider:  GenericProvider,
		Name:      "Your own systems",
		Channels:  "email,sms",
		Position:  1000,
	}
	_, err := createConnection(t, &c, map[string]string{})
	return err
}

// ConnectionSettings opens the sealed settings of a connection; they never leave the server.
func (s *Store) ConnectionSettings(c models.Connection) (map[string]string, error) {
	plain, err := s.db.Seal.Open(c.SettingsSealed)
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
func (s *Store) ConnectionToken(c models.Connection) (string, error) {
	token, err := s.db.Seal.Open(c.TokenSealed)
	return string(token), err
}

// Connections lists the connections of the account in order of choice, the generic one last.
func (s *Store) Connections(ctx context.Context, a models.Actor) ([]models.Connection, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var all []models.Connection
	err := s.db.Reading(ctx).Where("account_id = ? AND removed_at IS NULL", a.AccountID).
		Order("position, id").Find(&all).Error
	return all, db.Wrap(err, "connections")
}

// Connection is one connection of the account.
func (s *Store) Connection(ctx context.Context, a models.Actor, id string) (models.Connection, error) {
	if err := a.Need(models.See); err != nil {
		return models.Connection{}, err
	}
	var c models.Connection
	err := s.db.Reading(ctx).Take(&c, "id = ? AND account_id = ? AND removed_at IS NULL", id, a.AccountID).
		Error
	return c, db.Wrap(err, "connection")
}

// SuspendConnection stops sending through a connection whose login was refused, and says why.
func (s *Store) SuspendConnection(ctx context.Context, c models.Connection, why string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		done := t.Model(&models.Connection{}).Where("id = ? AND stopped_at IS NULL", c.ID).
			Updates(map[string]any{"stopped_at": t.Now, "stopped_why": why, "version": t.Expr("version + 1")})
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "stopping a connection")
		}
		t.Record(models.Itself(c.AccountID), "connection.stop",
			models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name, Reason: why})
		return nil
	})
}

// AlertConnection keeps something that a provider told us to tell people ("events have been switched off").
func (s *Store) AlertConnection(ctx context.Context, c models.Connection, alert string) error {
	return db.Wrap(
		s.db.Main.WithContext(ctx).
			Exec("UPDATE connections SET alert = ? WHERE id = ?", models.CleanText(alert), c.ID).
			Error,
		"alert",
	)
}
