package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"undelivered/models/ledger"
	"undelivered/models/people"
	"undelivered/models/report"
)

// A notification knows what comes next in the list that it was opened from, and the way back to it; it does
// so still when it has left the list.
func TestNextOfTheSameList(t *testing.T) {
	s := open(t)
	s.fails(4)
	b := s.as("ada@harbour.example")
	b.Open("/undelivered?q=person&sort=customer")
	page, err := s.store.Report.Undelivered(t.Context(), s.ada, report.Filter{Q: "person", Sort: "customer"})
	if err != nil || len(page.Rows) != 4 {
		t.Fatalf("%d rows: %v", len(page.Rows), err)
	}
	second := b.Open("/notifications/" + page.Rows[1].ID)
	next := func(rel string) string {
		href, _ := second.Doc.Find(`.near a[rel="` + rel + `"]`).Attr("href")
		return href
	}
	if next("next") != "/notifications/"+page.Rows[2].ID ||
		next("prev") != "/notifications/"+page.Rows[0].ID {
		t.Errorf("before %s, after %s", next("prev"), next("next"))
	}
	if !second.Has(`.near a[href="/undelivered?q=person&sort=customer"]`) {
		t.Error("no way back to the list")
	}
	if err := s.store.Ledger.ClearNotification(t.Context(), s.ada,
		ledger.ClearAsk{NotificationID: page.Rows[1].ID, Outcome: "phoned"}); err != nil {
		t.Fatal(err)
	}
	if second = b.Open("/notifications/" + page.Rows[1].ID); next(
		"next",
	) != "/notifications/"+page.Rows[2].ID {
		t.Errorf("after it has left the list: %s", next("next"))
	}
}

// An open page hears of new numbers without losing what is typed or ticked: only the numbers and a line come.
func TestLiveNumbers(t *testing.T) {
	s := open(t)
	s.fails(2)
	b := s.as("ada@harbour.example")
	r := b.Request(http.MethodGet, "/live?was=1", nil)
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Current-URL", "https://elsewhere.example/undelivered?q=person")
	p := b.Send(r)
	for _, part := range []string{`id="nav-n-undelivered"`, `id="hero-number"`,
		`href="/undelivered?q=person"`} {
		if !strings.Contains(p.Body, part) {
			t.Errorf("no %s in %s", part, p.Body)
		}
	}
	r = b.Request(http.MethodGet, "/live?was=2", nil)
	r.Header.Set("HX-Request", "true")
	if same := b.Send(r); strings.Contains(same.Body, "Something has changed") {
		t.Errorf("nothing has changed: %s", same.Body)
	}
}

// A script of a listed page may fetch the widget's JSON; of any other page it may not.
func TestWidgetForScriptsOfListedPages(t *testing.T) {
	s := open(t)
	_, token, err := s.store.People.AddKey(t.Context(), s.ada, people.KeyWidget, "Intranet",
		[]string{"https://intranet.example"})
	if err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]string{"https://intranet.example": "https://intranet.example",
		"https://intranet.example.evil": "", "": ""} {
		p := s.plain("/w/"+token+".json", http.Header{"Origin": {origin}})
		if got := p.Header.Get("Access-Control-Allow-Origin"); got != want ||
			!strings.Contains(strings.Join(p.Header.Values("Vary"), ","), "Origin") {
			t.Errorf("%q may fetch as %q, vary %v", origin, got, p.Header.Values("Vary"))
		}
	}
	s.as("ada@harbour.example").Open("/settings/widget").Says("How it looks").Says("border:0")
}

// Another window of the account moves the number, the list, the widget and their words together; a window
// that cannot be is refused beside its field with what was typed.
func TestAnotherWindow(t *testing.T) {
	s := open(t)
	s.fails(1)
	b := s.as("ada@harbour.example")
	form := b.Open("/settings/account")
	for _, typed := range []string{"6", "367", "a week"} {
		p := form.Submit("Save", url.Values{"window": {typed}})
		p.Says("Enter a number of days from 7 to 366")
		if value, _ := p.Doc.Find(`input[name="window"]`).Attr("value"); p.Status != http.StatusUnprocessableEntity ||
			value != typed {
			t.Errorf("%s: %d with %q", typed, p.Status, value)
		}
	}
	form.Submit("Save", url.Values{"window": {"60"}})
	b.Open("/").Says("Undelivered, last 60 days").Says("leave this count after 60 days")
	b.Open("/undelivered").Says("last 60 days").Says("after 60 days").Follow("30 days").Says("last 30 days")
	n, err := s.store.Report.CountUndelivered(t.Context(), s.ada, report.Filter{})
	if err != nil || n.Range.Days() != 61 {
		t.Errorf("the number is of %d days: %v", n.Range.Days(), err)
	}
}

// An export opens right in a spreadsheet: it is marked as UTF-8, its times are the account's, and the import
// reads it.
func TestExportForSpreadsheets(t *testing.T) {
	s := open(t)
	s.fails(1)
	p := s.as("ada@harbour.example").Open("/undelivered.csv")
	head, _, _ := strings.Cut(p.Body, "\n")
	if !strings.HasPrefix(p.Body, "\ufeffid,") || strings.Contains(p.Body, "T0") ||
		strings.Contains(head, "new_address") ||
		!strings.Contains(head, ",address,") {
		t.Errorf("%q", p.Body)
	}
}

// What was fixed is a list of its own, and as many as its count.
func TestListOfWhatWasFixed(t *testing.T) {
	s := open(t)
	s.fails(3)
	page, err := s.store.Report.Undelivered(t.Context(), s.ada, report.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Ledger.ClearNotification(t.Context(), s.ada,
		ledger.ClearAsk{NotificationID: page.Rows[0].ID, Outcome: "phoned"}); err != nil {
		t.Fatal(err)
	}
	b := s.as("ada@harbour.example")
	b.Open("/undelivered?state=fixed").Says("1 of ").Says(page.Rows[0].CustomerName).
		Silent(page.Rows[1].CustomerName)
	if !b.Open("/analysis?by=kind").Has(`a[href*="state=fixed"]`) {
		t.Error("the share that was fixed leads nowhere")
	}
}
