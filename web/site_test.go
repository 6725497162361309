package web_test

import (
	"log/slog"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/store"
	"undelivered/web"
	"undelivered/web/webtest"
)

const goodPassword = "a fine long sentence"

// site is the whole site in memory with the standing cast: Ada owns Harbour, Bob owns Mill, Vera looks at
// Harbour, and Sam is support staff.
type site struct {
	t      *testing.T
	store  *store.Store
	h      *handlers.Handlers
	server *httptest.Server
	ada    models.Actor // the command line in Ada's account
	bob    models.Actor
}

func open(t *testing.T) *site {
	t.Helper()
	return openWith(t, store.Options{})
}

func openWith(t *testing.T, o store.Options) *site {
	t.Helper()
	store := modelstest.SQLite(t, o)
	h := &handlers.Handlers{Store: store, BaseURL: "http://undelivered.test",
		Log: slog.New(slog.DiscardHandler)}
	s := &site{t: t, store: store, h: h}
	s.server = httptest.NewServer(web.New(h, web.Options{Unlimited: true}))
	t.Cleanup(s.server.Close)
	s.ada = s.account("Harbour Dental")
	s.bob = s.account("Mill Physio")
	s.user(s.ada, "ada@harbour.example", "Ada Lovelace", models.Owner)
	s.user(s.ada, "vera@harbour.example", "Vera Rubin", models.Viewer)
	s.user(s.ada, "max@harbour.example", "Max Born", models.Manager)
	s.user(s.bob, "bob@mill.example", "Bob Noyce", models.Owner)
	s.user(models.AtCommandLine(""), "sam@undelivered.example", "Sam Morse", models.Support)
	return s
}

func (s *site) account(name string) models.Actor {
	s.t.Helper()
	a, err := s.store.AddAccount(s.t.Context(), models.AtCommandLine(""),
		models.Account{Name: name, Zone: "Europe/London"})
	if err != nil {
		s.t.Fatal(err)
	}
	return models.AtCommandLine(a.ID)
}

func (s *site) user(a models.Actor, email, name string, r models.Role) models.User {
	s.t.Helper()
	u, _, err := s.store.People.AddUser(s.t.Context(), a,
		people.NewUser{Email: email, Name: name, Role: r, Password: goodPassword})
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// browser is a browser in which nobody has signed in.
func (s *site) browser() *webtest.Browser { return webtest.New(s.t, s.server, knows(web.Routes(s.h))) }

// as is a browser in which somebody has signed in.
func (s *site) as(email string) *webtest.Browser {
	s.t.Helper()
	b := s.browser()
	p := b.Open("/sign-in").Submit("Sign in", url.Values{"email": {email}, "password": {goodPassword}})
	if p.Status != 200 && p.URL.Path == "/sign-in" {
		s.t.Fatalf("%s cannot sign in: %s", email, p.Text("main"))
	}
	return b
}

// knows answers whether the table of routes has an address.
func knows(routes []web.Route) func(method, path string) bool {
	type line struct {
		method string
		path   *regexp.Regexp
	}
	var lines []line
	param := regexp.MustCompile(`:[^/]+`)
	for _, r := range routes {
		pattern := param.ReplaceAllString(regexp.QuoteMeta(r.Path), `[^/]+`)
		lines = append(lines, line{r.Method, regexp.MustCompile("^" + pattern + "$")})
	}
	return func(method, path string) bool {
		for _, l := range lines {
			if l.method == method && l.path.MatchString(path) {
				return true
			}
		}
		return false
	}
}

// asker asks a route with an id that nobody has, and says what is answered.
type asker struct{ b *webtest.Browser }

func (a asker) has(r web.Route) int {
	return a.b.Send(a.b.Request(r.Method, with(r.Path, "x"), nil)).Status
}
