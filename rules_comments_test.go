package undelivered_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	pageCited    = regexp.MustCompile(`[\w./-]*\w\.md\b`)
	headingCited = regexp.MustCompile(`\b(RULES|GROWING)\.md, ([A-Z][A-Za-z -]*)`)
	elsewhere    = regexp.MustCompile(`\bsemantics\b|\bvocabulary, |\(([ACLPT]\d{1,2}[a-z]?)(\)|,| and )`)
	sqlComment   = regexp.MustCompile(`(?m)--.*$`)
	templComment = regexp.MustCompile(`(?m)^\s*//.*$|<!--(?s:.*?)-->`)
)

// comments lists what people wrote beside the code: Go, templates and SQL, by path.
func comments(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, s := range sources(t) {
		for _, c := range s.tree.Comments {
			all[s.path] += c.Text() + "\n"
		}
	}
	for pattern, comment := range map[string]*regexp.Regexp{
		"views/*.templ": templComment, "migrations/*.sql": sqlComment, "migrations/*/*.sql": sqlComment} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all[path] = strings.Join(comment.FindAllString(string(text), -1), "\n")
		}
	}
	return all
}

// headings are the headings of one of the pages beside the code.
func headings(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "## "); ok {
			all = append(all, strings.TrimSpace(name))
		}
	}
	return all
}

// A comment sends nobody to a page that is not here, nor to a heading that its page does not have.
func TestCitations(t *testing.T) {
	titles := map[string][]string{"RULES": headings(t, "RULES.md"), "GROWING": headings(t, "GROWING.md")}
	cited := map[string]bool{}
	for path, text := range comments(t) {
		text = strings.Join(strings.Fields(text), " ")
		for _, page := range pageCited.FindAllString(text, -1) {
			if _, err := os.Stat(page); err != nil {
				t.Errorf("%s cites %s, which is not in the repository", path, page)
			}
		}
		for _, m := range headingCited.FindAllStringSubmatch(text, -1) {
			title, ok := heading(titles[m[1]], m[2])
			if !ok {
				t.Errorf("%s cites %s.md, %s: there is no such heading", path, m[1], m[2])
			}
			cited[m[1]+title] = true
		}
		if word := elsewhere.FindString(text); word != "" {
			t.Errorf("%s cites %q: say the reason, or cite a heading of RULES.md", path, word)
		}
	}
	if len(cited) < 15 {
		t.Errorf("only %d headings were found to be cited: are the comments still read?", len(cited))
	}
}

// heading is the title that a citation begins with: the sentence around it may go on.
func heading(titles []string, cited string) (string, bool) {
	for _, title := range titles {
		if strings.HasPrefix(cited+" ", title+" ") {
			return title, true
		}
	}
	return "", false
}
