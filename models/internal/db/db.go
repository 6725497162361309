package db

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"undelivered/migrations"
	"undelivered/models"
)

// Ping says whether the database answers.
func (s *DB) Ping(ctx context.Context) error {
	if err := s.Pool.PingContext(ctx); err != nil {
		return fmt.Errorf("models: database: %w", err)
	}
	return nil
}

// Dialect names the database at hand.
func (s *DB) Dialect() migrations.Dialect { return s.Kind }

// Now is the present instant as it is stored: UTC, whole microseconds.
func (s *DB) Now() time.Time { return models.Instant(s.clock().Add(time.Duration(s.ahead.Load()))) }

// Changes grows with every change that this process makes: what was counted before may be out of date.
func (s *DB) Changes() uint64 { return s.changes.Load() }

// Reading is a handle for queries that change nothing.
func (s *DB) Reading(ctx context.Context) *gorm.DB { return s.Pages.WithContext(ctx) }

// gormConfig keeps customers' addresses out of the log and leaves transactions to us.
func (s *DB) gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		NowFunc:                s.Now,
		Logger:                 newStatementLog(s.Log),
	}
}

// Limits are the numbers in force.
func (s *DB) Limits() models.Limits { return s.limits }
