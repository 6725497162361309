package models

import (
	"context"
	"fmt"
)

// sealedColumns are all places that keep a sealed value, with the column that names the row.
var sealedColumns = []struct{ table, key, column string }{
	{"connections", "id", "token_sealed"},
	{"connections", "id", "settings_sealed"},
	{"keys", "id", "token_sealed"},
	{"clear_requests", "id", "confirm_sealed"},
	{"callback_endpoints", "account_id", "secret_sealed"},
	{"digest_keys", "name", "sealed"},
}

// Reseal encrypts every sealed value anew with the present key, and returns how many there were. After it the key
// before is no longer needed.
func (s *Store) Reseal(ctx context.Context, a Actor) (int, error) {
	if a.Kind != Command {
		return 0, ErrForbidden
	}
	done := 0
	err := s.inTx(ctx, func(t *tx) error {
		done = 0
		for _, place := range sealedColumns {
			n, err := t.reseal(place.table, place.key, place.column)
			if err != nil {
				return err
			}
			done += n
		}
		t.record(a.in(""), "installation.rotate", AuditEntry{After: fmt.Sprint(done)})
		return nil
	})
	return done, err
}

func (t *tx) reseal(table, key, column string) (int, error) {
	var rows []struct{ Key, Sealed string }
	err := t.Table(table).Select(key + " AS key, " + column + " AS sealed").Where(column + " <> ''").Scan(&rows).Error
	if err != nil {
		return 0, found(err, "sealed values")
	}
	for _, row := range rows {
		plain, err := t.s.seal.open(row.Sealed)
		if err != nil {
			return 0, fmt.Errorf("%s %s: %w", table, row.Key, err)
		}
		if err := t.Table(table).Where(key+" = ?", row.Key).Update(column, t.s.seal.seal(plain)).Error; err != nil {
			return 0, found(err, "sealing anew")
		}
	}
	return len(rows), nil
}
