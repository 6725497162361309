// Package customer keeps customers: their addresses, changes, import, export and erasure.
package customer

import (
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// Store is the wing on the database, with the wings that it asks.
type Store struct {
	db      *db.DB
	consent *consent.Store
	ledger  *ledger.Store
	people  *people.Store
}

// New opens the wing.
func New(d *db.DB, consent *consent.Store, ledger *ledger.Store, people *people.Store) *Store {
	return &Store{db: d, consent: consent, ledger: ledger, people: people}
}
