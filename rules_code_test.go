package undelivered_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Budgets of the house.
const (
	mostFileLines     = 400
	mostFunctionLines = 60
	mostParameters    = 6
	mostTemplLines    = 200
)

// source is one file of ours that people write.
type source struct {
	path string
	text []byte
	tree *ast.File
	set  *token.FileSet
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && path != "." &&
			(strings.HasPrefix(name, ".") || name == "testdata" || name == "bin") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, path, text, parser.ParseComments)
		all = append(all, source{path, text, tree, set})
		return err
	})
	if err != nil || len(all) < 50 {
		t.Fatalf("%d files, %v", len(all), err)
	}
	return all
}

func (s source) isTest() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(filepath.Dir(s.path), "test")
}

// Files, functions and lists of parameters stay small enough to be read at once.
func TestSizes(t *testing.T) {
	for _, s := range sources(t) {
		if lines := bytes.Count(s.text, []byte("\n")); lines > mostFileLines {
			t.Errorf("%s has %d lines; at most %d", s.path, lines, mostFileLines)
		}
		for _, d := range s.tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			if lines := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line +
				1; lines > mostFunctionLines {
				t.Errorf("%s: %s has %d lines; at most %d", s.path, f.Name.Name, lines, mostFunctionLines)
			}
			if n := f.Type.Params.NumFields() - inTransaction(f); n > mostParameters {
				t.Errorf("%s: %s has %d parameters; at most %d", s.path, f.Name.Name, n, mostParameters)
			}
		}
	}
	templates, err := filepath.Glob("views/*.templ")
	if err != nil || len(templates) == 0 {
		t.Fatalf("%d templates, %v", len(templates), err)
	}
	for _, path := range templates {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(text, []byte("\n")); lines > mostTemplLines {
			t.Errorf("%s has %d lines; at most %d", path, lines, mostTemplLines)
		}
	}
}

// inTransaction is 1 for a function that works in a transaction which is handed to it: it stands where a
// receiver would.
func inTransaction(f *ast.FuncDecl) int {
	for _, p := range f.Type.Params.List {
		if star, ok := p.Type.(*ast.StarExpr); ok {
			if sel, ok := star.X.(*ast.SelectorExpr); ok && sel.Sel.Name == "Tx" {
				return 1
			}
		}
	}
	return 0
}

// calls lists the calls of a package's functions in a file: "Getenv" of "os".
func (s source) calls(library string, names ...string) []string {
	var found []string
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == library && x.Obj == nil &&
				slices.Contains(names, sel.Sel.Name) {
				found = append(found, sel.Sel.Name)
			}
		}
		return true
	})
	return found
}

// Only the command reads the environment; tests may be told where their database is.
func TestEnvironment(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasPrefix(s.path, "cmd/") || s.isTest() {
			continue
		}
		if calls := s.calls("os", "Getenv", "LookupEnv", "Environ", "ExpandEnv"); len(calls) > 0 {
			t.Errorf("%s reads the environment: %v", s.path, calls)
		}
	}
}

// sessionFile is the only file that knows how sessions are kept in a cookie.
const sessionFile = "handlers/session.go"

// Only the file of sessions imports gorilla/sessions.
func TestSessionsLibrary(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.tree.Imports {
			if strings.Contains(imported.Path.Value, "gorilla/sessions") && s.path != sessionFile {
				t.Errorf("%s imports gorilla/sessions; only %s may", s.path, sessionFile)
			}
		}
	}
}

// sleepsOnce says whether a file sleeps outside of a loop that asks for something.
func (s source) sleepsOnce() bool {
	inLoops := 0
	ast.Inspect(s.tree, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			inLoops += len(source{tree: &ast.File{Name: ast.NewIdent("loop"), Decls: []ast.Decl{
				&ast.FuncDecl{Name: ast.NewIdent("loop"), Type: &ast.FuncType{},
					Body: &ast.BlockStmt{List: []ast.Stmt{n.(ast.Stmt)}}}}}}.calls("time", "Sleep"))
			return false
		}
		return true
	})
	return inLoops < len(s.calls("time", "Sleep"))
}

// No test is left out, and none waits for time to pass.
func TestTests(t *testing.T) {
	for _, s := range sources(t) {
		if !s.isTest() {
			continue
		}
		if calls := s.calls("t", "Skip", "Skipf", "SkipNow"); len(calls) > 0 {
			t.Errorf("%s leaves a test out", s.path)
		}
		if s.sleepsOnce() {
			t.Errorf("%s sleeps; ask again and again until it is so", s.path)
		}
	}
}

// dialectQuestions is how many places may ask which database it is, beyond the files that open one.
const dialectQuestions = 6

// The two databases differ in few places.
func TestDialects(t *testing.T) {
	var places []string
	for _, s := range sources(t) {
		if s.isTest() || strings.HasPrefix(s.path, "migrations/") ||
			strings.HasPrefix(s.path, "models/internal/db/") {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if b, ok := n.(*ast.BinaryExpr); ok && (b.Op == token.EQL || b.Op == token.NEQ) &&
				asksDialect(b) {
				places = append(places, s.set.Position(b.Pos()).String())
			}
			return true
		})
	}
	if len(places) == 0 || len(places) > dialectQuestions {
		t.Errorf("%d places ask which database it is; at most %d:\n%s", len(places), dialectQuestions,
			strings.Join(places, "\n"))
	}
}

func asksDialect(b *ast.BinaryExpr) bool {
	sel, ok := b.Y.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == "migrations" && (sel.Sel.Name == "SQLite" || sel.Sel.Name == "Postgres")
}

// widest is how many columns a line may have; a tab counts as four.
const widest = 110

// literals are the texts in a line: an address, a tag or a statement is not broken to fit.
var literals = regexp.MustCompile("`[^`]*`?|" + `"(?:\\.|[^"\\])*"`)

// A line is read without moving the eyes far: what is no text of its own fits into 110 columns.
func TestLineWidth(t *testing.T) {
	for _, s := range sources(t) {
		texts := s.longTexts()
		for n, line := range strings.Split(string(s.text), "\n") {
			bare := literals.ReplaceAllString(strings.ReplaceAll(line, "\t", "    "), `""`)
			if wide := utf8.RuneCountInString(bare); wide > widest && !texts[n+1] {
				t.Errorf("%s:%d has %d columns; at most %d", s.path, n+1, wide, widest)
			}
		}
	}
}

// longTexts are the lines of texts that go over several lines.
func (s source) longTexts() map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(s.tree, func(n ast.Node) bool {
		text, ok := n.(*ast.BasicLit)
		if ok && text.Kind == token.STRING {
			for at, end := s.set.Position(text.Pos()).Line, s.set.Position(text.End()).Line; at < end; at++ {
				lines[at], lines[end] = true, true
			}
		}
		return true
	})
	return lines
}
