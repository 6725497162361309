package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"undelivered/web/webtest"
)

// Each form has its effect once: pressed again, or at the same moment, it leads to where the first led, with
// the same message. One that was refused may be corrected and sent again, and what is typed anew on an old
// page is another form.
func TestFormsCountOnce(t *testing.T) {
	s := open(t)
	row := s.failsOf(1)[0]
	b := s.as("ada@harbour.example")
	at := "/notifications/" + row.ID
	page := b.Open(at)
	for range 2 {
		if p := page.Submit("Add note", url.Values{"note": {"She rang."}}); p.URL.Path != at {
			t.Fatalf("it leads to %s", p.URL)
		} else {
			p.Says("Saved.")
		}
	}
	s.wantNotes(row.ID, 1)
	page.Submit("Add note", url.Values{"note": {"She did not ring."}}).Says("She did not ring.")
	s.wantNotes(row.ID, 2)
	page = b.Open(at)
	var all sync.WaitGroup
	answers := make([]*webtest.Page, 6)
	for i := range answers {
		all.Go(func() { answers[i] = page.Submit("Add note", url.Values{"note": {"She rang again."}}) })
	}
	all.Wait()
	for _, p := range answers {
		if p.Status != http.StatusOK || p.URL.Path != at {
			t.Errorf("at the same moment: %d %s", p.Status, p.URL)
		}
	}
	s.wantNotes(row.ID, 3)
	ask := b.Open(at + "/clear/confirm")
	if p := ask.Submit("Clear from report", nil); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("without a reason: %d", p.Status)
	}
	ask.Submit("Clear from report", url.Values{"outcome": {"phoned"}}).Says("Cleared from the report.")
	ask.Submit("Clear from report", url.Values{"outcome": {"phoned"}}).Says("Cleared from the report.").
		Says("Undo")
}

func (s *site) wantNotes(id string, want int) {
	s.t.Helper()
	st, err := s.store.Report.NotificationDetail(s.t.Context(), s.ada, id)
	if err != nil || len(st.Notes) != want {
		s.t.Fatalf("%d notes, want %d: %v", len(st.Notes), want, err)
	}
}

// A key is shown once: sending its form again makes no second key, and says so.
func TestKeysAreMadeOnce(t *testing.T) {
	s := open(t)
	page := s.as("ada@harbour.example").Open("/settings/keys")
	fill := url.Values{"name": {"Till"}}
	if first := page.Submit("Make a key", fill); !strings.Contains(first.Body, "und_") {
		t.Fatalf("no key is shown: %s", first.Text("main"))
	}
	again := page.Submit("Make a key", fill).Says("This has been done already.")
	if n := again.Doc.Find("tbody tr").Length(); n != 1 {
		t.Errorf("%d keys: %s", n, again.Text("main"))
	}
}

// A mark is its person's own: another person's form with the same mark is another form.
func TestFormMarksAreOwn(t *testing.T) {
	s := open(t)
	row := s.failsOf(1)[0]
	for i, who := range []string{"ada@harbour.example", "max@harbour.example"} {
		s.as(who).
			Post("/notifications/"+row.ID+"/note", url.Values{"note": {"Hello"}, "request_id": {"the same"}})
		s.wantNotes(row.ID, i+1)
	}
}
