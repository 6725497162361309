package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// copied puts a copy of the house's database, with its key, into a house of its own.
func (h *house) copied() *house {
	h.t.Helper()
	other := newHouse(h.t)
	for _, name := range []string{"undelivered.db", "undelivered.db-wal", "undelivered.beat", "secret.key"} {
		content, err := os.ReadFile(filepath.Join(h.data, name))
		if os.IsNotExist(err) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(other.data, name), content, 0o600)
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	return other
}

// A database that was copied while messages waited sends none of them by itself: it says what waits and asks,
// and does what it is told.
func TestKilledAndCopied(t *testing.T) {
	t.Parallel()
	h, k := newHouse(t), newTaken()
	host, port := mailServer(t, k)
	endpoint, player := textProvider(t, k)
	key, _ := h.furnish(host, port, endpoint)
	h.start("serve")
	h.sendAll(key)
	h.kill()
	other := h.copied()
	h.start("serve")
	h.settled(key)

	other.start("serve")
	var said struct{ Copy *struct{ Messages int } }
	other.command(&said, "copy", "--json")
	if said.Copy == nil || said.Copy.Messages == 0 {
		t.Fatalf("the copy says %+v", said)
	}
	before := len(player.Taken(textSecret))
	other.command(&said, "copy", "--drop", "--json")
	states := other.settled(key)
	h.nothingTwice(k, player)
	if after := len(player.Taken(textSecret)); after != before || len(states) != 2*many {
		t.Errorf("the copy sent %d texts", after-before)
	}
	t.Logf("%d waited in the copy, none was sent", said.Copy.Messages)
}

// A second program on the same folder, and a database without its key, are refused in one line that says what
// to do; no key is made.
func TestKilledBySecondProgram(t *testing.T) {
	h := newHouse(t)
	h.start("serve")
	second := newHouse(t)
	second.data = h.data
	if said := second.fails("serve"); strings.Count(said, "\n") != 1 ||
		!strings.Contains(said, "UNDELIVERED_DATA: another undelivered serves") {
		t.Errorf("it said %s", said)
	}
	h.kill()
	path := filepath.Join(h.data, "secret.key")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if said := h.fails("serve"); strings.Count(said, "\n") != 1 ||
		!strings.Contains(said, "UNDELIVERED_SECRET_KEY: ") {
		t.Errorf("it said %s", said)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("another key was made")
	}
}
