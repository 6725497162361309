package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tried starts the program with a folder, and returns what it says until it ends, or has served for a while.
func tried(t *testing.T, data string, more ...string) (status int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var out, problems bytes.Buffer
	args := append([]string{"serve", "--data", data, "--addr", "127.0.0.1:0"}, more...)
	status = run(ctx, args, terminal{out: &out, err: &problems})
	return status, out.String() + problems.String()
}

// A start that cannot be is refused in words that name the setting and the path, and leaves nothing behind
// that was not there.
func TestStartIsRefused(t *testing.T) {
	write := func(path, text string) string {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := write(filepath.Join(t.TempDir(), "file"), "no folder")
	broken := t.TempDir()
	write(filepath.Join(broken, "undelivered.db"), strings.Repeat("this is no database. ", 400))
	write(filepath.Join(broken, "secret.key"), "a key of at least thirty-two letters")
	keyless := t.TempDir()
	if status, said := commandLine(t, keyless, "", "", "account", "add", "Harbour", "--zone",
		"Europe/London"); status != 0 {
		t.Fatal(said)
	}
	if err := os.Remove(filepath.Join(keyless, "secret.key")); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, c := range map[string]struct {
		data string
		args []string
		says []string
	}{
		"a file as folder":   {file, nil, []string{"UNDELIVERED_DATA", file}},
		"a file inside":      {filepath.Join(file, "x"), nil, []string{"UNDELIVERED_DATA", file}},
		"no database":        {broken, nil, []string{filepath.Join(broken, "undelivered.db")}},
		"the key is missing": {keyless, nil, []string{"secret.key"}},
		"an issuer is nonsense": {t.TempDir(), []string{"--oidc-issuer", "nonsense", "--oidc-client-id", "a",
			"--oidc-client-secret", "b"}, []string{"UNDELIVERED_OIDC_ISSUER"}},
		"metrics on a taken": {t.TempDir(), []string{"--metrics-addr", taken.Addr().String()},
			[]string{"UNDELIVERED_METRICS_ADDR"}},
		"mail on a taken": {t.TempDir(), []string{"--smtp-in", taken.Addr().String()},
			[]string{"UNDELIVERED_SMTP_IN"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, said := tried(t, c.data, c.args...)
			for _, want := range c.says {
				if status == 0 || !strings.Contains(said, want) {
					t.Errorf("ended with %d, and does not name %q:\n%.900s", status, want, said)
				}
			}
			if strings.Contains(said, "serving") {
				t.Errorf("it served before:\n%.900s", said)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(keyless, "secret.key")); err == nil {
		t.Error("a new key was left beside a database of another")
	}
}
