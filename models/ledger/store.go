// Package ledger keeps the books: it computes a notification anew from its events, and keeps its row of the
// report and the counters.
package ledger

import (
	"undelivered/models/internal/db"
	"undelivered/models/people"
)

// Store is the wing on the database, with the wings that it asks.
type Store struct {
	db     *db.DB
	people *people.Store
}

// New opens the wing.
func New(d *db.DB, people *people.Store) *Store { return &Store{db: d, people: people} }
