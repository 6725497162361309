package web_test

import (
	"net/http"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// As long as no report has ever come, no page says that everything arrived: it says that nobody knows, and
// what to do. The first report ends it.
func TestNoAllClearBeforeTheFirstReport(t *testing.T) {
	s := openWith(t, store.Options{RealOnly: true})
	c, _, err := s.store.Connection.AddConnection(t.Context(), s.ada,
		models.Connection{Provider: "postmark", Name: "Our Postmark", Channels: "email"}, map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	ada, vera := s.as("ada@harbour.example"), s.as("vera@harbour.example")
	for _, path := range []string{"/", "/undelivered"} {
		ada.Open(path).Says("No delivery report has arrived yet").Silent("Nothing undelivered").
			Silent("Nothing needs you now")
		if vera.Open(path).Has(`main a[href^="/settings"]`) {
			t.Errorf("%s leads a viewer to the settings", path)
		}
	}
	ada.Open("/").Says("No delivery report has come from Our Postmark yet").Follow("See the connection").
		Says("Our Postmark")
	delivered := modelstest.Event(models.Email, "pat@x.example", models.Delivered)
	modelstest.Keep(t, s.store, c, delivered)
	ada.Open("/").Silent("No delivery report").Says("Undelivered, last 30 days")
	ada.Open("/undelivered").Says("Nothing undelivered")
}

// A trial says on every page that nothing is really sent. Elsewhere a connection to the simulator is shown as
// stopped, and nothing is handed to it.
func TestSimulatorIsForTryingOut(t *testing.T) {
	trial := open(t)
	for _, path := range []string{"/", "/undelivered", "/customers", "/settings/connections"} {
		trial.as("ada@harbour.example").Open(path).
			Says("This is a trial: nothing is really sent by the simulator")
	}
	s := openWith(t, store.Options{RealOnly: true})
	rows := s.failsOf(1)
	ada := s.as("ada@harbour.example")
	page := ada.Open("/settings/connections").Silent("This is a trial").Says("Stopped: only for trying out")
	if page.Has(`form[action$="/test"]`) && strings.Contains(page.Text("main"), "through Mail") {
		t.Error("the simulator can be tested")
	}
	ada.Open("/notifications/" + rows[0].ID).Says("Connect a provider that can send it")
	if got := ada.Post("/notifications/"+rows[0].ID+"/resend", nil); strings.Contains(got.Body,
		"on its way") {
		t.Error("it was handed to the simulator")
	}
	ready, err := s.store.Report.Undelivered(t.Context(), s.ada, report.Filter{View: report.ViewReady})
	if err != nil || len(ready.Rows) > 0 {
		t.Errorf("%d are ready to be tried again: %v", len(ready.Rows), err)
	}
}

// The list and the API's list say of each notification what its page says.
func TestListsSayWhatThePageSays(t *testing.T) {
	s := open(t)
	rows := s.failsOf(2)
	if err := s.store.Consent.OptOutByStaff(t.Context(), s.ada, rows[0].AddressID,
		"asked by phone"); err != nil {
		t.Fatal(err)
	}
	list := s.as("ada@harbour.example").Open("/undelivered").Text("#results tbody")
	if !strings.Contains(list, "Opted out") || !strings.Contains(list, "Can be sent again") {
		t.Errorf("the list says %s", list)
	}
	_, body := s.program().ask(http.MethodGet, "/api/v1/undelivered", nil)
	answer := string(body)
	for _, want := range []string{`"refused":"opted_out"`, `"act":"resend"`} {
		if !strings.Contains(answer, want) {
			t.Errorf("the API says no %s: %s", want, answer)
		}
	}
}

// Customers, notifications and pages are found by any part of their names, by each as far as they may see
// them; as a page, and as the dialog of Ctrl K.
func TestSearchFindsEverything(t *testing.T) {
	s := open(t)
	rows := s.failsOf(2)
	ada, vera := s.as("ada@harbour.example"), s.as("vera@harbour.example")
	ada.Open("/search?q=a@x.example").Says("Customer a@x.example").Says(rows[0].Title[:8])
	ada.Open("/search?q=suppr").Follow("Suppressions").Says("a provider will not send to")
	ada.Open("/search?q=connections").Says("Settings: Connections")
	ada.Open("/search?q=zzz").Says("Nothing is called that.")
	if page := vera.Open("/search?q=x.example"); page.Has(`#found a[href^="/customers"]`) ||
		!page.Has(`#found a[href^="/notifications"]`) {
		t.Error("a viewer finds what they do not see, or not what they see")
	}
	vera.Open("/search?q=connections").Silent("Settings: Connections")
	if s.as("bob@mill.example").Open("/search?q=a@x.example").
		Has(`#found a[href^="/notifications"], #found a[href^="/customers"]`) {
		t.Error("another account's are found")
	}
	if !ada.Open("/").Has(`a[data-find][hx-get="/search"][hx-select="#question"]`) {
		t.Error("nothing to press with Ctrl K")
	}
}

// What an approval will not do by itself is said before: the entry is removed by hand.
func TestApprovalSaysWhatItCannotDo(t *testing.T) {
	for provider, byHand := range map[string]bool{"postmark": true, "sendgrid": false} {
		s := open(t)
		_, entry := s.complainedAt(provider)
		request := s.as("ada@harbour.example").Open("/suppressions/"+entry.ID).
			Submit("Ask to clear", s.agreed()).Follow("Look at the request")
		said := s.as("max@harbour.example").Open(request.URL.Path).Text("main")
		if strings.Contains(said, "somebody removes the entry by hand") != byHand ||
			strings.Contains(said, "We remove the entry at") == byHand {
			t.Errorf("%s: %s", provider, said)
		}
	}
}

// The page of a request and that of its entry follow what happens while a worker has it, and no longer; no
// mail is promised where none is sent.
func TestClearRequestIsFollowed(t *testing.T) {
	s, _, entry := listed(t)
	ada := s.as("ada@harbour.example")
	id := s.asksAgain(entry)
	for _, path := range []string{"/suppressions/" + entry.ID, "/support/requests/" + id} {
		if !ada.Open(path).Has("[data-live][hx-get]") {
			t.Errorf("%s does not follow", path)
		}
	}
	s.answers(id, consent.ClearAnswer{Result: "refused", Text: "Not this one"})
	for _, path := range []string{"/suppressions/" + entry.ID, "/support/requests/" + id} {
		if ada.Open(path).Says("Not this one").Has("[data-live]") {
			t.Errorf("%s still follows", path)
		}
	}
}

// A set that is done, and of which nothing is on its way any more, refreshes itself no longer.
func TestFinishedSetRests(t *testing.T) {
	s := open(t)
	rows := s.failsOf(2)
	b := s.as("ada@harbour.example")
	page := b.Open("/undelivered/resend/confirm?all=1").Submit("Resend 2", nil)
	id := s.work(page)
	if !b.Open("/bulk/" + id).Has("[data-live]") {
		t.Error("it does not follow what is on its way")
	}
	for _, row := range rows {
		if err := s.store.Ledger.ClearNotification(t.Context(), s.ada,
			ledger.ClearAsk{NotificationID: row.ID, Outcome: "phoned"}); err != nil {
			t.Fatal(err)
		}
	}
	if b.Open("/bulk/" + id).Has("[data-live]") {
		t.Error("it refreshes itself for ever")
	}
}

// The address of a filtered list says what is filtered, and nothing else.
func TestListIsPushedWithoutEmptyFields(t *testing.T) {
	s := open(t)
	s.fails(1)
	b := s.as("ada@harbour.example")
	r := b.Request(http.MethodGet, "/undelivered?channel=&reason=&assigned=&q=person", nil)
	r.Header.Set("HX-Request", "true")
	if got := b.Send(r).Header.Get("HX-Push-Url"); got != "/undelivered?q=person" {
		t.Errorf("%q", got)
	}
}
