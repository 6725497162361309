package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func fetch(t *testing.T, url, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

// Every address that the style sheets name is served.
func TestStyleSheetNamesOnlyServedFonts(t *testing.T) {
	for _, sheet := range []string{"app.css", "widget.css"} {
		for _, match := range regexp.MustCompile(`url\("([^"]+)"\)`).FindAllSubmatch(all.byName[sheet].content, -1) {
			if res := fetch(t, string(match[1]), ""); res.StatusCode != http.StatusOK {
				t.Errorf("%s names %s: %s", sheet, match[1], res.Status)
			}
		}
	}
}

// Each part of the style sheet is in it, once.
func TestStyleSheetHasAllItsParts(t *testing.T) {
	names, err := fs.Glob(files, "css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != len(parts) {
		t.Errorf("%d files, %d parts", len(names), len(parts))
	}
	for _, name := range names {
		if n := bytes.Count(all.byName["app.css"].content, read(files, name)); n != 1 &&
			name != "css/fonts.css" {
			t.Errorf("%s is in it %d times", name, n)
		}
	}
}

// A file may be kept for a year, because another content has another name.
func TestFileIsKeptForAYear(t *testing.T) {
	res := fetch(t, Path("app.css"), "")
	if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control: %q", got)
	}
	if hashed("app.css", []byte("a")) == hashed("app.css", []byte("b")) {
		t.Error("two contents have one name")
	}
	if res := fetch(t, "/static/app.css", ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("a name without digest is served: %s", res.Status)
	}
}

// What is packed unpacks to the same bytes, and only who asks for it gets it packed.
func TestFileIsPackedForWhoAsks(t *testing.T) {
	res := fetch(t, Path("app.css"), "gzip, br")
	if res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not packed")
	}
	unpacked, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(unpacked)
	if err != nil || !bytes.Equal(got, all.byName["app.css"].content) {
		t.Errorf("unpacked differs: %v", err)
	}
	if res := fetch(t, Path("app.css"), ""); res.Header.Get("Content-Encoding") != "" {
		t.Error("packed for who did not ask")
	}
}

// The files of a first visit weigh less than 95 kB on the wire, so that a page of 15 kB stays under the
// budget of 110 kB.
func TestFirstVisitIsLight(t *testing.T) {
	total := 0
	for name, a := range all.byName {
		if strings.Contains(name, "latin-ext") || name == "widget.css" {
			continue
		}
		size := len(a.content)
		if a.gzipped != nil {
			size = len(a.gzipped)
		}
		total += size
	}
	if total > 95_000 {
		t.Errorf("a first visit fetches %d bytes", total)
	}
}
