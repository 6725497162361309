package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"gorm.io/gorm"

	"undelivered/migrations"
)

// dsn is the connection string; each part was shown to be necessary (GROWING.md, SQLite).
const dsn = "file:%s?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=cache_size(-8000)&_txlock=immediate&_time_format=sqlite&_timezone=UTC&_dqs=0"

const readers = 4

func (s *DB) openSQLite(ctx context.Context, file string) error {
	s.Kind = migrations.SQLite
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("models: data folder: %w", err)
	}
	unlock, err := lockFile(file + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if err := onlyOurs(file); err != nil {
		return err
	}
	if s.Pool, err = s.openPool(Address(file), 1); err != nil {
		return err
	}
	if err := s.migrateSQLite(ctx); err != nil {
		return err
	}
	reading, err := s.openPool(Address(file)+"&_pragma=query_only(1)", readers)
	if err != nil {
		return err
	}
	if s.Main, err = gorm.Open(cleanSQLite{sqliteOn(s.Pool)}, s.gormConfig()); err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	if err := watch(s.Main); err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	if s.Pages, err = gorm.Open(cleanSQLite{sqliteOn(reading)}, s.gormConfig()); err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	s.Replica = s.Pages
	if s.asked, err = s.openPool(Address(file)+"&_pragma=query_only(1)", 1); err != nil {
		return err
	}
	return s.scrubOnce(ctx)
}

// Address is the connection string of a file, whatever characters its path has.
func Address(file string) string { return fmt.Sprintf(dsn, (&url.URL{Path: file}).EscapedPath()) }

func (s *DB) openPool(address string, size int) (*sql.DB, error) {
	connector, err := connectorOf(address)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	s.closers = append(s.closers, func() { pool.Close() })
	return pool, nil
}

func (s *DB) migrateSQLite(ctx context.Context) error {
	if err := migrations.Known(ctx, s.Pool, migrations.SQLite); err != nil {
		return err
	}
	if err := migrations.Up(ctx, s.Pool, migrations.SQLite); err != nil {
		return err
	}
	var err error
	s.jobs, err = openJobs(ctx, riversqlite.New(s.Pool))
	return err
}

// lockFile lets one program at a time change the schema of an SQLite file.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("models: lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("models: lock: %w", err)
	}
	return func() { f.Close() }, nil
}
