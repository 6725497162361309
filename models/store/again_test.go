package store

import (
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/models/resend"
)

// crossOnce has every transaction that writes into the log wait crosswise for another once, so that it is
// done again.
func crossOnce(t *testing.T, s *Store) *atomic.Int64 {
	t.Helper()
	var again atomic.Bool
	var times atomic.Int64
	err := s.db.Main.Callback().Create().Before("gorm:create").Register("crossed", func(db *gorm.DB) {
		if db.Statement.Table != "audit_heads" {
			return
		}
		if again.CompareAndSwap(false, true) {
			times.Add(1)
			_ = db.AddError(&pgconn.PgError{Code: "40P01"})
			return
		}
		again.Store(false)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &times
}

// What is done again, because it waited crosswise for another transaction, comes out as if it had been done
// once: nothing of the first time is left in what is read the second time.
func TestDoneAgainComesOutTheSame(t *testing.T) {
	s, a := seeded(t, 400)
	times := crossOnce(t, s)
	everyday(t, s, a)
	before, err := s.People.Account(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	before.Name = "Another"
	if after, err := s.EditAccount(t.Context(), a, before); err != nil || after.Name != "Another" ||
		after.Version != before.Version+1 {
		t.Errorf("%+v %v", after, err)
	}
	all := report.Filter{Channel: models.Email}
	job, err := s.Resend.StartBulk(t.Context(), a,
		resend.BulkAsk{Action: resend.BulkClear, Outcome: "phoned", Filter: all})
	if err != nil || job.ID == "" || job.Total == 0 {
		t.Errorf("%+v %v", job, err)
	}
	if times.Load() < 4 {
		t.Errorf("only %d were done again", times.Load())
	}
}
