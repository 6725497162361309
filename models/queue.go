package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"gorm.io/gorm"
)

// Crew is a running set of workers, on either database.
type Crew interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// queue is River on the database at hand: it puts a job into the transaction of the change that asks for it.
type queue interface {
	put(t *tx, args river.JobArgs, opts *river.InsertOpts) error
	crew(config *river.Config) (Crew, error)
}

// Crew returns the workers of config, not started yet.
func (s *Store) Crew(config *river.Config) (Crew, error) {
	config.ID = s.instance
	return s.jobs.crew(config)
}

type sqliteQueue struct {
	pool   *sql.DB
	client *river.Client[*sql.Tx]
}

func newSQLiteQueue(pool *sql.DB) (*sqliteQueue, error) {
	client, err := river.NewClient(riversqlite.New(pool), &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("models: jobs: %w", err)
	}
	return &sqliteQueue{pool, client}, nil
}

func (q *sqliteQueue) put(t *tx, args river.JobArgs, opts *river.InsertOpts) error {
	var plain *sql.Tx
	switch pool := t.Statement.ConnPool.(type) {
	case *sql.Tx:
		plain = pool
	case *gorm.PreparedStmtTX:
		plain, _ = pool.Tx.(*sql.Tx)
	}
	if plain == nil {
		return errors.New("models: jobs: not inside a transaction")
	}
	_, err := q.client.InsertTx(t.ctx, plain, args, opts)
	return err
}

func (q *sqliteQueue) crew(config *river.Config) (Crew, error) {
	return river.NewClient(riversqlite.New(q.pool), config)
}

type postgresQueue struct {
	pool   *pgxpool.Pool
	polls  bool // nobody is told of new jobs through a pooler
	client *river.Client[pgx.Tx]
}

func newPostgresQueue(pool *pgxpool.Pool, polls bool) (*postgresQueue, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("models: jobs: %w", err)
	}
	return &postgresQueue{pool, polls, client}, nil
}

func (q *postgresQueue) put(t *tx, args river.JobArgs, opts *river.InsertOpts) error {
	if t.conn == nil {
		return errors.New("models: jobs: not inside a transaction")
	}
	return t.conn.Raw(func(raw any) error {
		_, err := q.client.InsertTx(t.ctx, &joined{raw.(*stdlib.Conn).Conn()}, args, opts)
		return err
	})
}

func (q *postgresQueue) crew(config *river.Config) (Crew, error) {
	config.PollOnly = q.polls
	return river.NewClient(riverpgxv5.New(q.pool), config)
}
