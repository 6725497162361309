package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/web"
)

const wantPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src " +
	"'self'; " +
	"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Every answer, also an error, carries the policy and the headers that keep a page to itself.
func TestHeaders(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/sign-in", "/nowhere", "/healthz", "/undelivered"} {
		p := s.browser().Try(path)
		for name, want := range map[string]string{"Content-Security-Policy": wantPolicy,
			"X-Content-Type-Options": "nosniff",
			"Referrer-Policy":        "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if p.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", path)
		}
	}
}

// A form that another site sends in a person's name is refused, whatever the browser says about it.
func TestOtherSitesForms(t *testing.T) {
	s := open(t)
	for name, set := range map[string]func(h http.Header){
		"cross-site": func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"same-site":  func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"foreign origin": func(h http.Header) {
			h.Del("Sec-Fetch-Site")
			h.Set("Origin",
				"https://evil.example")
		},
		"no origin": func(h http.Header) { h.Del("Sec-Fetch-Site"); h.Set("Origin", "null") },
	} {
		b := s.as("ada@harbour.example")
		r := b.Request(http.MethodPost, "/sign-out", map[string][]string{})
		set(r.Header)
		if p := b.Send(r); p.Status != http.StatusForbidden {
			t.Errorf("%s: %d", name, p.Status)
		}
		if b.Cookie("undelivered") == "" {
			t.Errorf("%s: signed out", name)
		}
	}
}

// Bodies that are too large or compressed are refused before anything is done with them.
func TestBodies(t *testing.T) {
	s := open(t)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte("email=a"))
	w.Close()
	for name, c := range map[string]struct {
		body   io.Reader
		coding string
		want   int
	}{
		"too large": {strings.NewReader("email=" + strings.Repeat("a", 2<<20)), "",
			http.StatusRequestEntityTooLarge},
		"too large, no length": {io.MultiReader(strings.NewReader("email=" + strings.Repeat("a", 2<<20))),
			"", http.StatusRequestEntityTooLarge},
		"compressed":             {&packed, "gzip", http.StatusUnsupportedMediaType},
		"compressed, unheard of": {strings.NewReader("email=a"), "zstd", http.StatusUnsupportedMediaType},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.server.URL+"/sign-in", c.body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.coding != "" {
			r.Header.Set("Content-Encoding", c.coding)
		}
		if p := s.browser().Send(r); p.Status != c.want {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
}

// Somebody who guesses passwords from one address of the network is stopped; X-Forwarded-For does not help
// them, because nobody said that a proxy stands before us.
func TestSignInPerAddress(t *testing.T) {
	s := open(t)
	site := web.New(s.h, web.Options{})
	stopped := 0
	for i := range 40 {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-in/link",
			strings.NewReader("email="))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", "198.51.100."+string(rune('0'+i%10)))
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests {
			stopped++
		}
	}
	if stopped < 8 {
		t.Fatalf("%d of 40 were stopped", stopped)
	}
}

// Where a sign-in leads is a page of ours, never another site.
func TestNextIsOurs(t *testing.T) {
	s := open(t)
	for _, next := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "/\tevil",
		"javascript:alert(1)", "/sign-out"} {
		b := s.browser()
		p := b.Open(
			"/sign-in?next=" + strings.NewReplacer("\\", "%5C", "\t", "%09", ":", "%3A").Replace(next),
		)
		if got := p.Attr("input[name=next]", "value"); got != "" {
			t.Errorf("%q becomes %q", next, got)
		}
	}
}

// A page that needs somebody leads to the sign-in and back to itself; a form whose sign-in has run out says
// so.
func TestSignInComesBack(t *testing.T) {
	s := open(t)
	p := s.browser().Try("/me?x=1")
	if p.URL.Path != "/sign-in" || p.URL.Query().Get("next") != "/me?x=1" {
		t.Fatalf("%s", p.URL)
	}
	if p := s.browser().Post("/me", nil); p.Status != 419 {
		t.Fatalf("%d", p.Status)
	}
}

// A page knows for how long its person stays signed in, and asking to stay prolongs that; nobody else is
// kept.
func TestStaySignedIn(t *testing.T) {
	clock := modelstest.NewClock(time.Now())
	s := openWith(t, store.Options{Now: clock.Now})
	b := s.as("ada@harbour.example")
	if left := b.Open("/").Attr("body", "data-left"); left != "43200" {
		t.Errorf("%s seconds are left", left)
	}
	clock.Turn(11*time.Hour + 56*time.Minute)
	r := b.Request(http.MethodPost, "/me/stay", url.Values{})
	r.Header.Set("HX-Request", "true")
	if p := b.Send(r); p.Status != http.StatusOK || !strings.Contains(p.Body, `"left":43200`) {
		t.Errorf("asking to stay answers %d %s", p.Status, p.Body)
	}
	clock.Turn(11 * time.Hour)
	if p := b.Open("/"); p.URL.Path != "/" {
		t.Errorf("it leads to %s", p.URL)
	}
	clock.Turn(13 * time.Hour)
	if p := b.Try("/"); p.URL.Path != "/sign-in" {
		t.Errorf("after its end it leads to %s", p.URL)
	}
	if p := b.Post("/me/stay", nil); p.Status != 419 {
		t.Errorf("after its end asking to stay answers %d", p.Status)
	}
}
