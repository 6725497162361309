package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// commandLine runs one command in a data folder with the keys given, and returns what it printed.
func commandLine(t *testing.T, data, key, previous string, args ...string) (status int, printed string) {
	t.Helper()
	t.Setenv("UNDELIVERED_DATA", data)
	t.Setenv("UNDELIVERED_SIMULATOR", "on")
	t.Setenv("UNDELIVERED_SECRET_KEY", key)
	t.Setenv("UNDELIVERED_SECRET_KEY_PREVIOUS", previous)
	var out bytes.Buffer
	status = run(t.Context(), args, terminal{out: &out, err: &out})
	return status, out.String()
}

// After doctor --rotate the key before is of no more use, and the new one opens everything; with a key that
// is not the database's nothing starts.
func TestRotation(t *testing.T) {
	data, before, after := t.TempDir(), strings.Repeat("before", 8), strings.Repeat("after", 8)
	_, printed := commandLine(t, data, before, "", "account", "add", "Harbour Dental", "--zone",
		"Europe/London", "--json")
	var account struct{ ID string }
	if err := json.Unmarshal([]byte(printed), &account); err != nil {
		t.Fatalf("%s: %v", printed, err)
	}
	if status, printed := commandLine(t, data, before, "", "connection", "add", "--account", account.ID,
		"--provider", "simulator",
		"--name", "Mail", "--set", "signing_secret=whsec of the test"); status != 0 {
		t.Fatal(printed)
	}
	for _, step := range []struct {
		key, previous string
		args          []string
		status        int
		says          string
	}{
		{before, "", []string{"doctor"}, 0, "Mail: works"},
		{after, "", []string{"doctor"}, 1, "is UNDELIVERED_SECRET_KEY the one"},
		{after, before, []string{"doctor"}, 0, "Mail: works"},
		{after, before, []string{"doctor", "--rotate"}, 0, "values encrypted with the present key"},
		{after, "", []string{"doctor"}, 0, "Mail: works"},
		{before, "", []string{"doctor"}, 1, "is UNDELIVERED_SECRET_KEY the one"},
	} {
		status, printed := commandLine(t, data, step.key, step.previous, step.args...)
		if status != step.status || !strings.Contains(printed, step.says) {
			t.Errorf("%v: %d instead of %d, and %q is not in:\n%s", step.args, status, step.status, step.says,
				printed)
		}
	}
}
