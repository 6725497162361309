// Package callback keeps what businesses' own systems are told.
package callback

import "undelivered/models/internal/db"

// Store is the wing on the database.
type Store struct {
	db *db.DB
}

// New opens the wing.
func New(d *db.DB) *Store { return &Store{db: d} }
