// Package connection keeps an account's connections to providers, their health, gaps and sending domains.
package connection

import (
	"undelivered/models/internal/db"
	"undelivered/models/people"
)

// Store is the wing on the database, with the wings that it asks.
type Store struct {
	db     *db.DB
	people *people.Store
	known  knownConnections
}

// New opens the wing.
func New(d *db.DB, people *people.Store) *Store { return &Store{db: d, people: people} }
