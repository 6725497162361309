// Package migrations holds the schema and applies it: goose gets the files of the database at hand.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed [0-9]*.sql
var files embed.FS

// Dialect names a database.
type Dialect string

// The two databases.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Up applies what is missing. Several instances may call it at once on PostgreSQL: one applies, the others
// wait. On SQLite the caller holds a file lock.
func Up(ctx context.Context, db *sql.DB, d Dialect) error {
	p, err := provider(db, d)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrations: %w%s", err, advice(err))
	}
	return nil
}

// advice is what helps when the extension of the search can't be added: it takes the right to create things
// in the database, and the files that come with the server.
func advice(err error) string {
	if !strings.Contains(err.Error(), "pg_trgm") {
		return ""
	}
	return ". The search needs PostgreSQL's extension pg_trgm: let an administrator of the database run " +
		"CREATE EXTENSION pg_trgm; in it, and start again"
}

// Line is one migration and whether it has been applied.
type Line struct {
	Name    string `json:"name"`
	Applied bool   `json:"applied"`
}

// Status lists all migrations in order.
func Status(ctx context.Context, db *sql.DB, d Dialect) ([]Line, error) {
	p, err := provider(db, d)
	if err != nil {
		return nil, err
	}
	rows, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrations: status: %w", err)
	}
	lines := make([]Line, len(rows))
	for i, row := range rows {
		lines[i] = Line{row.Source.Path, row.State == goose.StateApplied}
	}
	return lines, nil
}

func provider(db *sql.DB, d Dialect) (*goose.Provider, error) {
	others, err := ofOthers(d)
	if err != nil {
		return nil, err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithExcludeNames(others)}
	if d == Postgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return nil, fmt.Errorf("migrations: locker: %w", err)
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

// ofOthers names the files that are for the other database only: NNNN_name.<dialect>.sql.
func ofOthers(d Dialect) ([]string, error) {
	other := Postgres
	if d == Postgres {
		other = SQLite
	}
	names, err := fs.Glob(files, "*."+string(other)+".sql")
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return names, nil
}
