package db

import (
	"context"
	"database/sql/driver"
	"fmt"

	"modernc.org/sqlite"
)

// statementsKept is how many idle statements one connection keeps.
const statementsKept = 400

// cachingConnector opens SQLite connections that keep their prepared statements. database/sql prepares a
// statement anew for every transaction, and gorm's own memory hands out statements that belong to a
// transaction that is over, which are prepared anew as well: parsing and planning took a third of the work of
// applying an event.
type cachingConnector struct{ driver.Connector }

func connectorOf(address string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(address)
	if err != nil {
		return nil, fmt.Errorf("models: open: %w", err)
	}
	return cachingConnector{c}, nil
}

// driverConn is what SQLite's driver offers of a connection, without its shortcuts around prepared
// statements.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// Connect opens a connection.
func (r cachingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	offers, ok := inner.(driverConn)
	if !ok {
		inner.Close()
		return nil, fmt.Errorf("models: the driver's connection lacks a method: %T", inner)
	}
	return &stmtCacheConn{driverConn: offers, idle: map[string]driver.Stmt{}}, nil
}

// stmtCacheConn is a connection with its idle statements. database/sql lets one goroutine at a time use it.
type stmtCacheConn struct {
	driverConn
	idle map[string]driver.Stmt
}

// Prepare is PrepareContext for callers without a context.
func (m *stmtCacheConn) Prepare(query string) (driver.Stmt, error) {
	return m.PrepareContext(context.Background(), query)
}

// PrepareContext takes an idle statement of the same words, or prepares one.
func (m *stmtCacheConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if known, ok := m.idle[query]; ok {
		delete(m.idle, query)
		return &cachedStmt{Stmt: known, memory: m, query: query}, nil
	}
	prepared, err := m.driverConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &cachedStmt{Stmt: prepared, memory: m, query: query}, nil
}

// Close ends the connection and all its statements.
func (m *stmtCacheConn) Close() error {
	for query, s := range m.idle {
		delete(m.idle, query)
		if err := s.Close(); err != nil {
			return err
		}
	}
	return m.driverConn.Close()
}

// cachedStmt is a statement in use; closing it makes it idle.
type cachedStmt struct {
	driver.Stmt
	memory *stmtCacheConn
	query  string
}

// ExecContext runs the statement.
func (r *cachedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return r.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// QueryContext runs the statement and returns its rows.
func (r *cachedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return r.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// Close keeps the statement for the next caller, unless there is one already or there are enough.
func (r *cachedStmt) Close() error {
	if _, another := r.memory.idle[r.query]; another || len(r.memory.idle) >= statementsKept {
		return r.Stmt.Close()
	}
	r.memory.idle[r.query] = r.Stmt
	return nil
}
