package undelivered_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wings are the packages of models in order: each imports only those before it. The last ones put the others
// together.
var wings = []string{"models", "models/advice", "models/keyword", "models/network", "models/internal/db",
	"models/people", "models/connection", "models/callback", "models/ledger", "models/consent",
	"models/customer", "models/intake", "models/report", "models/resend", "models/sample", "models/store",
	"models/modelstest"}

// A wing imports only wings before it.
func TestWings(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if room(p.ImportPath) != "models" {
			continue
		}
		at := slices.Index(wings, path)
		if at < 0 {
			t.Errorf("%s is not in the order of the wings", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			name, ours := strings.CutPrefix(imported, module)
			if there := slices.Index(wings, name); ours && room(imported) == "models" &&
				(there < 0 || there >= at) {
				t.Errorf("%s imports %s, which does not come before it", p.ImportPath, imported)
			}
		}
	}
}

// heavy are the libraries that the nouns, and whoever needs only them, are compiled without.
var heavy = []string{"gorm.io/", "github.com/jackc/pgx", "github.com/riverqueue/river", "net/http",
	"modernc.org/sqlite"}

// The nouns compile without a database, without jobs and without HTTP; a provider, without a database and
// without jobs.
func TestNounsAreLight(t *testing.T) {
	for _, line := range deps(t, "./models", "./models/advice", "./models/keyword", "./providers/...") {
		of, all, _ := strings.Cut(line, ": ")
		if isTest(of) {
			continue
		}
		for dep := range strings.FieldsSeq(all) {
			for _, library := range heavy {
				if library == "net/http" && room(of) != "models" {
					continue // providers speak HTTP
				}
				if dep == library || strings.HasPrefix(dep, strings.TrimSuffix(library, "/")+"/") {
					t.Errorf("%s is compiled with %s", of, dep)
				}
			}
		}
	}
}

func deps(t *testing.T, patterns ...string) []string {
	t.Helper()
	args := append([]string{"list", "-f", "{{.ImportPath}}: {{join .Deps \" \"}}"}, patterns...)
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// mostFiles is how many files a package has at most, tests aside: one finds a place by reading the list of
// its files. Pages and their words are found by the names of the pages.
const mostFiles = 40

// A package is small enough to be looked through.
func TestPackagesAreSmall(t *testing.T) {
	for _, p := range packages(t) {
		if base := filepath.Base(p.ImportPath); base == "handlers" || base == "views" {
			continue
		}
		if n := len(p.GoFiles); n > mostFiles {
			t.Errorf("%s has %d files; at most %d", p.ImportPath, n, mostFiles)
		}
	}
}

// lookers are the packages that may look past the store, at the database beneath it.
var lookers = []string{"models/modelstest/", "models/store/"}

// Only tests below models look past the store.
func TestNobodyLooksPastTheStore(t *testing.T) {
	for _, s := range sources(t) {
		allowed := slices.ContainsFunc(lookers,
			func(dir string) bool { return strings.HasPrefix(s.path, dir) })
		if !allowed && len(s.calls("store", "Database")) > 0 {
			t.Errorf("%s looks past the store", s.path)
		}
	}
}
