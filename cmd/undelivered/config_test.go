package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var writeReadme = flag.Bool("write-readme", false, "write the table of settings into the README")

const readme = "../../README.md"

// settingsTable is the table of settings as the README prints it, read from the one table in code.
func settingsTable() string {
	var b strings.Builder
	b.WriteString("| setting | default | what it is |\n|---|---|---|\n")
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Anonymous {
				walk(f.Type)
				continue
			}
			value := f.Tag.Get("default")
			if value != "" {
				value = "`" + value + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Tag.Get("env"), value,
				strings.ReplaceAll(f.Tag.Get("help"), "|", "\\|"))
		}
	}
	walk(reflect.TypeFor[settings]())
	return b.String()
}

// The README prints the settings that the program has, no more and no fewer.
func TestReadmeSettings(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "cmd/undelivered/config.go -->\n", "<!-- end of settings -->"
	before, rest, ok := strings.Cut(string(text), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the README has no place for the table of settings")
	}
	if *writeReadme {
		if err := os.WriteFile(readme, []byte(before+begin+settingsTable()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != settingsTable() {
		t.Errorf(
			"the README's table differs (go test ./cmd/undelivered -run Readme -args -write-readme):\n%s",
			settingsTable(),
		)
	}
}

// Every setting is read from the environment, can be given as a flag of serve, and is in its help.
func TestServeHelp(t *testing.T) {
	var out bytes.Buffer
	if status := run(t.Context(), []string{"serve", "--help"}, terminal{out: &out, err: &out}); status != 0 {
		t.Fatalf("status %d", status)
	}
	for line := range strings.Lines(settingsTable()) {
		if name, _, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "`"); ok &&
			!strings.Contains(out.String(), "$"+name) {
			t.Errorf("serve --help does not name %s", name)
		}
	}
}

// A wrong setting stops the start, and the message says which one and what is wrong with it.
func TestWrongSettings(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--addr nowhere", "UNDELIVERED_ADDR"},
		{"--database-url mysql://x", "DATABASE_URL"},
		{"--database-url postgres://u@h/d", "UNDELIVERED_SECRET_KEY"},
		{"--secret-key short", "UNDELIVERED_SECRET_KEY: must have at least 32"},
		{"--database-replica-url postgres://u@h/d", "DATABASE_REPLICA_URL: needs DATABASE_URL"},
		{"--base-url example.com", "UNDELIVERED_BASE_URL"},
		{"--trusted-proxies 10.0.0", "UNDELIVERED_TRUSTED_PROXIES"},
		{"--mail-from us@example.com", "UNDELIVERED_MAIL_URL"},
		{"--oidc-issuer https://id.example.com", "UNDELIVERED_OIDC_ISSUER"},
		{"--log-level loud", "--log-level"},
	} {
		var out, problems bytes.Buffer
		args := append([]string{"serve", "--data", t.TempDir()}, strings.Fields(c.args)...)
		if status := run(t.Context(), args, terminal{out: &out, err: &problems}); status == 0 {
			t.Errorf("%s: the program started", c.args)
		}
		if !strings.Contains(problems.String(), c.want) {
			t.Errorf("%s: %s", c.args, problems.String())
		}
	}
}

// The key beside an embedded database is made once, and nobody else may read it.
func TestKeptKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "secret.key")
	first, err := keptKey(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := keptKey(path)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("another key the second time: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// The help of connecting a provider lists that provider's settings alone, and without one all of them.
func TestHelpListsTheProvidersSettings(t *testing.T) {
	help := func(args ...string) string {
		var out bytes.Buffer
		if status := run(t.Context(), append([]string{"connection", "add", "--help"}, args...),
			terminal{out: &out, err: &out}); status != 0 {
			t.Fatalf("%v: %d", args, status)
		}
		return out.String()
	}
	if one := help("--provider", "mailgun"); !strings.Contains(one, "mailgun (Mailgun)") ||
		strings.Contains(one, "twilio (Twilio)") {
		t.Errorf("the help of Mailgun: %s", one)
	}
	if all := help(); !strings.Contains(all, "mailgun (Mailgun)") ||
		!strings.Contains(all, "twilio (Twilio)") {
		t.Errorf("the help of all: %s", all)
	}
}
