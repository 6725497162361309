package store

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"undelivered/migrations"
	"undelivered/models"
	"undelivered/models/internal/db"
)

// Workers is a running set of workers, on either database.
type Workers = db.Workers

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.Ping(ctx) }

// Dialect names the database at hand.
func (s *Store) Dialect() migrations.Dialect { return s.db.Dialect() }

// Now is the store's clock: UTC, whole microseconds.
func (s *Store) Now() time.Time { return s.db.Now() }

// Changes grows with every change that this process makes: what was counted before may be out of date.
func (s *Store) Changes() uint64 { return s.db.Changes() }

// Limits are the numbers in force.
func (s *Store) Limits() models.Limits { return s.db.Limits() }

// Workers returns the workers of config, not started yet.
func (s *Store) Workers(config *river.Config) (Workers, error) { return s.db.Workers(config) }

// Note writes a line of the activity log that changes nothing else.
func (s *Store) Note(ctx context.Context, a models.Actor, action string, e models.AuditEntry) error {
	return s.db.Note(ctx, a, action, e)
}

// VerifyAudit walks an account's log and returns how many lines it has, and ErrBroken with the first bad
// line.
func (s *Store) VerifyAudit(ctx context.Context, accountID string) (lines int, err error) {
	return s.db.VerifyAudit(ctx, accountID)
}

// Reseal seals every secret anew with the first key, and returns how many.
func (s *Store) Reseal(ctx context.Context, a models.Actor) (int, error) { return s.db.Reseal(ctx, a) }

// AuditHeads are the ends of all logs, for whoever runs the installation.
func (s *Store) AuditHeads(ctx context.Context, a models.Actor) ([]models.AuditHead, error) {
	return s.db.AuditHeads(ctx, a)
}

// HeldAudit compares an account's log with an end of it that was kept outside.
func (s *Store) HeldAudit(ctx context.Context, a models.Actor, noted models.AuditHead) error {
	return s.db.HeldAudit(ctx, a, noted)
}

// Knows says whether messages may be handed to a provider here: the simulator is for trying out only.
func (s *Store) Knows(provider string) bool { return s.db.Knows(provider) }

// Trial says whether the simulator takes messages here, which it sends to nobody.
func (s *Store) Trial() bool { return s.db.Trial() }

// Ready says whether the database takes what is written.
func (s *Store) Ready(ctx context.Context) error { return s.db.Ready(ctx) }

// While is a context that ends when the database goes away.
func (s *Store) While(ctx context.Context) (context.Context, context.CancelFunc) {
	return s.db.While(ctx)
}

// ReplicaAway says why the read replica is not asked; nil: it is, or there is none.
func (s *Store) ReplicaAway() error { return s.db.ReplicaAway() }

// Begin is the first sign of life of this program, which takes up what others left.
func (s *Store) Begin(ctx context.Context) error {
	return errors.Join(s.db.Begin(ctx), s.Resend.TakeUpSets(ctx))
}

// Live says that this program lives, and takes up what programs had in hand that do not any more.
func (s *Store) Live(ctx context.Context) error { return s.db.Live(ctx) }

// End says that this program ends in good order.
func (s *Store) End(ctx context.Context) error { return s.db.End(ctx) }

// Away says whether an error means that the database is gone, hangs or is full.
func Away(err error) bool { return db.Away(err) }

// Full says whether an error means that there is no room left.
func Full(err error) bool { return db.Full(err) }

// Database is the database beneath a store, for tests that look past it; no other room can name its type.
func Database(s *Store) *db.DB { return s.db }
