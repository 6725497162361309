package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// built is the program as a user gets it, built once for all tests of this package.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "undelivered-built-*")
	if err != nil {
		return "", err
	}
	atEnd(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "undelivered")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building: %w: %s", err, out)
	}
	return path, nil
})

// filled is a folder with the demo as it is before its workers start, filled once for all tests of this
// package.
var filled = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "undelivered-filled-*")
	if err != nil {
		return "", err
	}
	atEnd(func() { os.RemoveAll(dir) })
	ctx, term := context.Background(), terminal{out: io.Discard, err: io.Discard}
	c := demoCommand{Data: dir, Seed: 1, output: output{JSON: true}}
	s := settings{database: database{Data: dir, Log: "text", LogLevel: "warn"}, Addr: "127.0.0.1:0"}
	p, err := open(ctx, s, term, true)
	if err != nil {
		return dir, err
	}
	p.answer()
	_, err = c.fill(ctx, p, term)
	return dir, errors.Join(err, p.stop())
})

// leftovers are what the tests of this package have made for all of them, to be thrown away.
var leftovers struct {
	sync.Mutex
	undo []func()
}

// atEnd does it when all tests have run.
func atEnd(undo func()) {
	leftovers.Lock()
	defer leftovers.Unlock()
	leftovers.undo = append(leftovers.undo, undo)
}

func TestMain(m *testing.M) {
	status := m.Run()
	for _, undo := range leftovers.undo {
		undo()
	}
	os.Exit(status)
}

// house is one installation: a data folder and an address, in which the built program runs or not.
type house struct {
	t    *testing.T
	path string
	data string
	addr string
	url  string
	log  *os.File
	run  *exec.Cmd
	more []string // settings besides those of every house
}

func newHouse(t *testing.T) *house {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, path: path, data: t.TempDir(), addr: freeAddress(t)}
	h.url = "http://" + h.addr
	if h.log, err = os.Create(filepath.Join(h.data, "log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.kill()
		h.log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(h.log.Name()) // only to explain the failure
			t.Logf("the program's log:\n%s", tail(text, 4000))
		}
	})
	return h
}

func tail(text []byte, most int) []byte { return text[max(0, len(text)-most):] }

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// command runs the program to its end and reads the JSON that it prints.
func (h *house) command(into any, args ...string) {
	h.t.Helper()
	cmd := exec.Command(h.path, args...)
	cmd.Env = h.environment()
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		h.t.Fatalf("%v: %v: %s", args, err, problems.String())
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		h.t.Fatalf("%v printed %s: %v", args, out.String(), err)
	}
}

func (h *house) environment() []string {
	basics := []string{"UNDELIVERED_DATA=" + h.data, "UNDELIVERED_ADDR=" + h.addr,
		"UNDELIVERED_ALLOW_HOSTS=127.0.0.1,localhost", "UNDELIVERED_SIMULATOR=on",
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "TEST_CLOCK=" + os.Getenv("TEST_CLOCK")}
	return append(basics, h.more...)
}

// start starts the program and waits until it is ready.
func (h *house) start(args ...string) {
	h.t.Helper()
	h.run = exec.Command(h.path, args...)
	h.run.Env, h.run.Stdout, h.run.Stderr = h.environment(), h.log, h.log
	if err := h.run.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.await(3*time.Minute, "the program to be ready", func() bool {
		res, err := http.Get(h.url + "/readyz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// kill ends the program as a power cut does.
func (h *house) kill() {
	if h.run == nil || h.run.Process == nil {
		return
	}
	_ = h.run.Process.Kill() // it may have ended by itself
	_ = h.run.Wait()         // it was killed: an error is what we want
	h.run = nil
}

// await asks until it is so.
func (h *house) await(most time.Duration, what string, so func() bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), most)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			h.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// api asks the program with a key and reads its JSON; the status tells what came of it.
func (h *house) api(key, method, path string, content, into any) int {
	h.t.Helper()
	body, err := json.Marshal(content)
	if err != nil {
		h.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0
	}
	if into != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(text, into); err != nil {
			h.t.Fatalf("%s answered %s: %v", path, text, err)
		}
	}
	if res.StatusCode >= 400 {
		h.t.Logf("%s answered %d: %s", path, res.StatusCode, tail(text, 500))
	}
	return res.StatusCode
}
