package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/web/webtest"
)

// fails makes n notifications of Ada's fail, from newest to oldest an hour apart.
func (s *site) fails(n int) {
	s.t.Helper()
	c := models.Connection{Provider: "simulator", Name: "Mail", Channels: "email"}
	c, _, err := s.store.Connection.AddConnection(s.t.Context(), s.ada, c, map[string]string{})
	if err != nil {
		s.t.Fatal(err)
	}
	events := make([]models.Event, n)
	for i := range events {
		kind, reason := models.HardBounce, "user-unknown"
		if i%3 == 0 {
			kind, reason = models.MailboxError, "mailbox-full"
		}
		to := fmt.Sprintf("=person%d@example.com", i)
		at := time.Now().UTC().Add(-time.Duration(i) * time.Hour)
		events[i] = models.Event{Type: models.EventType(kind), Reason: reason,
			Channel: models.Email, Recipient: to, DedupeKey: to,
			ProviderMessageID: to, OccurredAt: at, Raw: []byte("{}")}
	}
	if err := s.store.Intake.Keep(s.t.Context(), c, events); err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.Intake.Settled(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// plain asks as a program does.
func (s *site) plain(path string, header http.Header) *webtest.Page {
	s.t.Helper()
	b := s.browser()
	r := b.Request(http.MethodGet, path, nil)
	r.Header = header
	return b.Send(r)
}

// The number is the same on the dashboard, on the report, in the file and in all shapes of the widget.
func TestReportNumberOnEveryPage(t *testing.T) {
	s := open(t)
	s.fails(60)
	b := s.as("ada@harbour.example")
	b.Open("/").Says("60 notifications")
	b.Open("/undelivered").Says("60 notifications, last 30 days").Follow("Older").Says("Showing 10 of 60").
		Follow("Newer").Says("Showing the newest 50 of 60")
	b.Open("/undelivered?status=mailbox_error").Says("20 of 60 notifications")
	file := b.Open("/undelivered.csv?status=mailbox_error")
	rows, err := csv.NewReader(strings.NewReader(file.Body)).ReadAll()
	if err != nil || len(rows) != 21 {
		t.Fatalf("%d lines in the file: %v", len(rows), err)
	}
	if !strings.HasPrefix(rows[1][6], "'=") {
		t.Errorf("a spreadsheet would take %q for a formula", rows[1][6])
	}
	_, key, err := s.store.People.AddKey(t.Context(), s.ada, people.KeyWidget, "Intranet",
		[]string{"https://intranet.example"})
	if err != nil {
		t.Fatal(err)
	}
	var number struct{ Count int }
	if err := json.Unmarshal([]byte(s.plain("/w/"+key+".json", http.Header{}).Body), &number); err != nil ||
		number.Count != 60 {
		t.Errorf("the widget's JSON says %d: %v", number.Count, err)
	}
	for _, path := range []string{"/w/" + key, "/w/" + key + ".svg"} {
		if p := s.plain(path, http.Header{"Hx-Request": {"true"}}); p.Status != 200 ||
			!strings.Contains(p.Body, ">60<") {
			t.Errorf("%s (%d): %s", path, p.Status, p.Body)
		}
	}
}

// The widget is answered anew only when the number changed, may be framed by its own sites only, and says so
// when its key has been withdrawn.
func TestWidgetCachesFramesAndEnds(t *testing.T) {
	s := open(t)
	key, token, err := s.store.People.AddKey(t.Context(), s.ada, people.KeyWidget, "Intranet",
		[]string{"https://intranet.example"})
	if err != nil {
		t.Fatal(err)
	}
	path := "/w/" + token
	p := s.plain(path, http.Header{"Accept": {"text/html"}})
	p.Says("Every email and text reached its customer.")
	if policy := p.Header.Get("Content-Security-Policy"); !strings.Contains(policy,
		"frame-ancestors https://intranet.example") {
		t.Errorf("policy %q", policy)
	}
	etag := p.Header.Get("ETag")
	if p.Header.Get("Cache-Control") != "private, max-age=60" || etag == "" {
		t.Errorf("headers %v", p.Header)
	}
	if again := s.plain(path, http.Header{"Accept": {"text/html"},
		"If-None-Match": {etag}}); again.Status != http.StatusNotModified {
		t.Errorf("the same again: %d", again.Status)
	}
	s.fails(1)
	if again := s.plain(path+".json", http.Header{"If-None-Match": {etag}}); again.Status != 200 ||
		!strings.Contains(again.Body, `"count":1,`) {
		t.Errorf("after a failure: %d %s", again.Status, again.Body)
	}
	if err := s.store.People.RevokeKey(t.Context(), s.ada, key.ID); err != nil {
		t.Fatal(err)
	}
	if gone := s.plain(path, http.Header{"Accept": {"text/html"}}); gone.Status != http.StatusGone ||
		!strings.Contains(gone.Body, "turned off") {
		t.Errorf("withdrawn: %d", gone.Status)
	}
	if other := s.plain("/w/unw_nothing.json", http.Header{}); other.Status != http.StatusNotFound {
		t.Errorf("unknown: %d", other.Status)
	}
}

// A wrong range is said beside its field and in the summary, htmx gets the results alone, and a viewer
// exports nothing.
func TestReportRefusals(t *testing.T) {
	s := open(t)
	s.fails(3)
	b := s.as("ada@harbour.example")
	p := b.Try("/undelivered?from=2026-11-20&to=2026-11-01")
	if p.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", p.Status)
	}
	p.Says("The start date must be before the end date")
	r := b.Request(http.MethodGet, "/undelivered?q=person1", nil)
	r.Header.Set("HX-Request", "true")
	part := b.Send(r)
	if part.Has("html > body > main") ||
		!strings.Contains(part.Body, "1 of 3") && part.Text("#results b") != "1" {
		t.Errorf("fragment: %.300s", part.Body)
	}
	if !strings.Contains(strings.Join(part.Header.Values("Vary"), ","), "HX-Request") {
		t.Errorf("Vary %v", part.Header.Values("Vary"))
	}
	if p := s.as("vera@harbour.example").Try("/undelivered.csv"); p.Status != http.StatusForbidden {
		t.Errorf("a viewer's export: %d", p.Status)
	}
	if p := s.as("bob@mill.example").Open("/undelivered?q=person1"); p.Has("td a.title") {
		t.Error("Bob sees a row of Ada's")
	}
}

// A view is saved under a name of its own, shows with its count, and goes away by its button; a view of a
// built-in view keeps what that means.
func TestReportSavedView(t *testing.T) {
	s := open(t)
	s.fails(6)
	b := s.as("ada@harbour.example")
	ask := b.Open("/undelivered?status=hard_bounce").Follow("Save this view")
	ask.Submit("Save", url.Values{"name": {" "}}).Says("Enter a name")
	p := ask.Submit("Save", url.Values{"name": {"Bad addresses"}, "shared": {"1"}})
	p.Says("Bad addresses").Says("4 of 6 notifications: hard bounce, last 30 days")
	if tab := p.Text(`nav.views a[aria-current="page"]`); !strings.HasPrefix(tab, "Bad addresses") {
		t.Errorf("the tab that shows it is %q", tab)
	}
	s.as("max@harbour.example").Open("/undelivered").Says("Bad addresses")
	b.Open("/undelivered?status=hard_bounce").Follow("Save this view").
		Submit("Save", url.Values{"name": {"Bad addresses"}}).Says("This name is used already")
	s.as("bob@mill.example").Open("/undelivered").Silent("Bad addresses")
	page, err := s.store.Report.Undelivered(t.Context(), s.ada, report.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Ledger.Snooze(t.Context(), s.ada, page.Rows[0].ID, nil, true); err != nil {
		t.Fatal(err)
	}
	p = b.Open("/undelivered").Follow("Waiting for the customer").Follow("Save this view").
		Submit("Save", url.Values{"name": {"Mine to ask"}})
	p.Says("1 of 6 notifications: waiting for the customer, last 30 days").Says("Mine to ask 1")
	id := b.Open("/undelivered?status=hard_bounce").Follow("Bad addresses").URL.Query().Get("saved")
	if gone := s.as("bob@mill.example").Post("/views/"+id+"/delete",
		nil); gone.Status != http.StatusNotFound {
		t.Errorf("Bob deletes: %d", gone.Status)
	}
	b.Open("/views/new").Submit("Delete Bad addresses", nil).Silent("Bad addresses")
}
