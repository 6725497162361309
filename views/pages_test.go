package views

import (
	"bytes"
	"context"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
	"undelivered/static"
)

var writeTo = flag.String("pages", "",
	"write every sample page, and the static files it names, to this folder")

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// pages are all pages, each in the states that look different: nothing, one, many, long and right-to-left
// names.
func pages() map[string]templ.Component {
	all := map[string]templ.Component{}
	for _, part := range []map[string]templ.Component{gatePages(), reportPages(), notificationPages(),
		customerPages(), suppressionPages(), requestPages(), deskPages(),
		insightPages(), connectionPages(), bulkPages(), importPages()} {
		for name, page := range part {
			all[name] = page
		}
	}
	return all
}

func gatePages() map[string]templ.Component {
	out := map[string]templ.Component{
		"sign-in": SignIn(SignInPage{Email: "helen@marlowstreet.example", Links: true}),
		"sign-in-wrong": SignIn(SignInPage{Error: "error.credentials", SSO: true,
			Demo: []DemoUser{{"ada@marlow.example", "secret words", "manager", "Marlow"}}}),
		"sign-in-link":  SignInLink(SignInPage{}),
		"sign-in-sent":  SignInLink(SignInPage{Sent: true}),
		"sign-in-token": SignInLink(SignInPage{Token: "x"}),
		"sign-in-reset": Reset(
			SignInPage{Token: "x", Errors: Errors{"password": {Key: "error.password_short"}}},
		),
		"sign-in-reset2": Reset(SignInPage{}),
		"signed-out": SignedOut(SignedOutPage{
			Action: "/notifications/n1/note",
			Secret: true,
			Fields: []TypedField{{"note", "She asked to be called after 5.\nNot on Fridays."},
				{"phone", "+44 7700 900118"}, {"request_id", "r1.note"}},
		}),
		"signed-out-2": SignedOut(SignedOutPage{Action: "/import", File: true}),
		"error-gate":   Error(ErrorPage{Code: 404}),
	}
	for _, code := range []int{403, 404, 409, 413, 419, 422, 429, 500, 503, 999} {
		out["error-"+Count(code)] = Error(ErrorPage{Base: base(), Code: code, ID: "req-1"})
	}
	for _, state := range []string{"ok", "stale", "withdrawn"} {
		out["widget-"+state] = WidgetPage(WidgetCard{State: state, Count: 128, Email: 104,
			SMS: 24, Urgent: 5, Previous: 142, Spark: []int{1, 2, 13, 0}, AsOf: day(20, 11, 40),
			Now: now, Zone: london, URL: "https://undelivered.example/undelivered",
			RetryURL: "/w/k"})
	}
	out["widget-none"] = WidgetPage(WidgetCard{State: "ok", Theme: "dark", URL: "/undelivered"})
	return out
}

func reportPages() map[string]templ.Component {
	viewer := sampleReport()
	viewer.Base = as(models.Viewer)
	all := sampleReport()
	all.Query.All, all.Total, all.Capped = true, 10000, true
	all.Query.Q, all.Query.Range, all.Query.From = "raman", "dates", "2026-11-01"
	all.Errors = Errors{"from": {Key: "error.range"}}
	all.Incidents = []Incident{
		{Reason: models.Reason{Title: "Our sending server is on a block list"}, N: 41, Last: now,
			Query: report.Filter{Reason: "ip-blocklist"}},
	}
	all.Gaps = []Gap{{"gap_1", "SendGrid", day(18, 9, 0), day(19, 9, 0)}}
	none := DashboardPage{Base: as(models.Viewer), Since: now, Days: dashboard().Days}
	return map[string]templ.Component{
		"dashboard":            Dashboard(dashboard()),
		"dashboard-none":       Dashboard(none),
		"dashboard-new":        Dashboard(DashboardPage{Base: base(), Unconnected: true}),
		"undelivered":          Report(sampleReport()),
		"undelivered-viewer":   Report(viewer),
		"undelivered-all":      Report(all),
		"undelivered-none":     Report(emptyReport(report.Filter{}, 0)),
		"undelivered-filtered": Report(emptyReport(report.Filter{Q: "x"}, 128)),
		"undelivered-waiting":  Report(emptyReport(report.Filter{State: "waiting"}, 128)),
		"undelivered-new":      Report(ReportPage{Base: base(), Unconnected: true}),
	}
}

func notificationPages() map[string]templ.Component {
	out := map[string]templ.Component{"notification": in("failed", nil)}
	for _, state := range []string{"queued", "sending", "waiting", "unknown", "delivered", "presumed",
		"cleared", "aged_out", "pending"} {
		out["notification-"+state] = in(state, nil)
	}
	out["notification-guard"] = in("failed", func(p *NotificationPage) {
		p.Refusal = models.Refusal{Guard: models.GuardOptedOut,
			Values: map[string]string{"address": "a@b.example", "cause": "complaint"}}
		p.Against = advice.Against{Cause: models.CauseComplaint, AddressID: "a1"}
	})
	out["notification-unchanged"] = in("failed", func(p *NotificationPage) {
		p.Refusal = models.Refusal{Guard: models.GuardSameRefusal,
			Values: map[string]string{"address": "a@b.example"}}
	})
	out["notification-twice"] = in("waiting",
		func(p *NotificationPage) { p.Refusal.Guard = models.GuardMayArrive })
	out["notification-our-side"] = in("failed", func(p *NotificationPage) {
		p.OurSide, p.OwnerName, p.Suggestion, p.Other.Offered, p.Other.WhyNot, p.Returned = true,
			"Helen Marsh", nil, false, "none", true
		p.Also, p.Content.Kept = nil, false
	})
	out["notification-errors"] = in("failed", func(p *NotificationPage) {
		p.Contact.Errors = Errors{"email": {Key: "error.email"}, "phone": {Key: "error.phone"},
			"": {Key: "error.changed"}}
		p.Contact.EmailState.Listed, p.Contact.PhoneState = []string{"SendGrid"}, AddressState{
			State:  "shaky",
			InARow: 2,
		}
		p.Content.Show = true
	})
	out["notification-viewer"] = in("failed", func(p *NotificationPage) { p.Base = as(models.Viewer) })
	for i, name := range names {
		out["notification-name-"+Count(i)] = in("failed",
			func(p *NotificationPage) { p.Contact.Name, p.Title = name, name+" …" })
	}
	q := NotificationQuestion{Base: base(), ID: "n1", Title: "Appointment reminder",
		Name: "Priya Raman", Channel: models.Email, Address: "a@b.example", Provider: "SendGrid",
		At: day(20, 13, 0), Other: notification().Other}
	wrong := q
	wrong.Errors = Errors{"outcome": {Key: "error.outcome_missing"}, "note": {Key: "error.evidence"}}
	out["question-clear"], out["question-clear-errors"] = ClearQuestion(q), ClearQuestion(wrong)
	out["question-first"], out["question-twice"] = ResendFirst(q), ResendTwice(q)
	out["question-unknown"], out["question-other"] = Unknown(wrong), SendOther(q)
	out["question"] = Ask(Question{Base: base(), Title: "Opt a@b.example out?",
		Text: "Nothing more is sent to it, from now on.", Action: "/x", Back: "/", Verb: "Opt out",
		Danger: true, Fields: map[string]string{"version": "2"}})
	return out
}

// Every page is sound: one title, no id twice, labels and fields that belong together, nothing that the
// content security policy forbids.
func TestPagesAreSound(t *testing.T) {
	for name, page := range pages() {
		t.Run(name, func(t *testing.T) {
			text := render(t, page)
			save(t, name, text)
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range examine(doc) {
				t.Error(problem)
			}
		})
	}
}

// A placeholder that nobody filled, and a key that has no words.
var (
	hole    = regexp.MustCompile(`\{[a-z_]+\}`)
	bareKey = regexp.MustCompile(
		`^(status|family|state|address|cause|how|purpose|request|suppression|connection|outcome|role|event|history|guard|error|flash|page|empty|todo|may|lift|audit|setting|bulk|import)\.[a-z_]+(\.[a-z_]+)*$`,
	)
)

// Forms that may be sent twice without harm, or whose token is good for one time.
var repeatable = regexp.MustCompile(`^/(sign-(in|out)(/(link|reset))?$|agree/|me/account$)`)

var onAttribute = regexp.MustCompile(`^(on|hx-on)`)

func examine(doc *goquery.Document) (problems []string) {
	note := func(text string) { problems = append(problems, text) }
	if n := doc.Find("h1").Length(); n != 1 {
		note("h1: " + Count(n))
	}
	if doc.Find("title").First().Text() == "" || doc.Find("main").Length() != 1 {
		note("no title, or not one main")
	}
	ids := map[string]bool{}
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if a.Key == "style" || onAttribute.MatchString(a.Key) || strings.HasPrefix(a.Val, "javascript:") {
				note("forbidden: " + a.Key + "=" + a.Val)
			}
			if a.Key == "id" && ids[a.Val] {
				note("id twice: " + a.Val)
			}
			if a.Key == "id" {
				ids[a.Val] = true
			}
		}
	})
	doc.Find("title, h1, h2, h3, p, a, button, label, span, b, td, th, dt, dd, small, legend, option").
		Each(func(_ int, s *goquery.Selection) {
			text := strings.TrimSpace(s.Text())
			if hole.MatchString(text) || bareKey.MatchString(text) {
				note("words are missing: " + text)
			}
		})
	doc.Find("style, script:not([src])").
		Each(func(_ int, s *goquery.Selection) { note("inline " + goquery.NodeName(s)) })
	for _, attr := range []string{"for", "aria-labelledby", "aria-describedby", "popovertarget", "form"} {
		doc.Find("[" + attr + "]:not(#dialog)").Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr(attr, "")) {
				if !ids[id] {
					note(attr + " names no element: " + id)
				}
			}
		})
	}
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-label", "") == "" && s.Closest("label").Length() == 0 &&
			doc.Find(`label[for="`+s.AttrOr("id", "?")+`"]`).Length() == 0 {
			note("no label: " + s.AttrOr("name", ""))
		}
	})
	doc.Find(`form[method="post"]`).Each(func(_ int, s *goquery.Selection) {
		action := s.AttrOr("action", "")
		if s.Find(`[name="request_id"]`).Length() != 1 && !repeatable.MatchString(action) {
			note("no request_id: " + action)
		}
	})
	doc.Find("main a[href='']").
		Each(func(_ int, s *goquery.Selection) { note("a link to nowhere: " + s.Text()) })
	return problems
}

var staticName = regexp.MustCompile(`/static/[A-Za-z0-9./_-]+`)

// save writes a page for a look at it in a browser, when the flag asks for that.
func save(t *testing.T, name, text string) {
	if *writeTo == "" {
		return
	}
	write := func(name string, content []byte) {
		path := filepath.Join(*writeTo, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(name+".html", []byte(text))
	write(name+"-dark.html", []byte(strings.Replace(text, "<html ", `<html data-theme="dark" `, 1)))
	queue := staticName.FindAllString(text, -1)
	for len(queue) > 0 {
		url := queue[0]
		queue = queue[1:]
		w := httptest.NewRecorder()
		static.Handler().ServeHTTP(w, httptest.NewRequest("GET", url, nil))
		write(url, w.Body.Bytes())
		if strings.HasSuffix(url, ".css") {
			queue = append(queue, staticName.FindAllString(w.Body.String(), -1)...)
		}
	}
}

// What is only spoken is parted from the word before it: templ drops a space at the beginning of an element.
func TestSpokenWordsAreParted(t *testing.T) {
	for _, file := range sources(t, "*.templ") {
		if strings.Contains(file, `<span class="vh"> {`) {
			t.Errorf("a space that is dropped, near %.80q", file[strings.Index(file, `<span class="vh"> {`):])
		}
	}
}
