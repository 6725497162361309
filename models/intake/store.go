// Package intake takes in what providers report and what businesses register: it stores events, matches them
// to attempts and gives them their effect.
package intake

import (
	"sync/atomic"

	"undelivered/models/internal/db"
	"undelivered/models/people"
)

// Store is the wing on the database, with the wings that it asks.
type Store struct {
	db     *db.DB
	people *people.Store
	intake *intake
	after  atomic.Pointer[string] // the account that was served last
}

// New opens the wing and starts its writers; Stop ends them.
func New(d *db.DB, people *people.Store) *Store {
	s := &Store{db: d, people: people}
	s.intake = startIntake(s)
	return s
}

// Stop stores what was handed in, and ends the writers.
func (s *Store) Stop() { s.intake.stop() }
