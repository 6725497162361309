package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/web/webtest"
)

// uploads sends a file as a browser does.
func (s *site) uploads(b *webtest.Browser, path, content string) *webtest.Page {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "corrected.csv")
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err != nil || form.Close() != nil {
		s.t.Fatal(err)
	}
	r := b.Request(http.MethodPost, path, url.Values{})
	with, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, r.URL.String(), &body)
	if err != nil {
		s.t.Fatal(err)
	}
	with.Header = r.Header
	with.Header.Set("Content-Type", form.FormDataContentType())
	return b.Send(with)
}

// The export, corrected in a spreadsheet, comes back: a preview, the changes, and the question before the
// resend.
func TestImportPages(t *testing.T) {
	s := open(t)
	rows := s.failsOf(2)
	b := s.as("ada@harbour.example")
	b.Open("/import").Says("Import corrections")
	if p := s.uploads(b, "/import", "name,town\n"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("another file: %d", p.Status)
	} else {
		p.Says("The file needs the column id")
	}
	file := b.Open("/undelivered.csv").Body
	p := s.uploads(b, "/import",
		strings.Replace(file, rows[0].Recipient+",Mailbox error", "right@y.example,Mailbox error", 1))
	p.Says("1 change").Says("2 rows read, 0 can’t be taken").Says("right@y.example").Says("Will be changed")
	done := p.Submit("Apply 1 change", nil)
	done.Says("1 change applied").Says("Changed")
	b.Open(done.URL.Path).Says("1 change applied")
	if p := s.as("bob@mill.example").Try(done.URL.Path); p.Status != http.StatusNotFound {
		t.Errorf("Bob sees it: %d", p.Status)
	}
	done.Follow("Resend the corrected").Says("Resend this notification?")
}

// All mistyped addresses stand side by side; each is accepted or dismissed, and the corrected ones are
// resent.
func TestSuggestionPages(t *testing.T) {
	s := open(t)
	c, _ := modelstest.AddConnection(t, s.store, s.ada.AccountID, "Mail", models.Email)
	for _, to := range []string{modelstest.JaneMistyped, "omar@hotmial.com", "ines@gmial.com"} {
		s.registers(intake.Registration{Ref: to, Channel: models.Email,
			To: to, Title: "Reminder", Text: "Hello " + to,
			ProviderMessageID: "msg of " + to, Connection: c.ID,
			Customer: intake.RegistrationCustomer{Ref: to, Name: to, Email: to}})
		e := modelstest.Event(models.Email, to, models.EventType(models.HardBounce))
		e.Reason = "user-unknown"
		modelstest.Keep(t, s.store, c, e)
	}
	b := s.as("ada@harbour.example")
	p := b.Open("/suggestions")
	if n := p.Doc.Find("li.contact").Length(); n != 3 {
		t.Fatalf("%d suggestions", n)
	}
	p.Silent("Resend the")
	post := func(cust, act, do string) *webtest.Page {
		return b.Post("/suggestions/"+cust+"/"+act, url.Values{"do": {do}, "request_id": {cust + do}})
	}
	ids := map[string]string{}
	page, err := s.store.Report.Undelivered(t.Context(), s.ada, report.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Rows {
		ids[row.Recipient] = row.CustomerID
	}
	post(ids["omar@hotmial.com"], "dismiss", "").Silent("omar@hotmial.com")
	post(ids["ines@gmial.com"], "accept", "save-resend").Says("Saved, and on its way.")
	p = post(ids[modelstest.JaneMistyped], "accept", "save")
	if p.Has("li.contact") {
		t.Error("something is left to decide")
	}
	p.Follow("Resend the 2 corrected").Says("of 2 notifications?")
}
