package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/libtnb/sqlite"

	"undelivered/migrations"
	"undelivered/models/internal/db"
)

// MigrationsOf lists the schema's steps and whether each has been applied, without applying any.
func MigrationsOf(ctx context.Context, o Options) ([]migrations.Line, error) {
	if o.URL != "" {
		return stepsOf(ctx, "pgx", o.URL, migrations.Postgres)
	}
	if _, err := os.Stat(o.File); errors.Is(err, fs.ErrNotExist) {
		return stepsOf(ctx, sqlite.DriverName, ":memory:", migrations.SQLite)
	}
	return stepsOf(ctx, sqlite.DriverName, db.Address(o.File), migrations.SQLite)
}

func stepsOf(ctx context.Context, driver, address string, d migrations.Dialect) ([]migrations.Line, error) {
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, fmt.Errorf("models: open: %w", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	return migrations.Status(ctx, db, d)
}
