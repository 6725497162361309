package migrations

import (
	"context"
	"database/sql"
)

// Down takes the whole schema back, which only tests do.
func Down(ctx context.Context, db *sql.DB, d Dialect) error {
	p, err := provider(db, d)
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, 0)
	return err
}
