// Package store opens the database and puts the wings of models together.
package store

import (
	"context"
	"errors"

	"undelivered/models/callback"
	"undelivered/models/connection"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/models/sample"
)

// Options are what a store needs to know from the settings of the program.
type Options = db.Options

// Store keeps everything, on SQLite or on PostgreSQL: each wing by its name.
type Store struct {
	db *db.DB

	People     *people.Store
	Connection *connection.Store
	Callback   *callback.Store
	Ledger     *ledger.Store
	Consent    *consent.Store
	Customer   *customer.Store
	Intake     *intake.Store
	Report     *report.Store
	Resend     *resend.Store
	Sample     *sample.Store
}

// Open opens the database, brings its schema up to date and returns the store.
func Open(ctx context.Context, o Options) (*Store, error) {
	d, err := db.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	d.AtEnd(intake.RematchProven, ledger.WriteDays, callback.TellActions, callback.WriteCalls,
		consent.AnswerAskers)
	s := &Store{db: d, People: people.New(d), Callback: callback.New(d)}
	s.Connection = connection.New(d, s.People)
	s.Ledger = ledger.New(d, s.People)
	s.Consent = consent.New(d, s.Connection, s.Ledger, s.People)
	s.Customer = customer.New(d, s.Consent, s.Ledger, s.People)
	s.Report = report.New(d, s.Connection, s.Ledger, s.People)
	s.Resend = resend.New(d, s.Consent, s.Report)
	s.Sample = sample.New(d, s.Connection)
	s.Intake = intake.New(d, s.People)
	if err := s.Connection.SettleBounces(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close stops the writers after what was given to them is stored, and closes the database.
func (s *Store) Close() error {
	s.Intake.Stop()
	s.db.Close()
	return nil
}
