package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"undelivered/migrations"
)

// Time limits of one statement: pages are quick or refused, writes may wait for a lock.
const (
	pageLimit  = "5s"
	writeLimit = "30s"
)

func (s *DB) openPostgres(ctx context.Context, url, replica string) error {
	s.Kind = migrations.Postgres
	pool, err := s.openPgPool(ctx, url, writeLimit)
	if err != nil {
		return err
	}
	s.Pool = stdlib.OpenDBFromPool(pool)
	s.Pool.SetMaxIdleConns(0) // the pool keeps the connections
	s.closers = append(s.closers, func() { s.Pool.Close() })
	if s.pooled = pooled(url); s.pooled {
		if err = migrations.Current(ctx, s.Pool, migrations.Postgres); err == nil {
			s.jobs, err = newJobs(riverdatabasesql.New(s.Pool))
		}
	} else {
		err = s.migratePostgres(ctx, pool)
	}
	if err != nil {
		return err
	}
	if s.Main, err = gorm.Open(cleanPostgres{&postgres.Dialector{Config: &postgres.Config{Conn: s.Pool}}},
		s.gormConfig()); err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	if err := watch(s.Main); err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	if s.Pages, err = s.openPages(ctx, url); err != nil {
		return err
	}
	if s.Replica = s.Pages; replica != "" {
		if err := s.openReplica(ctx, replica); err != nil {
			return err
		}
	}
	s.asked, err = s.openReading(ctx, url, pulseConnections)
	return err
}

// pulseConnections: the pulse has its own, so that no rush of requests looks like a database that hangs.
const pulseConnections = 1

// openPages opens a pool of connections whose statements are short.
func (s *DB) openPages(ctx context.Context, url string) (*gorm.DB, error) {
	reading, err := s.openReading(ctx, url, 0)
	if err != nil {
		return nil, err
	}
	db, err := gorm.Open(cleanPostgres{&postgres.Dialector{Config: &postgres.Config{Conn: reading}}},
		s.gormConfig())
	if err != nil {
		return nil, fmt.Errorf("models: open: %w", err)
	}
	return db, nil
}

func (s *DB) openReading(ctx context.Context, url string, connections int32) (*sql.DB, error) {
	pool, err := s.newPgPool(ctx, url, pageLimit, connections)
	if err != nil {
		return nil, err
	}
	reading := stdlib.OpenDBFromPool(pool)
	reading.SetMaxIdleConns(0)
	s.closers = append(s.closers, func() { reading.Close() })
	return reading, nil
}

func (s *DB) openPgPool(ctx context.Context, url, limit string) (*pgxpool.Pool, error) {
	pool, err := s.newPgPool(ctx, url, limit, 0)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		return nil, fmt.Errorf("models: PostgreSQL does not answer: %w", err)
	}
	return pool, nil
}

// Connections of a pool, and how long a new one may take.
const (
	leastConnections = 12
	connectPatience  = 5 * time.Second
)

func (s *DB) newPgPool(ctx context.Context, url, limit string, connections int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("models: DATABASE_URL cannot be read: %w", err)
	}
	if p := config.ConnConfig.RuntimeParams; !pooled(url) {
		p["statement_timeout"], p["timezone"], p["synchronous_commit"] = limit, "UTC", "on"
		p["application_name"] = "undelivered"
	}
	config.MaxConnIdleTime = 5 * time.Minute
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectPatience
	}
	if config.MaxConns = max(config.MaxConns, leastConnections); connections > 0 {
		config.MaxConns = connections
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("models: open: %w", err)
	}
	s.closers = append(s.closers, pool.Close)
	return pool, nil
}

func (s *DB) migratePostgres(ctx context.Context, pool *pgxpool.Pool) error {
	if err := migrations.Known(ctx, s.Pool, migrations.Postgres); err != nil {
		return err
	}
	if err := migrations.Up(ctx, s.Pool, migrations.Postgres); err != nil {
		return err
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("models: job tables: %w", err)
	}
	defer conn.Release()
	// River's own steps take no lock; this one keeps instances that start together apart.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(7160314)"); err != nil {
		return fmt.Errorf("models: job tables: %w", err)
	}
	defer conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(7160314)")
	s.jobs, err = openJobs(ctx, riverdatabasesql.NewWithPgxListener(s.Pool, pool))
	return err
}
