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
		changed, err := s.insisting(&now.SettingsSealed, setting)
		if err != nil || !changed {
			return err
		}
		if _, err := s.insisting(&now.OldSettingsSealed, setting); err != nil {
			return err
		}
		t.Record(models.Itself(now.AccountID), "connection.edit", models.AuditEntry{
			ObjectKind: "connection",
			ObjectID:   now.ID,
			ObjectName: now.Name,
			After:      setting,
		})
		return saveConnection(t, &now)
	})
}

// insisting sets the setting in sealed settings; false: it was set, or there are none.
func (s *Store) insisting(sealed *string, setting string) (bool, error) {
	if *sealed == "" {
		return false, nil
	}
	settings, err := s.ConnectionSettings(models.Connection{SettingsSealed: *sealed})
	if err != nil || settings[setting] == "yes" {
		return false, err
	}
	settings[setting] = "yes"
	plain, err := json.Marshal(settings)
	if err != nil {
		return false, fmt.Errorf("models: connection: %w", err)
	}
	*sealed = s.db.Seal.Seal(plain)
	return true, nil
}
