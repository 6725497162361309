package db

import (
	"context"
	"fmt"

	"undelivered/models"
)

// sealedColumns are all places that keep a sealed value, with the column that names the row.
var sealedColumns = []struct{ table, key, column string }{
	{"connections", "id", "token_sealed"},
	{"connections", "id", "settings_sealed"},
	{"connections", "id", "old_token_sealed"},
	{"connections", "id", "old_settings_sealed"},
	{"keys", "id", "token_sealed"},
	{"clear_requests", "id", "confirm_sealed"},
	{"callback_endpoints", "account_id", "secret_sealed"},
	{"callback_endpoints", "account_id", "old_secret_sealed"},
	{"digest_keys", "name", "sealed"},
}

// Reseal encrypts every sealed value anew with the present key, and returns how many there were. After it the
// key before is no longer needed.
func (s *DB) Reseal(ctx context.Context, a models.Actor) (int, error) {
	if a.Kind != models.Command {
		return 0, models.ErrForbidden
	}
	done := 0
	err := s.InTx(ctx, func(t *Tx) error {
		done = 0
		for _, place := range sealedColumns {
			n, err := t.reseal(place.table, place.key, place.column)
			if err != nil {
				return err
			}
			done += n
		}
		t.Record(a.In(""), "installation.rotate", models.AuditEntry{After: fmt.Sprint(done)})
		return nil
	})
	return done, err
}

func (t *Tx) reseal(table, key, column string) (int, error) {
	var rows []struct{ Key, Sealed string }
	err := t.Table(table).Select(key + " AS key, " + column + " AS sealed").Where(column + " <> ''").
		Scan(&rows).Error
	if err != nil {
		return 0, Wrap(err, "sealed values")
	}
	for _, row := range rows {
		plain, err := t.Database.Seal.Open(row.Sealed)
		if err != nil {
			return 0, fmt.Errorf("%s %s: %w", table, row.Key, err)
		}
		if err := t.Table(table).Where(key+" = ?", row.Key).Update(column,
			t.Database.Seal.Seal(plain)).Error; err != nil {
			return 0, Wrap(err, "sealing anew")
		}
	}
	return len(rows), nil
}
