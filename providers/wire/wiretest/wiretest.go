// Package wiretest plays a provider at the far end of the wire, for the tests of Send and its kind.
package wiretest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"undelivered/providers/wire"
)

// Seen is one request as it came in.
type Seen struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   string
}

// Form reads the body as a form.
func (s Seen) Form(t *testing.T) url.Values {
	t.Helper()
	form, err := url.ParseQuery(s.Body)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// Far is the provider's side: what came in, and a client that leads there whatever the address.
type Far struct {
	Client *wire.Client

	mu   sync.Mutex
	seen []Seen
}

// Seen are the requests so far.
func (f *Far) Seen() []Seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Seen(nil), f.seen...)
}

// Play starts a provider that answers by the handler.
func Play(t *testing.T, handler http.HandlerFunc) *Far {
	t.Helper()
	f := &Far{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		f.mu.Lock()
		f.seen = append(f.seen, Seen{r.Method, r.URL, r.Header, string(body)})
		f.mu.Unlock()
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	f.Client = leadingTo(server.URL)
	return f
}

// Says is a provider that always gives the same answer.
func Says(t *testing.T, status int, body string) *Far {
	t.Helper()
	return Play(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that has gone is the test's own doing
	})
}

func leadingTo(address string) *wire.Client {
	to, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return wire.NewClient().Rerouted(func(u *url.URL) { u.Scheme, u.Host = to.Scheme, to.Host })
}

// Success is what a provider answers to a message that it takes, and the message id in it.
type Success struct {
	Status   int
	Body, ID string
}

// HandOver is the exam that every Send over HTTP sits: each kind of answer has its class (RULES.md, Results
// of a hand-over), and whatever happens exactly one request is made.
func HandOver(t *testing.T, p wire.Provider, s wire.Settings, m wire.Message, taken Success) {
	t.Helper()
	status, id := taken.Status, taken.ID
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   wire.Outcome
		check  func(wire.Receipt) bool
	}{
		{"taken", says(status, taken.Body), wire.Taken,
			func(r wire.Receipt) bool { return r.ProviderMessageID == id }},
		{"success without an id", says(status, "{}"), wire.Open, nil},
		{"success that is not readable", says(status, "<html>"), wire.Open, nil},
		{"bad request", says(400, "{}"), wire.Refused,
			func(r wire.Receipt) bool { return r.Reason != "" && !r.StopConnection }},
		{"wrong login", says(401, "{}"), wire.Refused, func(r wire.Receipt) bool { return r.StopConnection }},
		{"forbidden", says(403, "{}"), wire.Refused, func(r wire.Receipt) bool { return r.StopConnection }},
		{"conflict", says(409, "{}"), wire.Open, nil},
		{"too many requests", later(429), wire.Later, waits},
		{"down for a while", later(503), wire.Later, waits},
		{"down", says(503, "{}"), wire.Open, nil},
		{"broken", says(500, "{}"), wire.Open, nil},
		{"moved", moved, wire.Refused, nil},
		{"cut after the body", cut, wire.Open, func(r wire.Receipt) bool { return r.Err != nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			far := Play(t, c.answer)
			r := p.Send(context.Background(), far.Client, s, m)
			if r.Outcome != c.want || c.check != nil && !c.check(r) {
				t.Errorf("%+v, want %s", r, c.want)
			}
			if n := len(far.Seen()); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		server := httptest.NewServer(http.NotFoundHandler())
		server.Close()
		if r := p.Send(context.Background(), leadingTo(server.URL), s, m); r.Outcome != wire.Later ||
			r.Err == nil {
			t.Errorf("%+v, want later", r)
		}
	})
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // as above
	}
}

func later(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
	}
}

func waits(r wire.Receipt) bool { return r.RetryAfter == 7*time.Second }

func moved(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
}

func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
