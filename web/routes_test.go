package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/web"
)

// asked are the routes of the people and programs of a business or of support: those with a door.
func asked(routes []web.Route, groups ...web.Group) []web.Route {
	var some []web.Route
	for _, r := range routes {
		for _, g := range groups {
			if r.Group == g {
				some = append(some, r)
			}
		}
	}
	return some
}

var param = regexp.MustCompile(`:[^/]+`)

func with(path, id string) string {
	return strings.ReplaceAll(param.ReplaceAllString(path, id), "*", id)
}

// Each route stands in one of the five groups, once, under the addresses of that group; and whoever may only
// look can reach nothing that changes the account.
func TestRoutesAreInAGroup(t *testing.T) {
	s := open(t)
	prefix := map[web.Group]string{web.Hook: "/hooks/", web.API: "/api/v1/",
		web.Support: "/support/", web.Public: "/", web.SignedIn: "/"}
	seen := map[string]bool{}
	for _, r := range web.Routes(s.h) {
		line := r.Method + " " + r.Path
		if seen[line] {
			t.Errorf("%s twice", line)
		}
		seen[line] = true
		if start, ok := prefix[r.Group]; !ok || !strings.HasPrefix(r.Path, start) {
			t.Errorf("%s is in the group %q", line, r.Group)
		}
		own := strings.HasPrefix(r.Path, "/me") || strings.HasPrefix(r.Path, "/sign-out") ||
			strings.HasPrefix(r.Path, "/help/")
		if r.Group == web.SignedIn && !own &&
			(r.Right == "" || r.Method != http.MethodGet && r.Right == models.See) {
			t.Errorf("%s asks for the right %q", line, r.Right)
		}
		if strings.HasPrefix(r.Path, "/settings/") && r.Right != models.Configure {
			t.Errorf("%s is not only the owner's", line)
		}
	}
}

// Nobody comes in without having signed in or without a key.
func TestRoutesHaveADoor(t *testing.T) {
	s := open(t)
	for _, r := range asked(web.Routes(s.h), web.SignedIn, web.Support, web.API) {
		req := s.browser().Request(r.Method, with(r.Path, "x"), nil)
		p := s.browser().Send(req)
		want := map[bool]int{true: 401, false: 419}[r.Group == web.API]
		if r.Method == http.MethodGet && r.Group != web.API {
			want = 200 // the sign-in page
			if p.URL.Path != "/sign-in" {
				t.Errorf("%s %s leads to %s", r.Method, r.Path, p.URL.Path)
			}
		}
		if p.Status != want {
			t.Errorf("%s %s answers %d to nobody", r.Method, r.Path, p.Status)
		}
	}
}

// A person meets 403 where the right is missing, and support's desk does not exist for others.
func TestRoutesAskForRights(t *testing.T) {
	s := open(t)
	vera, max := s.as("vera@harbour.example"), s.as("max@harbour.example")
	for _, r := range asked(web.Routes(s.h), web.SignedIn, web.Support) {
		for who, b := range map[models.Role]asker{models.Viewer: {vera}, models.Manager: {max}} {
			want := 0
			switch {
			case r.Group == web.Support && r.Right == "":
				want = http.StatusNotFound
			case r.Right != "" && !(models.Actor{Kind: models.Person, Role: who}).May(r.Right):
				want = http.StatusForbidden
			}
			if want == 0 {
				continue
			}
			if got := b.has(r); got != want {
				t.Errorf("%s %s answers %d to a %s", r.Method, r.Path, got, who)
			}
		}
	}
}

// Looking changes nothing: no page and no list leaves a trace, except for those whose use is to be in the
// log.
func TestLookingChangesNothing(t *testing.T) {
	s := open(t)
	ids := s.things()
	b := s.as("ada@harbour.example")
	lines := func() (n int) {
		for _, account := range []string{s.ada.AccountID, ""} {
			some, err := s.store.VerifyAudit(t.Context(), account)
			if err != nil {
				t.Fatal(err)
			}
			n += some
		}
		return n
	}
	for _, r := range asked(web.Routes(s.h), web.SignedIn, web.Public) {
		if r.Method != http.MethodGet || strings.HasSuffix(r.Path, ".csv") ||
			strings.HasSuffix(r.Path, "/export") {
			continue
		}
		before := lines()
		for _, id := range ids {
			b.Send(b.Request(r.Method, with(r.Path, id), nil))
			if !strings.Contains(r.Path, ":") {
				break
			}
		}
		if after := lines(); after != before {
			t.Errorf("GET %s wrote %d lines into the log", r.Path, after-before)
		}
	}
}

// Whatever Bob asks of Ada's things, they do not exist for him; and nothing of hers has changed afterwards.
func TestBobSeesNothingOfAdas(t *testing.T) {
	s := open(t)
	ids := s.things()
	b := s.as("bob@mill.example")
	before, err := s.store.VerifyAudit(t.Context(), s.ada.AccountID)
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := s.store.People.AddKey(t.Context(), s.bob, people.KeyAPI, "Bob's", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range asked(web.Routes(s.h), web.SignedIn, web.API) {
		if !strings.Contains(r.Path, ":") {
			continue
		}
		for kind, id := range ids {
			asks := b.Request(r.Method, with(r.Path, id), nil)
			if r.Group == web.API {
				asks = bare(t, s, r, id, key)
			}
			if p := b.Send(asks); p.Status != http.StatusNotFound {
				t.Errorf("%s %s with Ada's %s answers Bob %d", r.Method, r.Path, kind, p.Status)
			}
		}
	}
	if after, err := s.store.VerifyAudit(t.Context(), s.ada.AccountID); err != nil || after != before {
		t.Errorf("Ada's log has %d lines more, %v", after-before, err)
	}
}

// bare is a request of a program with a key.
func bare(t *testing.T, s *site, r web.Route, id, key string) *http.Request {
	t.Helper()
	asks, err := http.NewRequestWithContext(t.Context(), r.Method, s.server.URL+with(r.Path, id),
		strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	asks.Header.Set("Authorization", "Bearer "+key)
	asks.Header.Set("Content-Type", "application/json")
	asks.Header.Set("Idempotency-Key", id)
	return asks
}

// things are the ids of what Ada has, one of each kind.
func (s *site) things() map[string]string {
	s.t.Helper()
	c, _ := modelstest.AddConnection(s.t, s.store, s.ada.AccountID, "Mail", models.Email)
	modelstest.Keep(s.t, s.store, c,
		modelstest.Event(models.Email, modelstest.JaneMistyped, models.EventType(models.HardBounce)))
	page, err := s.store.Report.Undelivered(s.t.Context(), s.ada, report.Filter{})
	if err != nil || len(page.Rows) == 0 {
		s.t.Fatalf("%d rows, %v", len(page.Rows), err)
	}
	key, _, err := s.store.People.AddKey(s.t.Context(), s.ada, people.KeyAPI, "shop", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	staff, err := s.store.People.Colleagues(s.t.Context(), s.ada)
	if err != nil {
		s.t.Fatal(err)
	}
	view, err := s.store.Report.SaveView(s.t.Context(), s.ada,
		report.View{Name: "Texts", Query: "channel=sms", Shared: true})
	if err != nil {
		s.t.Fatal(err)
	}
	row := page.Rows[0]
	return map[string]string{"notification": row.ID, "customer": row.CustomerID,
		"address": row.AddressID, "connection": c.ID, "key": key.ID, "view": view.ID,
		"person": staff[0].User.ID}
}
