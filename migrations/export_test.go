package migrations

import (
	"context"
	"database/sql"
)

// DownTo takes the schema back to a version, which only tests do.
func DownTo(ctx context.Context, db *sql.DB, d Dialect, version int64) error {
	p, err := provider(db, d)
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, version)
	return err
}
