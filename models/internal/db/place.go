package db

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Place is where the database is: for a file which one on its disk, for PostgreSQL which database of which
// cluster. A copy of either is another.
func (s *DB) Place(ctx context.Context) (string, error) {
	if s.File != "" {
		info, err := os.Stat(s.File)
		if err != nil {
			return "", fmt.Errorf("models: database: %w", err)
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			return fmt.Sprint("file ", stat.Ino), nil
		}
		return "file", nil
	}
	var cluster, database string
	err := s.Pool.QueryRowContext(ctx, "SELECT (SELECT system_identifier FROM pg_control_system())::text, "+
		"oid::text FROM pg_database WHERE datname = current_database()").
		Scan(&cluster, &database)
	return "cluster " + cluster + " database " + database, Wrap(err, "place of the database")
}

// Mark is the file beside an embedded database that says until when it was in use: a database that is put
// back is older.
func (s *DB) Mark() string { return strings.TrimSuffix(s.File, ".db") + ".beat" }
