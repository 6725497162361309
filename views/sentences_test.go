package views

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

var update = flag.Bool("update", false, "write words/pages.en.toml anew from the sources")

const sentenceFile = "words/pages.en.toml"

// Where a sentence stands in the sources: as the id of a look-up, or in a table whose texts are looked up.
var (
	lookedUp   = regexp.MustCompile(`\b(?:T|N|Rich|RichN)\((?:ctx, )?"([^"]+)"`)
	labelled   = regexp.MustCompile(`(?:Label|Counts): "([^"]+)"`)
	inList     = regexp.MustCompile(`\[\]string\{("[A-Z][^}]*)\}`)
	inShortcut = regexp.MustCompile(`\}, "([A-Z][^"]+)"\}`)
	quoted     = regexp.MustCompile(`"([^"]+)"`)
	isKey      = regexp.MustCompile(`^[a-z_]+\.[a-z_.]*$`)
)

// sentences are the texts of the pages that are their own key.
func sentences(t *testing.T, patterns ...string) []string {
	found := map[string]bool{}
	for i := range 12 {
		month := time.Month(i + 1).String()
		day := time.Weekday(i % 7).String()
		found[month], found[month[:3]], found[day], found[day[:3]] = true, true, true, true
	}
	for _, name := range patterns {
		for _, file := range sources(t, name) {
			for _, pattern := range []*regexp.Regexp{lookedUp, labelled, inShortcut} {
				for _, m := range pattern.FindAllStringSubmatch(file, -1) {
					found[m[1]] = true
				}
			}
			for _, list := range inList.FindAllStringSubmatch(file, -1) {
				for _, m := range quoted.FindAllStringSubmatch(list[1], -1) {
					found[m[1]] = true
				}
			}
		}
	}
	var out []string
	others := defined(t)
	delete(others, sentenceFile)
	for text := range found {
		if !isKey.MatchString(text) && text != "" && !anyHas(others, text) {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out
}

// defined are the keys of each file of English words.
func defined(t *testing.T) map[string][]string {
	t.Helper()
	names, err := filepath.Glob("words/*en.toml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	keys := map[string][]string{}
	for _, name := range names {
		bundle := i18n.NewBundle(language.English)
		bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
		file, err := bundle.LoadMessageFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range file.Messages {
			keys[name] = append(keys[name], m.ID)
		}
	}
	return keys
}

func anyHas(files map[string][]string, key string) bool {
	for _, keys := range files {
		if slices.Contains(keys, key) {
			return true
		}
	}
	return false
}

// No word is defined twice: the second would silently take the place of the first.
func TestNoWordIsDefinedTwice(t *testing.T) {
	where := map[string]string{}
	for name, keys := range defined(t) {
		for _, key := range keys {
			if other := where[key]; other != "" {
				t.Errorf("%s stands in %s and in %s", key, other, name)
			}
			where[key] = name
		}
	}
}

// Whoever translates finds every sentence of the pages in one file. go test ./views -args -update writes it.
func TestEverySentenceOfThePagesIsInTheCatalogue(t *testing.T) {
	all := sentences(t, "*.templ", "*.go")
	if *update {
		all = sentences(t, "*.templ", "*.go", "../handlers/*.go")
		var out strings.Builder
		out.WriteString(
			"# English: the sentences of the pages, each its own key. Written by: go test ./views -args " +
				"-update\n\n",
		)
		for _, text := range all {
			fmt.Fprintf(&out, "%q = %q\n", text, text)
		}
		if err := os.WriteFile(sentenceFile, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var file map[string]string
	if _, err := toml.DecodeFile(sentenceFile, &file); err != nil {
		t.Fatal(err)
	}
	for _, text := range all {
		if file[text] == "" {
			t.Errorf("not in %s: %q", sentenceFile, text)
		}
	}
}

// Every language says what English says, no more and no less.
func TestLanguagesHaveTheSameWords(t *testing.T) {
	for lang, texts := range catalogue.plain {
		for id := range catalogue.plain[DefaultLang] {
			if _, ok := texts[id]; !ok {
				t.Errorf("%s lacks %q", lang, id)
			}
		}
		for id := range texts {
			if !Has(id) {
				t.Errorf("%s has %q, which English lacks", lang, id)
			}
		}
	}
}

// Every key that pages look up by name is in the catalogue.
func TestEveryKeyOfThePagesHasItsWords(t *testing.T) {
	for _, name := range []string{"*.templ", "*.go", "../handlers/*.go"} {
		for _, file := range sources(t, name) {
			for _, m := range lookedUp.FindAllStringSubmatch(file, -1) {
				if id := m[1]; isKey.MatchString(id) && !strings.HasSuffix(id, ".") && !Has(id) {
					t.Errorf("no words for %s", id)
				}
			}
		}
	}
}
