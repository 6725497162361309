package web_test

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/providers/wire"
	"undelivered/web"
)

var hostile = flag.Int("hostile", 1200, "how many hostile requests are sent to the site, on each database")

// besieged is a site whose requests are handed in without a network.
type besieged struct {
	t      *testing.T
	site   http.Handler
	routes []web.Route
	cookie string
	key    string
	hook   string // a webhook's token
	ids    []string
}

func besiege(t *testing.T, s *store.Store) *besieged {
	t.Helper()
	cast := modelstest.NewCast(t, s)
	u, _, err := s.People.AddUser(t.Context(), models.AtCommandLine(cast.Account.ID),
		people.NewUser{Email: "ada@harbour.example", Name: "Ada", Role: models.Owner, Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.People.AddSession(t.Context(), models.Actor{Kind: models.Person, ID: u.ID},
		people.Session{}, people.SessionShort)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	h := &handlers.Handlers{Store: s, BaseURL: "http://undelivered.test", Log: log,
		Receiver: &delivery.Receiver{Store: s, Client: wire.NewClientBy(wire.Internet(nil)),
			BaseURL: "http://undelivered.test", Log: log}}
	b := &besieged{t: t, site: web.New(h, web.Options{Unlimited: true}), routes: web.Routes(h),
		cookie: "undelivered=" + session}
	if _, b.key, err = s.People.AddKey(t.Context(), models.AtCommandLine(cast.Account.ID), people.KeyAPI,
		"Till", nil); err != nil {
		t.Fatal(err)
	}
	c, token, err := s.Connection.AddConnection(t.Context(), models.AtCommandLine(cast.Account.ID),
		models.Connection{Provider: "brevo", Name: "B", Channels: "email"}, map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	b.hook = token
	modelstest.Keep(t, s, cast.Mail,
		modelstest.Event(models.Email, "jane@x.example", models.EventType(models.HardBounce)))
	page, err := s.Report.Undelivered(t.Context(), cast.Ada, report.Filter{})
	if err != nil || len(page.Rows) == 0 {
		t.Fatal(err)
	}
	b.ids = []string{page.Rows[0].ID, page.Rows[0].CustomerID, page.Rows[0].AddressID, c.ID, u.ID}
	return b
}

// what is sent in every place: what no database and no page expects.
var poisons = []string{"\x00", "a\x00b", "\xff\xfe", "\xc3\x28", "\xed\xa0\x80", "%", "%zz", "'", `"`, "\\",
	"_%_%", "--", "; DROP TABLE users", "1e999", "-1", "99999999999999999999", "0x10", "NaN", "null", "true",
	"[]", "{}", "\u202e", "\ufeff", "😀", "\r\nX: y", "../../etc/passwd", "<script>", "{{7*7}}",
	strings.Repeat("a ", 2000), strings.Repeat("%_", 1500), strings.Repeat("9", 4000), "2026-13-45",
	"0000-00-00", "9999-12-31", ""}

// names are fields that the pages and the API know.
var names = []string{"q", "reason", "domain", "customer", "connection", "kind", "status", "from", "to",
	"range", "channel", "after", "before", "per", "sort", "state", "assigned", "outcome", "view", "list",
	"name", "email", "role", "until", "end", "value", "address", "version", "request_id", "note", "text",
	"person", "zone", "theme", "origins", "rights", "ends", "provider", "set.host", "set.bounce_address",
	"channels", "how", "evidence", "label", "next", "token", "password", "again", "account", "answer",
	"limit", "cursor", "since", "country", "locale", "days", "ids", "id", "number", "confirm", "query",
	"shared", "attempt", "twice", "to_name"}

func (b *besieged) poison() string {
	if rand.IntN(6) == 0 {
		return b.ids[rand.IntN(len(b.ids))]
	}
	return poisons[rand.IntN(len(poisons))]
}

func (b *besieged) fields() url.Values {
	v := url.Values{}
	for range rand.IntN(5) {
		v.Add(names[rand.IntN(len(names))], b.poison())
	}
	return v
}

// request is a hostile one for a route.
func (b *besieged) request(r web.Route) *http.Request {
	var path []string
	for _, part := range strings.Split(r.Path, "/") {
		switch {
		case part == ":token" && r.Group == web.Hook && rand.IntN(2) == 0:
			part = b.hook
		case part == ":provider" && rand.IntN(2) == 0:
			part = "brevo"
		case strings.HasPrefix(part, ":"):
			part = url.PathEscape(b.poison())
		}
		path = append(path, part)
	}
	target := strings.Join(path, "/")
	if query := b.fields(); len(query) > 0 {
		target += "?" + query.Encode()
	}
	if rand.IntN(20) == 0 {
		target += "?x=%zz"
	}
	body, kind := b.fields().Encode(), "application/x-www-form-urlencoded"
	if r.Group == web.API || r.Group == web.Hook {
		text := strings.NewReplacer("\\", "\\\\", `"`, `\"`, "\x00", "\\u0000", "\r", "\\r", "\n", "\\n").
			Replace(b.poison())
		body, kind = fmt.Sprintf(
			`[{"ref":"%[1]s","id":"%[1]s","event":"hard_bounce","type":"hard_bounce","email":"%[1]s","to":"%[1]s","notification_ref":"%[1]s","title":"%[1]s","channel":"email","customer":{"ref":"%[1]s","name":"%[1]s"}}]`,
			text,
		), "application/json"
	}
	request := httptest.NewRequest(r.Method, "http://undelivered.test/", strings.NewReader(body))
	if u, err := url.Parse("http://undelivered.test" + target); err == nil {
		request.URL = u
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Idempotency-Key", fmt.Sprint(rand.Uint64()))
	switch r.Group {
	case web.API:
		request.Header.Set("Authorization", "Bearer "+b.key)
	case web.SignedIn, web.Public:
		request.Header.Set("Cookie", b.cookie)
	}
	return request
}

// No request gives a 500, whatever it holds in whichever place, on either database.
func TestHostileRequests(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		b := besiege(t, s)
		leaving := []string{"/sign-out", "/sign-out/everywhere", "/me/sessions/:id/end", "/me/password"}
		routes := slices.DeleteFunc(b.routes, func(r web.Route) bool {
			// these wait, so that they tell nothing
			return slices.Contains(leaving, r.Path) || r.Group == web.Public && r.Method == http.MethodPost
		})
		for i := range *hostile {
			r := routes[i%len(routes)]
			asked := b.request(r)
			w := httptest.NewRecorder()
			b.site.ServeHTTP(w, asked)
			if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
				t.Errorf("%s %.300s: %d", r.Method, asked.URL, w.Code)
			}
		}
	})
}

// peak is how much more memory is in use at most while something is done than before.
func peak(do func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			runtime.ReadMemStats(&now)
			most.Store(max(most.Load(), int64(now.HeapAlloc)-int64(before.HeapAlloc)))
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return most.Load()
}

// hogs are bodies that are small to send and large to hold, and the largest that a door takes.
var hogs = map[string]struct {
	path, body string
	status     []int
}{
	"notifications of nothing": {"/api/v1/notifications", "[" + strings.Repeat("null,", 6_000_000) + "null]",
		[]int{422}},
	"notifications of objects": {"/api/v1/notifications", "[" + strings.Repeat("{},", 10_000_000) + "{}]",
		[]int{422}},
	"a notification of values": {"/api/v1/notifications",
		`{"headers":{` + strings.Repeat(`"a":"b",`, 100_000) + `"a":"b"}}`, []int{422}},
	"events of objects": {"/api/v1/events", "[" + strings.Repeat("{},", 10_000_000) + "{}]", []int{422}},
	"events in depth":   {"/api/v1/events", strings.Repeat("[", 30<<20), []int{422}},
	"a webhook of objects": {"/hooks/brevo/TOKEN", "[" + strings.Repeat("{},", 2_500_000) + "{}]",
		[]int{422}},
	"a webhook of one text": {"/hooks/brevo/TOKEN", `[{"event":"` + strings.Repeat("x", 7<<20) + `"}]`,
		[]int{200}},
	"a webhook too large": {"/hooks/brevo/TOKEN", strings.Repeat("x", 9<<20), []int{413}},
	"an import of commas": {"/import", strings.Repeat(",", 30_000_000), []int{400, 413, 422, 419}},
}

// A body costs at most three times its size in memory at every door, and 8 MiB beside: what asks for more is
// refused while it is read.
func TestMemoryOfBodies(t *testing.T) {
	b := besiege(t, modelstest.SQLite(t, store.Options{}))
	for name, hog := range hogs {
		w := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, strings.Replace(hog.path, "TOKEN", b.hook, 1),
			strings.NewReader(hog.body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+b.key)
		used := peak(func() { b.site.ServeHTTP(w, request) })
		if used > 3*int64(len(hog.body))+8<<20 || !slices.Contains(hog.status, w.Code) {
			t.Errorf("%s: %d MiB for %d MiB, answered %d", name, used>>20, len(hog.body)>>20, w.Code)
		}
	}
}
