package demo_test

import (
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"undelivered/cmd/undelivered/demo"
	"undelivered/delivery"
	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/providers/wire"
	"undelivered/web"
	"undelivered/web/webtest"
)

var many = flag.Int("moments", 1, "at how many moments the whole demo is built and examined")

// moments are hours, days and nights on which something about the calendar changes.
var moments = []string{
	"2026-11-29T17:00:00Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:01Z", "2026-10-25T00:30:00Z",
	"2026-10-25T01:30:00Z", "2027-12-31T23:59:59Z",
	"2028-01-01T00:00:01Z", "2028-02-29T12:00:00Z", "2028-03-01T00:10:00Z", "2026-11-30T22:59:00Z",
	"2026-12-06T07:00:00Z", "2027-02-28T05:45:00Z",
}

// The whole demo can be built at any moment: every page of both businesses opens, each status is on the
// report, and each kind of act has its button.
func TestDemoAtMoments(t *testing.T) {
	for _, moment := range moments[:*many] {
		t.Run(moment, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, moment)
			if err != nil {
				t.Fatal(err)
			}
			site, told := build(t, modelstest.NewClock(at))
			known := routes()
			owner := signedIn(webtest.New(t, site, known), told.Users[0].Email)
			manager := signedIn(webtest.New(t, site, known), told.Users[1].Email)
			support := signedIn(webtest.New(t, site, known), "support@undelivered.example")
			seen := slices.Concat(
				walk(owner, "/undelivered?state=cleared", "/undelivered?state=waiting", "/"),
				walk(manager, "/support/requests?list=mine"),
				walk(support, "/"),
			)
			for _, act := range acts {
				if !slices.ContainsFunc(seen, func(action string) bool { return act.MatchString(action) }) {
					t.Errorf("nothing leads to %s", act)
				}
			}
			for _, s := range models.Statuses {
				if rows := owner.Open("/undelivered?status=" +
					string(s.Code)).Doc.Find(".report tbody a.title"); rows.Length() == 0 {
					t.Errorf("nothing on the report is %s", s.Code)
				}
			}
		})
	}
}

// acts are what people must find a button, or a page with a question, for.
var acts = []*regexp.Regexp{
	regexp.MustCompile(`/notifications/\w+/resend$`), regexp.MustCompile(`/notifications/\w+/cancel$`),
	regexp.MustCompile(`/notifications/\w+/clear/confirm$`),
	regexp.MustCompile(`/notifications/\w+/reopen$`), regexp.MustCompile(`/send-by-text/confirm$`),
	regexp.MustCompile(`/addresses/\w+/opt-in$`),
	regexp.MustCompile(`/suppressions/\w+/ask$`), regexp.MustCompile(`/suggestions/\w+/accept$`),
	regexp.MustCompile(`/support/requests/\w+/approve$`),
	regexp.MustCompile(`/support/requests/\w+/answer$`),
	regexp.MustCompile(`/support/requests/\w+/withdraw$`),
	regexp.MustCompile(`/analysis/domains/[\w.]+/check$`),
}

// build fills the demo behind the doors of a whole site whose clock shows another moment.
func build(t *testing.T, clock *modelstest.Clock) (*httptest.Server, demo.Summary) {
	t.Helper()
	s := modelstest.SQLite(t, store.Options{Now: clock.Now, Log: modelstest.Log(t)})
	site := httptest.NewUnstartedServer(nil)
	base := "http://" + site.Listener.Addr().String()
	client := wire.NewClient()
	h := &handlers.Handlers{Store: s, BaseURL: base, Log: modelstest.Log(t), TXT: demo.TXT,
		Directory: demo.Directory(), Demo: demo.Users(),
		Receiver: &delivery.Receiver{Store: s, Client: client, BaseURL: base, Log: modelstest.Log(t)}}
	site.Config.Handler = web.New(h, web.Options{Unlimited: true})
	site.Start()
	t.Cleanup(site.Close)
	told, err := demo.Fill(t.Context(), demo.Scene{Store: s, Base: base, Seed: 1,
		Progress: io.Discard, Ready: func(demo.Summary) error { return nil },
		Hook: func(provider, token string) string { return base + "/hooks/" + provider + "/" + token }})
	if err != nil {
		t.Fatal(err)
	}
	return site, told
}

func routes() func(method, path string) bool {
	all := web.Routes(&handlers.Handlers{})
	return func(method, path string) bool {
		return slices.ContainsFunc(all, func(r web.Route) bool {
			shape := regexp.MustCompile(`:[a-z]+`).ReplaceAllString(r.Path, "[^/]+")
			return r.Method == method && regexp.MustCompile("^"+shape+"$").MatchString(path)
		})
	}
}

func signedIn(b *webtest.Browser, email string) *webtest.Browser {
	b.Open("/sign-in").Submit("Sign in", url.Values{"email": {email}, "password": {demo.Password}})
	return b
}

// walk opens the pages that links lead to, the first few of each kind, and gives what their links, forms and
// buttons lead to.
func walk(b *webtest.Browser, pages ...string) (leads []string) {
	kinds := map[string]int{}
	for i := 0; i < len(pages); i++ {
		page := b.Try(pages[i])
		if page.Doc == nil || page.Status != http.StatusOK {
			continue
		}
		page.Doc.Find("a[href], form[action], button[formaction]").Each(func(_ int, s *goquery.Selection) {
			for _, name := range []string{"href", "action", "formaction"} {
				to, _, _ := strings.Cut(s.AttrOr(name, ""), "?")
				if to == "" || !strings.HasPrefix(to, "/") || slices.Contains(leads, to) {
					continue
				}
				leads = append(leads, to)
				if kind := one.ReplaceAllString(to, "*"); name == "href" && !strings.HasSuffix(to, ".csv") &&
					kinds[kind] < 30 {
					kinds[kind]++
					pages = append(pages, to)
				}
			}
		})
	}
	return leads
}

// one is the id of one thing in an address.
var one = regexp.MustCompile(`[a-z]{3}_\w+`)
