package connection

import (
	"context"
	"encoding/json"
	"fmt"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Insist sets a setting of a connection to "yes": its provider has been seen to prove its reports in a
// stronger way, and without it none is taken any more.
func (s *Store) Insist(ctx context.Context, c models.Connection, setting string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var now models.Connection
		if err := t.Take(&now, "id = ? AND removed_at IS NULL", c.ID).Error; err != nil {
			return db.Wrap(err, "connection")
		}
		settings, err := s.ConnectionSettings(now)
		if err != nil || settings[setting] == "yes" {
			return err
		}
		settings[setting] = "yes"
		plain, err := json.Marshal(settings)
		if err != nil {
			return fmt.Errorf("models: connection: %w", err)
		}
		now.SettingsSealed = t.Database.Seal.Seal(plain)
		t.Record(models.Itself(now.AccountID), "connection.edit", models.AuditEntry{
			ObjectKind: "connection",
			ObjectID:   now.ID,
			ObjectName: now.Name,
			After:      setting,
		})
		return saveConnection(t, &now)
	})
}
