package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/libtnb/sqlite"

	"undelivered/migrations"
)

// onlyOurs makes the files of an SQLite database ours alone, whatever the folder allows: SQLite gives the
// files beside it the rights of the first.
func onlyOurs(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	for _, name := range []string{file, file + "-wal", file + "-shm", file + "-journal", file + ".lock"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("models: rights of the database file: %w", err)
		}
	}
	return nil
}

// sqliteOn is SQLite on a pool of ours.
func sqliteOn(pool *sql.DB) *sqlite.Dialector {
	return sqlite.New(sqlite.Config{Conn: pool}).(*sqlite.Dialector)
}

// scrubbed marks a file in which no free space holds what was deleted before secure_delete was on.
const scrubbed = 901

// scrubOnce rewrites a file from before once.
func (s *DB) scrubOnce(ctx context.Context) error {
	var mark int
	if err := s.Pool.QueryRowContext(ctx, "PRAGMA user_version").Scan(&mark); err != nil {
		return fmt.Errorf("models: mark of the file: %w", err)
	}
	if mark >= scrubbed {
		return nil
	}
	for _, step := range []string{"VACUUM", fmt.Sprintf("PRAGMA user_version = %d", scrubbed),
		"PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := s.Pool.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("models: rewriting the file: %w", err)
		}
	}
	return nil
}

// Scrub takes what was erased out of the bytes that the database keeps beside its rows: SQLite's log of
// writes. PostgreSQL rewrites its pages by itself (autovacuum).
func (s *DB) Scrub(ctx context.Context) error {
	if s.Kind != migrations.SQLite {
		return nil
	}
	_, err := s.Pool.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return Wrap(err, "emptying the log of writes")
}
