// Package webtest is a browser without a browser: it opens pages, follows links, fills and submits forms,
// keeps cookies, and examines every page that it opens.
package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Browser is one person at one computer.
type Browser struct {
	t      testing.TB
	client *http.Client
	base   string
	known  func(method, path string) bool
}

// Page is what the browser shows.
type Page struct {
	b      *Browser
	Status int
	URL    *url.URL
	Header http.Header
	Body   string
	Doc    *goquery.Document // nil when it is no HTML
}

// New opens a browser on a site; known says whether the site has a route, so that dead links are found.
func New(t testing.TB, site *httptest.Server, known func(method, path string) bool) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := site.Client()
	own := *client
	own.Jar = jar
	return &Browser{t: t, client: &own, base: site.URL, known: known}
}

// Open goes to a path of the site and expects a page that is there.
func (b *Browser) Open(path string) *Page {
	b.t.Helper()
	p := b.Try(path)
	if p.Status != http.StatusOK {
		b.t.Fatalf("%s answers %d: %s", path, p.Status, p.Text("h1"))
	}
	return p
}

// Try goes to a path, whatever it answers.
func (b *Browser) Try(path string) *Page {
	b.t.Helper()
	return b.Send(b.Request(http.MethodGet, path, nil))
}

// Request is a request as a browser sends it, with the headers that say it comes from the site itself.
func (b *Browser) Request(method, path string, form url.Values) *http.Request {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	if !strings.Contains(path, "://") {
		path = b.base + path
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	r.Header.Set("User-Agent", "webtest")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// Post sends a form that the page at hand may not have: what a program in bad faith would do.
func (b *Browser) Post(path string, form url.Values) *Page {
	b.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	return b.Send(b.Request(http.MethodPost, path, form))
}

// Send sends any request, follows redirects, and examines the page that comes.
func (b *Browser) Send(r *http.Request) *Page {
	b.t.Helper()
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p := &Page{
		b:      b,
		Status: answer.StatusCode,
		URL:    answer.Request.URL,
		Header: answer.Header,
		Body:   string(body),
	}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		if p.Doc, err = goquery.NewDocumentFromReader(strings.NewReader(p.Body)); err != nil {
			b.t.Fatal(err)
		}
		p.examine(r.Header.Get("HX-Request") == "true")
	}
	return p
}

// Cookie is the value of a cookie that the browser keeps.
func (b *Browser) Cookie(name string) string {
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}
