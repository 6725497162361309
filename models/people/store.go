// Package people keeps the people of a business: accounts, users, members, keys, links, sessions, sign-in,
// and the log of what they did.
package people

import (
	"runtime"

	"undelivered/models/internal/db"
)

// Store is the wing on the database.
type Store struct {
	db      *db.DB
	hashers chan struct{} // passwords that may be hashed at once
}

// New opens the wing.
func New(d *db.DB) *Store {
	return &Store{db: d, hashers: make(chan struct{}, runtime.NumCPU())}
}
