// Package resend keeps sending again: its guards, the resend itself, many at once, and the hand-over.
package resend

import (
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/report"
)

// Store is the wing on the database, with the wings that it asks.
type Store struct {
	db      *db.DB
	consent *consent.Store
	report  *report.Store
}

// New opens the wing.
func New(d *db.DB, consent *consent.Store, report *report.Store) *Store {
	return &Store{db: d, consent: consent, report: report}
}
