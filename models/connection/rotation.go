package connection

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Renewal is what a connection gets when its address is renewed.
type Renewal struct {
	Made map[string]string // settings of our own making, with new values
}

// Renew gives a connection another webhook address, and other secrets of our own making. Those before are
// good beside them until a moment that its page tells.
func (s *Store) Renew(ctx context.Context, a models.Actor, id string, r Renewal) error {
	return s.changing(ctx, a, id, func(t *db.Tx, c *models.Connection) error {
		settings, err := s.ConnectionSettings(*c)
		if err != nil {
			return err
		}
		until := t.Now.Add(models.AddressOverlap)
		if len(r.Made) > 0 {
			if err := replaceSecrets(t, c, settings, r.Made, until); err != nil {
				return err
			}
		}
		token, hash := db.NewToken()
		old := c.TokenHash
		c.OldTokenHash, c.OldTokenSealed, c.OldTokenUntil = &old, c.TokenSealed, &until
		c.TokenHash, c.TokenSealed = hash, t.Database.Seal.Seal([]byte(token))
		t.Record(
			a,
			"connection.renew",
			models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name,
				After: until.Format(time.RFC3339)},
		)
		return saveConnection(t, c)
	})
}

func replaceSecrets(t *db.Tx, c *models.Connection, settings, made map[string]string, until time.Time) error {
	for key, value := range made {
		settings[key] = value
	}
	plain, err := json.Marshal(settings)
	if err != nil {
		return fmt.Errorf("models: connection: %w", err)
	}
	c.OldSettingsSealed, c.OldSettingsUntil = c.SettingsSealed, &until
	c.SettingsSealed = t.Database.Seal.Seal(plain)
	return nil
}

// EndOld ends the address and the secrets from before at once.
func (s *Store) EndOld(ctx context.Context, a models.Actor, id string) error {
	return s.changing(ctx, a, id, func(t *db.Tx, c *models.Connection) error {
		if c.OldTokenUntil == nil && c.OldSettingsUntil == nil {
			return nil
		}
		endOld(c)
		t.Record(a, "connection.end_old",
			models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
		return saveConnection(t, c)
	})
}

func endOld(c *models.Connection) {
	c.OldTokenHash, c.OldTokenSealed, c.OldTokenUntil = nil, "", nil
	c.OldSettingsSealed, c.OldSettingsUntil = "", nil
}

// OldToken is the token of the address before the present one, to be shown to its owner; empty: it is good no
// more.
func (s *Store) OldToken(c models.Connection) (string, error) {
	if !c.OldAddress(s.db.Now()) {
		return "", nil
	}
	token, err := s.db.Seal.Open(c.OldTokenSealed)
	return string(token), err
}
