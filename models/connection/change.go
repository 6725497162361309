package connection

import (
	"context"
	"encoding/json"
	"fmt"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// changing loads a connection of the account and runs fn on it. The generic one belongs to the product.
func (s *Store) changing(ctx context.Context, a models.Actor, id string,
	fn func(t *db.Tx, c *models.Connection) error) error {
	if err := a.Need(models.Configure); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var c models.Connection
		err := t.Take(&c, "id = ? AND account_id = ? AND removed_at IS NULL", id, a.AccountID).Error
		if err != nil {
			return db.Wrap(err, "connection")
		}
		if c.Provider == GenericProvider {
			return models.ErrForbidden
		}
		return fn(t, &c)
	})
}

// saveConnection writes a changed connection, unless somebody else has changed it since it was read.
func saveConnection(t *db.Tx, c *models.Connection) error {
	old := c.Version
	c.Version++
	done := t.Model(&models.Connection{}).Where("id = ? AND version = ?", c.ID, old).
		Select("name", "sends", "settings_sealed", "position",
			"stopped_at", "stopped_why", "alert", "removed_at", "version", "token_hash", "token_sealed",
			"old_token_hash", "old_token_sealed",
			"old_token_until", "old_settings_sealed", "old_settings_until").
		Updates(c)
	if done.Error == nil && done.RowsAffected == 0 {
		return t.Conflict("connection.%", models.AuditEntry{AccountID: c.AccountID, ObjectID: c.ID}, old)
	}
	return db.Wrap(done.Error, "saving a connection")
}

// ChangeConnection gives a connection other settings and another name. Sending begins again, because a login
// that was refused may be the reason of the change. With another OldSettingsUntil than before, the settings
// before go on proving reports until then.
func (s *Store) ChangeConnection(ctx context.Context, a models.Actor, changed models.Connection,
	settings map[string]string) error {
	return s.changing(ctx, a, changed.ID, func(t *db.Tx, c *models.Connection) error {
		if changed.Version != c.Version {
			return t.Conflict("connection.%", models.AuditEntry{AccountID: c.AccountID, ObjectID: c.ID},
				c.Version)
		}
		plain, err := json.Marshal(settings)
		if err != nil {
			return fmt.Errorf("models: connection: %w", err)
		}
		if err := claimBounces(t, c, settings); err != nil {
			return err
		}
		entry := models.AuditEntry{
			ObjectKind: "connection",
			ObjectID:   c.ID,
			ObjectName: changed.Name,
			Before:     c.Name,
			After:      changed.Name,
		}
		if until := changed.OldSettingsUntil; until != nil &&
			(c.OldSettingsUntil == nil || !until.Equal(*c.OldSettingsUntil)) {
			c.OldSettingsSealed, c.OldSettingsUntil = c.SettingsSealed, until
		}
		c.Name, c.Sends, c.SettingsSealed = changed.Name, changed.Sends, t.Database.Seal.Seal(plain)
		c.StoppedAt, c.StoppedWhy, c.Alert = nil, "", ""
		if err := calm(t, c.ID); err != nil {
			return err
		}
		t.Record(a, "connection.edit", entry)
		return saveConnection(t, c)
	})
}

// StoppedByPerson is why a connection does not send when a person has stopped it.
const StoppedByPerson = "person"

// PauseConnection stops sending through a connection; its reports are still taken.
func (s *Store) PauseConnection(ctx context.Context, a models.Actor, id string) error {
	return s.changing(ctx, a, id, func(t *db.Tx, c *models.Connection) error {
		if c.StoppedAt != nil {
			return nil
		}
		c.StoppedAt, c.StoppedWhy = &t.Now, StoppedByPerson
		t.Record(a, "connection.stop", models.AuditEntry{
			ObjectKind: "connection",
			ObjectID:   c.ID,
			ObjectName: c.Name,
			Reason:     StoppedByPerson,
		})
		return saveConnection(t, c)
	})
}

// ResumeConnection lets a connection send again.
func (s *Store) ResumeConnection(ctx context.Context, a models.Actor, id string) error {
	return s.changing(ctx, a, id, func(t *db.Tx, c *models.Connection) error {
		if c.StoppedAt == nil {
			return nil
		}
		before := c.StoppedWhy
		c.StoppedAt, c.StoppedWhy = nil, ""
		if err := calm(t, c.ID); err != nil {
			return err
		}
		t.Record(a, "connection.resume",
			models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name, Before: before})
		return saveConnection(t, c)
	})
}

// PreferConnection puts a connection before all others: it sends what its channels carry.
func (s *Store) PreferConnection(ctx context.Context, a models.Actor, id string) error {
	return s.changing(ctx, a, id, func(t *db.Tx, c *models.Connection) error {
		var first int
		err := t.Model(&models.Connection{}).
			Where("account_id = ? AND removed_at IS NULL AND provider <> ?", a.AccountID, GenericProvider).
			Select("MIN(position)").Scan(&first).Error
		if err != nil || first == c.Position {
			return db.Wrap(err, "order of connections")
		}
		c.Position = first - 1
		t.Record(a, "connection.prefer",
			models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
		return saveConnection(t, c)
	})
}

// RemoveConnection ends a connection: nothing is sent through it, and its webhook address answers no more.
// What it has told stays, and its credentials are forgotten.
func (s *Store) RemoveConnection(ctx context.Context, a models.Actor, id string) error {
	return s.changing(ctx, a, id, func(t *db.Tx, c *models.Connection) error {
		if err := claimBounces(t, c, nil); err != nil {
			return err
		}
		c.RemovedAt, c.Sends, c.SettingsSealed = &t.Now, false, t.Database.Seal.Seal([]byte("{}"))
		endOld(c)
		t.Record(a, "connection.remove", models.AuditEntry{
			ObjectKind: "connection",
			ObjectID:   c.ID,
			ObjectName: c.Name,
			Before:     c.Provider,
		})
		return saveConnection(t, c)
	})
}
