package migrations_test

import (
	"database/sql"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	"github.com/libtnb/sqlite"

	"undelivered/migrations"
	"undelivered/models"
	"undelivered/models/modelstest"
)

// A database with years of reports gets the counters of what waits, of what was cleared and of each facet from its rows.
func TestFacetsAreFilled(t *testing.T) {
	file, url := modelstest.SQLiteFile(t), modelstest.PostgresURL(t)
	for d, place := range map[migrations.Dialect]struct {
		driver, address string
		options         models.Options
	}{
		migrations.SQLite:   {sqlite.DriverName, file, models.Options{File: file, Key: modelstest.Key()}},
		migrations.Postgres: {"pgx", url, models.Options{URL: url, Key: modelstest.Key()}},
	} {
		t.Run(string(d), func(t *testing.T) {
			seed(t, place.options)
			db, err := sql.Open(place.driver, place.address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(2)
			if _, err := db.Exec("UPDATE undelivered SET left_at = failed_at, left_why = 'waiting' WHERE left_at IS NULL AND channel = 'sms'"); err != nil {
				t.Fatal(err)
			}
			if err := migrations.DownTo(t.Context(), db, d, 39); err != nil {
				t.Fatal(err)
			}
			if err := migrations.Up(t.Context(), db, d); err != nil {
				t.Fatal(err)
			}
			equalsTheRows(t, place.options)
		})
	}
}

func seed(t *testing.T, o models.Options) {
	t.Helper()
	s, err := models.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Seed(t.Context(), models.AtCommandLine(""), models.SeedPlan{Accounts: 2, Notifications: 600, Undelivered: 0.5, Days: 30}); err != nil {
		t.Fatal(err)
	}
}

func equalsTheRows(t *testing.T, o models.Options) {
	t.Helper()
	s, err := models.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if drift, err := s.Recount(t.Context()); err != nil || len(drift) > 0 {
		t.Errorf("drift %+v: %v", drift, err)
	}
	accounts, err := s.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []models.Filter{{}, {State: models.ShowWaiting}, {State: models.ShowCleared, Outcome: "phoned"}} {
		n, err := s.CountUndelivered(t.Context(), models.AtCommandLine(accounts[0].ID), f)
		if err != nil || n.Total == 0 {
			t.Errorf("%v: %d, %v", f.Values(), n.Total, err)
		}
	}
}
