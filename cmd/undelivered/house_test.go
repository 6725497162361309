package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"testing"

	"undelivered/models/modelstest"
)

// eachHouse runs a test in a house with an embedded database, and in one with PostgreSQL.
func eachHouse(t *testing.T, run func(t *testing.T, h *house)) {
	t.Run("sqlite", func(t *testing.T) { run(t, newHouse(t)) })
	t.Run("postgres", func(t *testing.T) { run(t, newHouse(t).with(modelstest.PostgresURL(t))) })
}

// with moves the house to a database of PostgreSQL.
func (h *house) with(url string) *house {
	h.more = append(h.more, "DATABASE_URL="+url, "UNDELIVERED_SECRET_KEY="+string(modelstest.Key()))
	return h
}

// fails runs the program to its end, which must be a failure, and returns what it said.
func (h *house) fails(args ...string) string {
	h.t.Helper()
	cmd := exec.CommandContext(h.t.Context(), h.path, args...)
	var said bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = h.environment(), &said, &said
	if err := cmd.Run(); err == nil {
		h.t.Errorf("%v ended well, and said %s", args, said.String())
	}
	return said.String()
}

// emptyOrMissing says whether nothing has been made in a folder.
func emptyOrMissing(t *testing.T, dir string) bool {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return len(entries) == 0
}
