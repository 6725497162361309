package undelivered_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the module's path, before each room's name.
const module = "undelivered/"

// street are the rooms in order: a room imports only rooms to its right.
var street = []string{"cmd", "web", "handlers", "views", "delivery", "providers", "models", "static",
	"migrations"}

// never are imports that a room does not have, beside those to its left.
var never = map[string][]string{
	"views":  {module + "delivery", module + "providers"},
	"models": {"net/http", "github.com/labstack/echo", "github.com/a-h/templ"},
}

// only are the rooms that may import a library.
var only = []struct {
	from  string
	rooms []string
}{
	{"gorm.io/", []string{"models"}},
	{"database/sql", []string{"models", "migrations"}},
	{"github.com/jackc/pgx", []string{"models"}},
	{"github.com/labstack/echo", []string{"web", "handlers"}},
	{"github.com/gorilla/sessions", []string{"handlers"}},
	{"github.com/chromedp/", []string{"cmd"}},
}

// sharedByProviders are the folders in providers that each provider may import.
var sharedByProviders = []string{"wire", "smtpcode", "sns"}

// forbiddenNames say nothing about what is inside.
var forbiddenNames = []string{"util", "utils", "common", "helper", "helpers", "base", "manager", "service",
	"services", "repository"}

// pkg is what go list says of a package.
type pkg struct {
	ImportPath, Name, Dir              string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Name,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports", "./...").
		Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p pkg
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != strings.TrimSuffix(module, "/") {
			all = append(all, p)
		}
	}
	if len(all) < len(street) {
		t.Fatalf("only %d packages", len(all))
	}
	return all
}

// room is the first folder of a package of ours; empty for a library.
func room(importPath string) string {
	rest, ours := strings.CutPrefix(importPath, module)
	if !ours {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func isTest(importPath string) bool { return strings.HasSuffix(importPath, "test") }

// Each room stands in the street, and imports only rooms to its right and what it may.
func TestStreet(t *testing.T) {
	for _, p := range packages(t) {
		at := slices.Index(street, room(p.ImportPath))
		if at < 0 {
			t.Errorf("%s is in no room of the street", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			checkImport(t, p, at, imported)
		}
	}
}

func checkImport(t *testing.T, p pkg, at int, imported string) {
	t.Helper()
	here, there := room(p.ImportPath), room(imported)
	if there != "" && there != here && slices.Index(street, there) < at {
		t.Errorf("%s imports %s, which is to its left", p.ImportPath, imported)
	}
	if isTest(imported) && !isTest(p.ImportPath) {
		t.Errorf("%s imports %s, which is for tests", p.ImportPath, imported)
	}
	for _, forbidden := range never[here] {
		if imported == forbidden || strings.HasPrefix(imported, forbidden+"/") {
			t.Errorf("%s imports %s", p.ImportPath, imported)
		}
	}
	for _, rule := range only {
		if strings.HasPrefix(imported, rule.from) && !slices.Contains(rule.rooms, here) &&
			!isTest(p.ImportPath) {
			t.Errorf("%s imports %s; only %v may", p.ImportPath, imported, rule.rooms)
		}
	}
	if mine, isProvider := strings.CutPrefix(p.ImportPath, module+"providers/"); isProvider {
		if other, ok := strings.CutPrefix(imported, module+"providers/"); ok && !related(mine, other) {
			t.Errorf("%s imports another provider: %s", p.ImportPath, imported)
		}
	}
}

// related says whether a folder of providers may import another: a shared one, or the one it belongs to.
func related(mine, other string) bool {
	first := func(s string) string { name, _, _ := strings.Cut(s, "/"); return name }
	return first(mine) == first(other) || slices.Contains(sharedByProviders, first(other)) ||
		first(mine) == "dsn"
}

// A package's name says what is inside.
func TestPackageNames(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(forbiddenNames, p.Name) {
			t.Errorf("%s says nothing about what is inside", p.ImportPath)
		}
	}
}
