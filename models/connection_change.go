package models

import (
	"context"
	"encoding/json"
	"fmt"
)

// changing loads a connection of the account and runs fn on it. The generic one belongs to the product.
func (s *Store) changing(ctx context.Context, a Actor, id string, fn func(t *tx, c *Connection) error) error {
	if err := a.need(Configure); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		var c Connection
		err := t.Take(&c, "id = ? AND account_id = ? AND removed_at IS NULL", id, a.AccountID).Error
		if err != nil {
			return found(err, "connection")
		}
		if c.Provider == GenericProvider {
			return ErrForbidden
		}
		return fn(t, &c)
	})
}

// saveConnection writes a changed connection, unless somebody else has changed it since it was read.
func (t *tx) saveConnection(c *Connection) error {
	old := c.Version
	c.Version++
	done := t.Model(&Connection{}).Where("id = ? AND version = ?", c.ID, old).Select("name", "sends", "settings_sealed", "position",
		"stopped_at", "stopped_why", "alert", "removed_at", "version").Updates(c)
	if done.Error == nil && done.RowsAffected == 0 {
		return t.conflict("connection.%", AuditEntry{AccountID: c.AccountID, ObjectID: c.ID}, old)
	}
	return found(done.Error, "saving a connection")
}

// ChangeConnection gives a connection other settings and another name. Sending begins again, because a login that was
// refused may be the reason of the change.
func (s *Store) ChangeConnection(ctx context.Context, a Actor, changed Connection, settings map[string]string) error {
	return s.changing(ctx, a, changed.ID, func(t *tx, c *Connection) error {
		if changed.Version != c.Version {
			return t.conflict("connection.%", AuditEntry{AccountID: c.AccountID, ObjectID: c.ID}, c.Version)
		}
		plain, err := json.Marshal(settings)
		if err != nil {
			return fmt.Errorf("models: connection: %w", err)
		}
		if err := t.claimBounces(c, settings); err != nil {
			return err
		}
		entry := AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: changed.Name, Before: c.Name, After: changed.Name}
		c.Name, c.Sends, c.SettingsSealed = changed.Name, changed.Sends, t.s.seal.seal(plain)
		c.StoppedAt, c.StoppedWhy, c.Alert = nil, "", ""
		if err := t.calm(c.ID); err != nil {
			return err
		}
		t.record(a, "connection.edit", entry)
		return t.saveConnection(c)
	})
}

// StoppedByPerson is why a connection does not send when a person has stopped it.
const StoppedByPerson = "person"

// PauseConnection stops sending through a connection; its reports are still taken.
func (s *Store) PauseConnection(ctx context.Context, a Actor, id string) error {
	return s.changing(ctx, a, id, func(t *tx, c *Connection) error {
		if c.StoppedAt != nil {
			return nil
		}
		c.StoppedAt, c.StoppedWhy = &t.now, StoppedByPerson
		t.record(a, "connection.stop", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name, Reason: StoppedByPerson})
		return t.saveConnection(c)
	})
}

// ResumeConnection lets a connection send again.
func (s *Store) ResumeConnection(ctx context.Context, a Actor, id string) error {
	return s.changing(ctx, a, id, func(t *tx, c *Connection) error {
		if c.StoppedAt == nil {
			return nil
		}
		before := c.StoppedWhy
		c.StoppedAt, c.StoppedWhy = nil, ""
		if err := t.calm(c.ID); err != nil {
			return err
		}
		t.record(a, "connection.resume", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name, Before: before})
		return t.saveConnection(c)
	})
}

// PreferConnection puts a connection before all others: it sends what its channels carry.
func (s *Store) PreferConnection(ctx context.Context, a Actor, id string) error {
	return s.changing(ctx, a, id, func(t *tx, c *Connection) error {
		var first int
		err := t.Model(&Connection{}).
			Where("account_id = ? AND removed_at IS NULL AND provider <> ?", a.AccountID, GenericProvider).Select("MIN(position)").Scan(&first).Error
		if err != nil || first == c.Position {
			return found(err, "order of connections")
		}
		c.Position = first - 1
		t.record(a, "connection.prefer", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
		return t.saveConnection(c)
	})
}

// RemoveConnection ends a connection: nothing is sent through it, and its webhook address answers no more. What it
// has told stays, and its credentials are forgotten.
func (s *Store) RemoveConnection(ctx context.Context, a Actor, id string) error {
	return s.changing(ctx, a, id, func(t *tx, c *Connection) error {
		if err := t.claimBounces(c, nil); err != nil {
			return err
		}
		c.RemovedAt, c.Sends, c.SettingsSealed = &t.now, false, t.s.seal.seal([]byte("{}"))
		t.record(a, "connection.remove", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name, Before: c.Provider})
		return t.saveConnection(c)
	})
}
