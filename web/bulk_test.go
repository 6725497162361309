package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/web/webtest"
)

// failsOf makes n registered notifications of Ada's fail, each with a text that can be sent again.
func (s *site) failsOf(n int) []models.Undelivered {
	s.t.Helper()
	c, _, err := s.store.Connection.AddConnection(s.t.Context(), s.ada,
		models.Connection{Provider: "simulator", Name: "Mail", Channels: "email", Sends: true},
		map[string]string{})
	if err != nil {
		s.t.Fatal(err)
	}
	sent := time.Now().UTC().Add(-time.Hour)
	for i := range n {
		to := string(rune('a'+i)) + "@x.example"
		s.registers(intake.Registration{Ref: to, Channel: models.Email,
			To: to, Title: "Reminder " + to, Text: "Text for " + to,
			SentAt: &sent, ProviderMessageID: to, Connection: c.ID,
			Customer: intake.RegistrationCustomer{Ref: to, Name: "Customer " + to, Email: to}})
		e := models.Event{Type: models.EventType(models.MailboxError),
			Reason: "mailbox-full", Channel: models.Email, Recipient: to,
			DedupeKey: to, ProviderMessageID: to, OccurredAt: time.Now().UTC(),
			Raw: []byte("{}")}
		if err := s.store.Intake.Keep(s.t.Context(), c, []models.Event{e}); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := s.store.Intake.Settled(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	page, err := s.store.Report.Undelivered(s.t.Context(), s.ada, report.Filter{})
	if err != nil || len(page.Rows) != n {
		s.t.Fatalf("%d rows, %v", len(page.Rows), err)
	}
	return page.Rows
}

func (s *site) registers(r intake.Registration) {
	s.t.Helper()
	by := models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: s.ada.AccountID}
	if _, err := s.store.Intake.Register(s.t.Context(), by, []intake.Registration{r}); err != nil {
		s.t.Fatal(err)
	}
}

// work lets the worker finish the job whose page is open.
func (s *site) work(p *webtest.Page) string {
	s.t.Helper()
	id := strings.TrimPrefix(p.URL.Path, "/bulk/")
	for more := true; more; {
		var err error
		if more, err = s.store.Resend.WorkBulk(s.t.Context(), id); err != nil {
			s.t.Fatal(err)
		}
	}
	return id
}

// All that match are resent after a question with exact numbers; the page of the work names each, and
// refreshes itself until it is done. Pressed twice it is one job; taken back, nothing goes out.
func TestBulkResendPages(t *testing.T) {
	s := open(t)
	rows := s.failsOf(3)
	if err := s.store.Consent.OptOutByStaff(t.Context(), s.ada, rows[0].AddressID,
		"asked by phone"); err != nil {
		t.Fatal(err)
	}
	b := s.as("ada@harbour.example")
	ask := b.Open("/undelivered/resend/confirm?all=1")
	ask.Says("Resend 2 of 3 notifications?").Says("2 go to the address on file now.").
		Says("1 is left out: opted out.")
	left := ask.Follow("Show this one")
	if n := left.Doc.Find("#b-items tbody tr").Length(); n != 1 ||
		!strings.Contains(left.Text("#b-items"), rows[0].Title) {
		t.Errorf("%d rows are shown as opted out", n)
	}
	if n := ask.Follow("Show these 2").Doc.Find("#b-items tbody tr").Length(); n != 2 {
		t.Errorf("%d rows are shown as to be sent", n)
	}
	p := left.Submit("Resend 2", nil)
	p.Says("0 of 3 done").Says("Asked for by Ada Lovelace")
	if again := left.Submit("Resend 2", nil); again.URL.Path != p.URL.Path {
		t.Errorf("pressed twice: %s and %s", p.URL, again.URL)
	}
	if !p.Has("#b-progress [hx-get*='poll=1']") {
		t.Error("the page does not refresh itself")
	}
	s.work(p)
	done := b.Open(p.URL.Path)
	done.Says("3 of 3 done: 2 sent again, 1 left out.").Says("2 are on their way.").
		Says("Reminder a@x.example").Says("refreshes itself")
	some := done.Follow("Show this one")
	if n := some.Doc.Find("#b-items tbody tr").Length(); n != 1 {
		t.Errorf("%d rows of what was left out", n)
	}
	done.Submit("Undo", nil).Says("Taken back")
	s.work(p)
	b.Open(p.URL.Path).Says("3 of 3 done: 0 sent again")
	if p := s.as("bob@mill.example").Try(p.URL.Path); p.Status != http.StatusNotFound {
		t.Errorf("Bob sees it: %d", p.Status)
	}
}

// Chosen ones are cleared with one reason, which must be chosen; nothing chosen leads back to the report.
func TestBulkClearPages(t *testing.T) {
	s := open(t)
	rows := s.failsOf(3)
	b := s.as("ada@harbour.example")
	ask := b.Open("/undelivered/clear/confirm?id=" + rows[0].ID + "&id=" + rows[1].ID)
	ask.Says("Clear 2 notifications from the report?")
	ask.Submit("Clear 2 from report", nil).Says("Choose why you are clearing it")
	p := ask.Submit("Clear 2 from report", url.Values{"outcome": {"phoned"}})
	s.work(p)
	b.Open(p.URL.Path).Says("2 of 2 done: 2 cleared, 0 left out.")
	if n, err := s.store.Report.CountUndelivered(t.Context(), s.ada, report.Filter{}); err != nil ||
		n.Total != 1 {
		t.Errorf("%d left, %v", n.Total, err)
	}
	if p := b.Open("/undelivered/clear/confirm"); p.URL.Path != "/undelivered" {
		t.Errorf("nothing chosen leads to %s", p.URL)
	}
	if p := b.Try("/undelivered/resend/confirm?all=1&status=nonsense"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a query that nobody understands answers %d", p.Status)
	}
}

// Above the limit the number is typed: another one clears nothing, and what was typed and chosen is still
// there.
func TestBulkTypedNumber(t *testing.T) {
	limits := models.DefaultLimits()
	limits.BulkConfirm = 2
	s := openWith(t, store.Options{Limits: limits})
	s.failsOf(3)
	ask := s.as("ada@harbour.example").Open("/undelivered/clear/confirm?all=1")
	for _, typed := range []string{"", "2", "all"} {
		p := ask.Submit("Clear 3", url.Values{"outcome": {"phoned"}, "count": {typed}})
		if p.Status != http.StatusUnprocessableEntity || p.Attr("[name=count]", "value") != typed ||
			p.Attr("[name=outcome] [selected]", "value") != "phoned" {
			t.Errorf("%q answers %d, and leaves %q and %q", typed, p.Status, p.Attr("[name=count]", "value"),
				p.Attr("[name=outcome] [selected]", "value"))
		}
	}
	if n, err := s.store.Report.CountUndelivered(t.Context(), s.ada, report.Filter{}); err != nil ||
		n.Total != 3 {
		t.Fatalf("%d are left, %v", n.Total, err)
	}
	ask.Submit("Clear 3", url.Values{"outcome": {"phoned"}, "count": {"3"}}).Says("of 3 done")
}

// When the set has grown since the question was shown, it is asked again with the new numbers.
func TestBulkAsksAgain(t *testing.T) {
	s := open(t)
	rows := s.failsOf(3)
	b := s.as("ada@harbour.example")
	ask := b.Open("/undelivered/resend/confirm?all=1")
	if err := s.store.Ledger.ClearNotification(t.Context(), s.ada,
		ledger.ClearAsk{NotificationID: rows[0].ID, Outcome: "phoned"}); err != nil {
		t.Fatal(err)
	}
	again := ask.Submit("Resend 3", nil)
	if again.Status != http.StatusUnprocessableEntity {
		t.Fatalf("it answers %d", again.Status)
	}
	again.Says("The numbers have changed").Submit("Resend 2", nil).Says("0 of 2 done")
}

// Texts instead of emails are offered with their number. What more goes that way is asked once more, and the
// result names the way of each.
func TestBulkByTextPages(t *testing.T) {
	s := open(t)
	rows := s.failsOf(3)
	if _, _, err := s.store.Connection.AddConnection(t.Context(), s.ada,
		models.Connection{Provider: "simulator", Name: "Texts", Channels: "sms", Sends: true},
		map[string]string{}); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows[:2] {
		edit := customer.ContactEdit{CustomerID: row.CustomerID, Name: row.CustomerName,
			Email: row.Recipient, Phone: "+44770090010" + string(rune('0'+i))}
		if _, err := s.store.Customer.EditContact(t.Context(), s.ada, edit); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.store.Consent.OptOutByStaff(t.Context(), s.ada, rows[0].AddressID,
		"asked by phone"); err != nil {
		t.Fatal(err)
	}
	ask := s.as("ada@harbour.example").Open("/undelivered/resend/confirm?all=1")
	ask.Says("Resend 2 of 3 notifications?").
		Says("1 of the 2 notifications, and 1 that is left out otherwise")
	again := ask.Submit("Resend 2", url.Values{"instead": {"sms"}})
	again.Says("The numbers have changed").Says("Resend 3 of 3 notifications?").
		Says("2 go by text. The networks count them as 2 texts in all.")
	if n := again.Follow("Show these 2").Doc.Find("#b-items tbody tr").Length(); n != 2 {
		t.Errorf("%d rows are shown as texts", n)
	}
	p := again.Submit("Resend 3", nil)
	s.work(p)
	done := s.as("ada@harbour.example").Open(p.URL.Path)
	done.Says("3 of 3 done: 3 sent again, 0 left out.").Says("2 go by text.").Says("On its way By text")
}

// A set too large to be asked at once is checked by a job, whose page refreshes itself; the question comes
// there, with each number showing exactly its items, and cancelling sends nothing.
func TestBulkCheckPages(t *testing.T) {
	limits := models.DefaultLimits()
	limits.BulkConfirm = 2
	s := openWith(t, store.Options{Limits: limits})
	rows := s.failsOf(4)
	if err := s.store.Consent.OptOutByStaff(t.Context(), s.ada, rows[0].AddressID,
		"asked by phone"); err != nil {
		t.Fatal(err)
	}
	b := s.as("ada@harbour.example")
	ask := b.Open("/undelivered/resend/confirm?all=1")
	p := ask.Says("Check 4 notifications before resending?").Submit("Check 4", nil)
	p.Says("0 of 4 checked. Nothing is sent before you confirm it.")
	if !p.Has("#b-progress [hx-get*='poll=1']") || !p.Has("noscript") {
		t.Error("the page does not refresh itself, or not without script")
	}
	s.work(p)
	p = b.Open(p.URL.Path).Says("Resend 3 of 4 notifications?").Says("1 is left out: opted out.")
	if n := p.Follow("Show this one").Doc.Find("#b-items tbody tr").Length(); n != 1 {
		t.Errorf("%d rows are shown as opted out", n)
	}
	sent := p.Follow("Show these 3").Says("Will be sent").Says("Showing 3 of 3")
	if n := sent.Doc.Find("#b-items tbody tr").Length(); n != 3 {
		t.Errorf("%d rows are shown as to be sent", n)
	}
	if p := sent.Submit("Resend 3", nil); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without the number it answers %d", p.Status)
	}
	if p := sent.Submit("Resend 3", url.Values{"count": {"4"}}); p.Status != http.StatusUnprocessableEntity ||
		p.Attr("[name=count]", "value") != "4" {
		t.Errorf("another number answers %d and leaves %q", p.Status, p.Attr("[name=count]", "value"))
	}
	p = sent.Submit("Resend 3", url.Values{"count": {"3"}}).Says("They are on their way").Says("1 of 4 done")
	s.work(p)
	b.Open(p.URL.Path).Says("4 of 4 done: 3 sent again, 1 left out.")
	p = b.Open("/undelivered/resend/confirm?all=1").Submit("Check 4", nil)
	p.Submit("Cancel", nil).Says("Nothing was sent.")
	if p := b.Try(p.URL.Path); p.Status != http.StatusNotFound {
		t.Errorf("a check that was cancelled answers %d", p.Status)
	}
}
