package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// joined lets River write on a connection whose transaction is ours: it can do all but end the transaction.
type joined struct{ pc *pgx.Conn }

var errNotRivers = errors.New("models: jobs: the transaction is not River's to end")

func (j *joined) Conn() *pgx.Conn                { return j.pc }
func (j *joined) Commit(context.Context) error   { return errNotRivers }
func (j *joined) Rollback(context.Context) error { return errNotRivers }
func (j *joined) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

func (j *joined) Begin(ctx context.Context) (pgx.Tx, error) {
	if _, err := j.pc.Exec(ctx, "SAVEPOINT river"); err != nil {
		return nil, fmt.Errorf("models: jobs: %w", err)
	}
	return &nested{joined{j.pc}}, nil
}

func (j *joined) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return j.pc.Exec(ctx, sql, args...)
}

func (j *joined) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return j.pc.Query(ctx, sql, args...)
}

func (j *joined) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return j.pc.QueryRow(ctx, sql, args...)
}

func (j *joined) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return j.pc.SendBatch(ctx, b)
}

func (j *joined) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return j.pc.CopyFrom(ctx, table, columns, rows)
}

func (j *joined) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return j.pc.Prepare(ctx, name, sql)
}

// nested is a savepoint of River's own inside our transaction.
type nested struct{ joined }

func (n *nested) Commit(ctx context.Context) error {
	_, err := n.pc.Exec(ctx, "RELEASE SAVEPOINT river")
	return err
}

func (n *nested) Rollback(ctx context.Context) error {
	_, err := n.pc.Exec(ctx, "ROLLBACK TO SAVEPOINT river")
	return err
}
