package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/web"
)

// The canary stands in everything of the other account that a page could show, and is never sent; its name of
// a notification is.
const (
	canary   = "zebulon-canary"
	theirRef = "their-own-name-of-it"
)

// siege goes through every place of every route, one value at a time.
type siege struct {
	*besieged
	other  models.Account
	staff  string // the session of support, whom nobody lets in
	values []string
}

// besiegeAll is a site whose other account has something of each kind, and the values that are tried: hostile
// ones, and the ids of the other account.
func besiegeAll(t *testing.T, s *store.Store) *siege {
	t.Helper()
	g := &siege{besieged: besiege(t, s)}
	accounts, err := s.People.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(accounts, func(a models.Account) bool { return a.Name == "Buchhandlung Linde" })
	g.other = accounts[at]
	sam, _, err := s.People.AddUser(t.Context(), models.AtCommandLine(""), people.NewUser{
		Email:    "sam@undelivered.example",
		Name:     "Sam",
		Role:     models.Support,
		Password: goodPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.People.AddSession(t.Context(), models.Actor{Kind: models.Person, ID: sam.ID},
		people.Session{}, people.SessionShort)
	if err != nil {
		t.Fatal(err)
	}
	g.staff = "undelivered=" + session
	g.values = append(slices.Clone(poisons), g.canaries(s)...)
	return g
}

// canaries fills the other account, and returns the ids of what is there.
func (g *siege) canaries(s *store.Store) []string {
	g.t.Helper()
	ctx, owner := g.t.Context(), models.AtCommandLine(g.other.ID)
	must := func(err error) {
		g.t.Helper()
		if err != nil {
			g.t.Fatal(err)
		}
	}
	c, token, err := s.Connection.AddConnection(ctx, owner,
		models.Connection{Provider: "brevo", Name: canary, Channels: "email", Sends: true},
		map[string]string{"from": canary + "@x.example"})
	must(err)
	sent := s.Now().Add(-time.Hour)
	all, err := s.Intake.Register(ctx, owner, []intake.Registration{
		{Ref: theirRef, Channel: models.Email, To: canary + "@x.example", Title: canary, Text: canary,
			SentAt: &sent, Connection: c.ID, ProviderMessageID: canary,
			Customer: intake.RegistrationCustomer{Ref: canary, Name: canary,
				Email: canary + "@x.example"}},
	})
	must(err)
	modelstest.Keep(g.t, s, c, models.Event{Type: models.EventType(models.HardBounce),
		Channel: models.Email, Reason: "user-unknown",
		Recipient: canary + "@x.example", AttemptRef: all[0].AttemptID, SuppressionKind: "bounce",
		OccurredAt: s.Now(), DedupeKey: canary,
		Raw: []byte(`{"it":"` + canary + `"}`)})
	page, err := s.Report.Undelivered(ctx, owner, report.Filter{})
	must(err)
	k, _, err := s.People.AddKey(ctx, owner, people.KeyWidget, canary, nil)
	must(err)
	_, _, err = s.People.AddUser(ctx, owner, people.NewUser{Email: canary + "@mill.example",
		Name: canary, Role: models.Owner, Password: goodPassword})
	must(err)
	ids := []string{g.other.ID, c.ID, token, k.ID, page.Rows[0].ID, page.Rows[0].CustomerID,
		page.Rows[0].AddressID, "ref:" + theirRef}
	rows, err := modelstest.RowsOf(ctx, s, g.other.ID)
	must(err)
	for _, table := range []string{"suppressions", "events", "members"} {
		for _, row := range rows[table] {
			ids = append(ids, foreignID.FindAllString(row, -1)...)
		}
	}
	return ids
}

var foreignID = regexp.MustCompile(`\b(sup|evt|usr|con|cus|ntf|adr)_[0-9a-z]{20,}`)

// places are where a value can stand in a request of the route: in its path, or in a field.
func places(r web.Route) []string {
	var all []string
	for _, part := range strings.Split(r.Path, "/") {
		if strings.HasPrefix(part, ":") {
			all = append(all, part)
		}
	}
	all = append(all, names...)
	return append(all, "q[]", "status[0][x]", "Accept-Language", "HX-Request", "HX-Current-URL",
		"Idempotency-Key", "Content-Type", "Referer", "X-Forwarded-For", "If-None-Match")
}

// at is a request of the route with a value in one place, and good ones elsewhere.
func (g *siege) at(r web.Route, place, value string) *http.Request {
	path, query := "", url.Values{}
	for _, part := range strings.Split(r.Path, "/")[1:] {
		if part == place {
			part = url.PathEscape(value)
		} else if strings.HasPrefix(part, ":") {
			part = map[string]string{":provider": "brevo", ":token": g.hook}[part]
			if part == "" {
				part = g.ids[len(path)%len(g.ids)]
			}
		}
		path += "/" + part
	}
	header := place[0] >= 'A' && place[0] <= 'Z'
	if !header && place[0] != ':' {
		query[place] = []string{value, value}
	}
	kind, body := "application/x-www-form-urlencoded", query.Encode()
	if r.Group == web.API || r.Group == web.Hook {
		quoted := strings.NewReplacer("\\", "\\\\", `"`, `\"`, "\x00", "\\u0000", "\r", "\\r", "\n", "\\n").
			Replace(value)
		kind, body = "application/json", fmt.Sprintf(`{"%s":"%s","to":"%[2]s","channel":"email"}`,
			strings.TrimPrefix(place, ":"), quoted)
	}
	request := httptest.NewRequest(r.Method, "http://undelivered.test/", strings.NewReader(body))
	if u, err := url.Parse("http://undelivered.test" + path + "?" + query.Encode()); err == nil {
		request.URL = u
	}
	request.Header.Set("Content-Type", kind)
	if header {
		request.Header.Set(place, value)
	}
	switch {
	case r.Group == web.API:
		request.Header.Set("Authorization", "Bearer "+g.key)
	case strings.HasPrefix(r.Path, "/support"):
		request.Header.Set("Cookie", g.staff)
	default:
		request.Header.Set("Cookie", g.cookie)
	}
	return request
}

// of are the rows of the other account.
func (g *siege) of(s *store.Store) map[string][]string {
	g.t.Helper()
	rows, err := modelstest.RowsOf(g.t.Context(), s, g.other.ID)
	if err != nil {
		g.t.Fatal(err)
	}
	return rows
}

// ends are acts that would end the siege itself, and those that wait, so that they tell nothing.
var ends = []string{"/sign-out", "/sign-out/everywhere", "/me/sessions/:id/end", "/me/password", "/sign-in",
	"/sign-in/link", "/sign-in/reset"}

// No value in any place of any route gives a 500, shows anything of another account, or changes anything of
// it: hostile values and the other account's own ids, by an owner, a key, a provider, and support that nobody
// lets in.
func TestHostilePlaces(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		g := besiegeAll(t, s)
		modelstest.Settle(t, s)
		before := g.of(s)
		routes := slices.DeleteFunc(g.routes,
			func(r web.Route) bool { return r.Method == http.MethodPost && slices.Contains(ends, r.Path) })
		counts := map[int]int{}
		for i := range *hostile {
			r := routes[i%len(routes)]
			round := i / len(routes)
			all := places(r)
			place, value := all[round%len(all)], g.values[(round/len(all)+i*31)%len(g.values)]
			asked := g.at(r, place, value)
			w := httptest.NewRecorder()
			g.site.ServeHTTP(w, asked)
			counts[w.Code]++
			shows := strings.Contains(w.Body.String(), canary)
			if w.Code >= 500 && w.Code != http.StatusServiceUnavailable || shows {
				t.Errorf("%s %s, %s = %.80q: %d; shows the other account: %v", r.Method, r.Path, place, value,
					w.Code, shows)
			}
		}
		t.Logf("%d requests to %d routes, answered %v", *hostile, len(routes), counts)
		modelstest.Settle(t, s)
		for table, rows := range g.of(s) {
			if !slices.Equal(rows, before[table]) {
				t.Errorf("%s of the other account is\n%.900s\nwas\n%.900s", table, rows, before[table])
			}
		}
	})
}
