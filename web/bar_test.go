package web_test

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/sample"
	"undelivered/models/store"
	"undelivered/providers/wire"
	"undelivered/web"
)

var (
	large = flag.Int("large", 1_000_000, "undelivered notifications in the large database of the bar")
	small = flag.Int("small", 100_000, "and in the small one")
)

// rounds and barAsked are how often each figure is measured, and by how many requests.
const (
	rounds   = 3
	barAsked = 150
)

// BenchmarkBar measures the ratios of the bar: what we do, against a limit measured in the same run,
// alternating, the best of three rounds. Figures by themselves say nothing about another machine.
func BenchmarkBar(b *testing.B) {
	few, many := sampled(b, *small), sampled(b, *large)
	hello := helloServer(b)
	bar := bar{b: b}
	b.ResetTimer()
	for b.Loop() {
		bar.lines = nil
		bar.pages(few, many)
		bar.widget(few, many, hello)
		bar.intake()
		bar.weight(many)
	}
	bar.print()
}

type bar struct {
	b     *testing.B
	lines []line
}

type line struct {
	name, what string
	got, must  float64
	atLeast    bool
	unit       string
}

func (l line) reached() bool {
	if l.atLeast {
		return l.got >= l.must
	}
	return l.got <= l.must
}

func (b *bar) print() {
	fmt.Printf("\n%-4s %-58s %9s %9s\n", "", "ratio", "measured", "must")
	for _, l := range b.lines {
		sign, mark := "≤", ""
		if l.atLeast {
			sign = "≥"
		}
		if !l.reached() {
			mark = "  MISSED"
			b.b.Errorf("%s misses its bar: %.3f", l.name, l.got)
		}
		fmt.Printf("%-4s %-58s %8.2f%s %s%7.2f%s\n", l.name, l.what, l.got, l.unit, sign, l.must, mark)
		b.b.ReportMetric(l.got, l.name)
	}
}

// sampleSite is a site with n undelivered notifications of one account, and a browser in which its owner is
// signed in.
type sampleSite struct {
	b      *testing.B
	store  *store.Store
	server *httptest.Server
	client *http.Client
	actor  models.Actor
	widget []string // keys
}

func sampled(b *testing.B, n int) *sampleSite {
	b.Helper()
	s := served(b)
	accounts, err := s.store.Seed(
		b.Context(),
		models.AtCommandLine(""),
		sample.SeedPlan{Accounts: 1, Notifications: n, Undelivered: 1,
			Days: 30, Seed: 1, Bare: true},
	)
	if err != nil {
		b.Fatal(err)
	}
	s.actor = models.AtCommandLine(accounts[0].ID)
	_, _, err = s.store.People.AddUser(b.Context(), s.actor,
		people.NewUser{Email: "ada@harbour.example", Name: "Ada", Role: models.Owner, Password: goodPassword})
	if err != nil {
		b.Fatal(err)
	}
	r := s.request(http.MethodPost, "/sign-in",
		url.Values{"email": {"ada@harbour.example"}, "password": {goodPassword}}.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.do(r)
	for range barAsked + 1 {
		_, token, err := s.store.People.AddKey(b.Context(), s.actor, people.KeyWidget, "Bar", nil)
		if err != nil {
			b.Fatal(err)
		}
		s.widget = append(s.widget, token)
	}
	return s
}

// served is an empty site in memory, over a file.
func served(b *testing.B) *sampleSite {
	b.Helper()
	store, err := store.Open(b.Context(),
		store.Options{File: filepath.Join(b.TempDir(), "undelivered.db"), Key: make([]byte, 32)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	quiet := slog.New(slog.DiscardHandler)
	h := &handlers.Handlers{Store: store, BaseURL: "http://undelivered.test", Log: quiet}
	h.Receiver = &delivery.Receiver{Store: store, Client: wire.NewClient(), BaseURL: h.BaseURL, Log: quiet}
	s := &sampleSite{b: b, store: store,
		server: httptest.NewServer(web.New(h, web.Options{Unlimited: true})), client: client(b)}
	b.Cleanup(s.server.Close)
	return s
}

func client(b *testing.B) *http.Client {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	return &http.Client{Jar: jar,
		Transport: &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}}
}

func helloServer(b *testing.B) *sampleSite {
	b.Helper()
	e := echo.New()
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "hello") })
	s := &sampleSite{b: b, server: httptest.NewServer(e), client: client(b)}
	b.Cleanup(s.server.Close)
	return s
}

func (s *sampleSite) request(method, path, body string) *http.Request {
	r, err := http.NewRequest(method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.b.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Encoding", "gzip")
	return r
}

// do sends a request, reads its answer and returns its weight on the wire.
func (s *sampleSite) do(r *http.Request) int {
	answer, err := s.client.Do(r)
	if err != nil {
		s.b.Fatal(err)
	}
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.b.Fatalf("%s: %d %v", r.URL.Path, answer.StatusCode, err)
	}
	return int(n)
}

// median is the median time of asking for the paths, one after the other.
func (s *sampleSite) median(paths ...string) time.Duration {
	took := make([]time.Duration, 0, barAsked)
	for i := range barAsked {
		r := s.request(http.MethodGet, paths[i%len(paths)], "")
		began := time.Now()
		s.do(r)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// perSecond is how many requests eight clients get answered in a second.
func (s *sampleSite) perSecond(n int, path func(i int) string) float64 {
	began := time.Now()
	var clients sync.WaitGroup
	for worker := range 8 {
		clients.Go(func() {
			for i := worker; i < n; i += 8 {
				s.do(s.request(http.MethodGet, path(i), ""))
			}
		})
	}
	clients.Wait()
	return float64(n) / time.Since(began).Seconds()
}

// best measures several things in turn, three times, and returns the best of each.
func best[T cmp.Ordered](better func(a, b T) bool, measure ...func() T) []T {
	found := make([]T, len(measure))
	for round := range rounds {
		for i, m := range measure {
			if got := m(); round == 0 || better(got, found[i]) {
				found[i] = got
			}
		}
	}
	return found
}

func least[T cmp.Ordered](a, b T) bool { return a < b }
func most[T cmp.Ordered](a, b T) bool  { return a > b }

func (b *bar) ratio(name, what string, got, limit, must float64, atLeast bool) {
	b.lines = append(b.lines, line{name: name, what: what, got: got / limit, must: must, atLeast: atLeast})
}
