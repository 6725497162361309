package modelstest

import (
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Tamper runs SQL past the store, as somebody with the database's password, or with its file, could. url is
// that of a PostgreSQL database; without one, file is that of an SQLite database.
func Tamper(t testing.TB, url, file, statement string) {
	t.Helper()
	if url == "" {
		db, err := sql.Open("sqlite", file) // the driver of the store
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		return
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
