package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/libtnb/sqlite"
)

// doctor finds counters that do not say what the rows say, and counts them anew when it is told to.
func TestDoctorRecounts(t *testing.T) {
	data, key := t.TempDir(), strings.Repeat("key", 12)
	if status, printed := commandLine(t, data, key, "", "seed", "--notifications", "200"); status != 0 {
		t.Fatal(printed)
	}
	db, err := sql.Open(sqlite.DriverName, filepath.Join(data, "undelivered.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("UPDATE facet_daily SET open = open + 1 WHERE facet = 'domain'"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		says string
	}{
		{[]string{"doctor"}, "BAD  counters: "},
		{[]string{"doctor", "--recount"}, " and were counted anew"},
		{[]string{"doctor"}, "ok   counters: equal a recount"},
	} {
		if _, printed := commandLine(t, data, key, "", step.args...); !strings.Contains(printed, step.says) {
			t.Errorf("%v: %q is not in:\n%s", step.args, step.says, printed)
		}
	}
}
