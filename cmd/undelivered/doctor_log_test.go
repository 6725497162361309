package main

import (
	"path/filepath"
	"strings"
	"testing"

	"undelivered/models/modelstest"
)

// doctor finds nothing wrong with a log that nobody has touched, and fails when somebody has: it names the
// account and the line.
func TestDoctorReadsTheLog(t *testing.T) {
	embedded := func(testing.TB) string { return "" }
	for database, url := range map[string]func(testing.TB) string{
		"sqlite": embedded, "postgres": modelstest.PostgresURL} {
		t.Run(database, func(t *testing.T) {
			if database == "postgres" && testing.Short() {
				return
			}
			data, key, address := t.TempDir(), string(modelstest.Key()), url(t)
			t.Setenv("DATABASE_URL", address)
			for _, name := range []string{"Harbour Dental", "Linde Books"} {
				if status, printed := commandLine(t, data, key, "", "account", "add", name, "--zone",
					"Europe/London"); status != 0 {
					t.Fatal(printed)
				}
			}
			if status, printed := commandLine(t, data, key, "", "doctor"); status != 0 ||
				!strings.Contains(printed, "Linde Books: activity log: 1 lines, unbroken") {
				t.Fatalf("untouched: %d\n%s", status, printed)
			}
			modelstest.Tamper(
				t,
				address,
				filepath.Join(data, "undelivered.db"),
				"UPDATE audit SET actor_name = 'Mallory' WHERE account_id = (SELECT id FROM accounts WHERE "+
					"name = 'Linde Books')",
			)
			status, printed := commandLine(t, data, key, "", "doctor")
			if status == 0 ||
				!strings.Contains(printed,
					"BAD  Linde Books: activity log: the activity log has been changed at line 1") ||
				!strings.Contains(printed, "ok   Harbour Dental: activity log") {
				t.Errorf("changed: %d\n%s", status, printed)
			}
		})
	}
}
