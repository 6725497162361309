package migrations

import (
	"context"
	"database/sql"
	"fmt"
)

// Known refuses a database that a newer release has changed: what this one would do with it nobody has tried.
func Known(ctx context.Context, db *sql.DB, d Dialect) error {
	there, here, err := versions(ctx, db, d)
	if err != nil {
		return err
	}
	if there > here {
		return fmt.Errorf(
			"the database has the schema of a newer release (step %d, this program knows %d): run that "+
				"release, or restore a copy made before it",
			there,
			here,
		)
	}
	return nil
}

// Current refuses a database whose schema is not exactly this program's, where it may not be changed.
func Current(ctx context.Context, db *sql.DB, d Dialect) error {
	there, here, err := versions(ctx, db, d)
	if err == nil && there != here {
		err = fmt.Errorf(
			"the database is at step %d, this program at %d: run undelivered migrate up with a "+
				"DATABASE_URL that leads to PostgreSQL itself and not to a pooler",
			there,
			here,
		)
	}
	return err
}

func versions(ctx context.Context, db *sql.DB, d Dialect) (there, here int64, err error) {
	p, err := provider(db, d)
	if err != nil {
		return 0, 0, err
	}
	if there, here, err = p.GetVersions(ctx); err != nil {
		return 0, 0, fmt.Errorf("migrations: %w", err)
	}
	return there, here, nil
}
