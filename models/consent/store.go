// Package consent keeps who may be written to: opt-outs, opt-ins, suppressions, clear requests, and the
// comparison with a provider.
package consent

import (
	"undelivered/models/connection"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// Store is the wing on the database, with the wings that it asks.
type Store struct {
	db         *db.DB
	connection *connection.Store
	ledger     *ledger.Store
	people     *people.Store
}

// New opens the wing.
func New(d *db.DB, connection *connection.Store, ledger *ledger.Store, people *people.Store) *Store {
	return &Store{db: d, connection: connection, ledger: ledger, people: people}
}
