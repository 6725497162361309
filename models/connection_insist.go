package models

import (
	"context"
	"encoding/json"
	"fmt"
)

// Insist sets a setting of a connection to "yes": its provider has been seen to prove its reports in a stronger way, and
// without it none is taken any more.
func (s *Store) Insist(ctx context.Context, c Connection, setting string) error {
	return s.inTx(ctx, func(t *tx) error {
		var now Connection
		if err := t.Take(&now, "id = ? AND removed_at IS NULL", c.ID).Error; err != nil {
			return found(err, "connection")
		}
		settings, err := t.s.ConnectionSettings(now)
		if err != nil || settings[setting] == "yes" {
			return err
		}
		settings[setting] = "yes"
		plain, err := json.Marshal(settings)
		if err != nil {
			return fmt.Errorf("models: connection: %w", err)
		}
		now.SettingsSealed = t.s.seal.seal(plain)
		t.record(Itself(now.AccountID), "connection.edit", AuditEntry{ObjectKind: "connection", ObjectID: now.ID, ObjectName: now.Name, After: setting})
		return t.saveConnection(&now)
	})
}
