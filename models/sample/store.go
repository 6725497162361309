// Package sample keeps sample data at size, for benchmarks and for trying things.
package sample

import (
	"undelivered/models/connection"
	"undelivered/models/internal/db"
)

// Store is the wing on the database, with the wings that it asks.
type Store struct {
	db         *db.DB
	connection *connection.Store
}

// New opens the wing.
func New(d *db.DB, connection *connection.Store) *Store { return &Store{db: d, connection: connection} }
