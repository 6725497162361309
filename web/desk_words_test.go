package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// listed is a site with a clock on which an address of Jane's bounced and is listed at SendGrid.
func listed(t *testing.T) (*site, *modelstest.Clock, consent.SuppressionLine) {
	t.Helper()
	clock := modelstest.NewClock(time.Now().Add(-100 * 24 * time.Hour))
	s := openWith(t, store.Options{Now: clock.Now})
	s.happened(models.Event{Type: models.EventType(models.HardBounce),
		Reason: "user-unknown", Channel: models.Email, SuppressionKind: "bounce"})
	list, err := s.store.Consent.Suppressions(t.Context(), s.ada, consent.SuppressionQuery{})
	if err != nil || len(list.Lines) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	return s, clock, list.Lines[0]
}

// asksAgain asks by the page, and is the path of the newest request.
func (s *site) asksAgain(entry consent.SuppressionLine) (id string) {
	s.t.Helper()
	s.as("ada@harbour.example").Open("/suppressions/"+entry.ID).
		Submit("Ask to clear", url.Values{"reason": {"She read it out on the phone."}, "checked": {"1"}})
	line, err := s.store.Consent.Suppression(s.t.Context(), s.ada, entry.ID)
	if err != nil || line.Request().ID == "" {
		s.t.Fatalf("%+v, %v", line, err)
	}
	return line.Request().ID
}

// answers plays the worker and what the provider answers.
func (s *site) answers(id string, answer consent.ClearAnswer) {
	s.t.Helper()
	taken, err := s.store.Consent.TakeClearing(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.store.Consent.FinishClearing(s.t.Context(), taken, answer); err != nil {
		s.t.Fatal(err)
	}
}

// A provider that says later, no, or something that is not true: the manager reads it in plain words, on the
// entry and on the request.
func TestWhatTheProviderAnswersIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		answer consent.ClearAnswer
		want   string
	}{
		"later": {consent.ClearAnswer{Result: "later", Text: "Too many requests"},
			"SendGrid says: “Too many requests” Try 1 of 6. The next one is on "},
		"no answer": {consent.ClearAnswer{Result: "later"}, "Clearing"},
		"a lie": {consent.ClearAnswer{Result: "cleared", ReadBack: true, StillListed: true},
			"SendGrid said that the entry is removed, but its list still has it. Try 1 of 6."},
		"no": {consent.ClearAnswer{Result: "refused", Text: "Not this one"},
			"SendGrid says: “Not this one”"},
		"by hand": {consent.ClearAnswer{Result: "by_hand"},
			"Our connection to SendGrid only takes reports: it has no key to clear with."},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, entry := listed(t)
			id := s.asksAgain(entry)
			s.answers(id, c.answer)
			s.as("ada@harbour.example").Open("/suppressions/" + entry.ID).Says(c.want)
			s.as("max@harbour.example").Open("/support/requests/" + id).Says(c.want)
		})
	}
}

// To be done by hand: the text for the provider's support names the business and the address, what came of it
// is reported, and one that is listed again says which time it is.
func TestByHandIsReportedAndListedAgain(t *testing.T) {
	s, clock, entry := listed(t)
	ada, id := s.as("ada@harbour.example"), s.asksAgain(entry)
	s.answers(id, consent.ClearAnswer{Result: "by_hand"})
	page := ada.Open("/support/requests/" + id).
		Says("Please take jane.doe@gmial.com off the suppression list of our account").Says("Harbour Dental")
	if got := page.Attr("[data-copy]", "data-copy"); !strings.HasPrefix(got,
		"Please take jane.doe@gmial.com off") {
		t.Errorf("copied: %q", got)
	}
	page.Submit("They refuse", url.Values{"note": {"Not without her letter."}}).Says("Refused by SendGrid").
		Says("Not without her letter.")
	clock.Turn(time.Minute) // the newest request is the one meant
	id = s.asksAgain(entry)
	s.answers(id, consent.ClearAnswer{Result: "by_hand"})
	ada.Open("/support/requests/"+id).Submit("It has been removed", url.Values{"note": {"Ticket 12"}}).
		Says("Reactivated")
	clock.Turn(40 * 24 * time.Hour)
	connection, err := s.store.Connection.Connection(t.Context(), s.ada, entry.ConnectionID)
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Keep(t, s.store, connection, models.Event{Type: models.AddressSuppressed,
		SuppressionKind: "bounce", Channel: models.Email, Recipient: "jane.doe@gmial.com",
		DedupeKey: "again", OccurredAt: clock.Now(), Raw: []byte("{}")})
	ada = s.as("ada@harbour.example")
	ada.Open("/suppressions/" + entry.ID).Says("2nd time")
	ada.Open("/customers/" + entry.CustomerID).Says("Listed again at SendGrid on").Says("2nd time")
}

// Nobody acts for fourteen days: the request says beforehand when it lapses, and lapses before everybody's
// eyes.
func TestLapsedIsShown(t *testing.T) {
	s, clock, entry := complaining(t)
	ada := s.as("ada@harbour.example")
	ada.Open("/suppressions/"+entry.ID).Submit("Ask to clear", s.agreed()).Says("It lapses on")
	clock.Turn(15 * 24 * time.Hour)
	if _, err := s.store.Consent.SweepRequests(t.Context()); err != nil {
		t.Fatal(err)
	}
	ada = s.as("ada@harbour.example")
	ada.Open("/suppressions/" + entry.ID).Says("Lapsed").
		Says("Nobody acted on it for 14 days. Nothing was changed.")
	ada.Open("/support/requests?list=declined").Says("jane.doe")
}

// Who asked takes the request back by a button that nobody else has; the address can be asked for again.
func TestWithdrawnIsShown(t *testing.T) {
	s, _, entry := complaining(t)
	ada := s.as("ada@harbour.example")
	request := ada.Open("/suppressions/"+entry.ID).Submit("Ask to clear", s.agreed()).
		Follow("Look at the request")
	if s.as("max@harbour.example").Open(request.URL.Path).Has(`form[action$="/withdraw"]`) {
		t.Error("somebody else may withdraw it")
	}
	request.Submit("Withdraw the request", nil).Says("Withdrawn. Nothing was changed.").
		Says("Ada Lovelace has withdrawn it.")
	ada.Open("/suppressions/"+entry.ID).Says("Withdrawn").Submit("Ask to clear", s.agreed()).
		Says("It lapses on")
}

// complaining is a site with a clock on which an address of Jane's reported spam and is listed.
func complaining(t *testing.T) (*site, *modelstest.Clock, consent.SuppressionLine) {
	t.Helper()
	clock := modelstest.NewClock(time.Now().Add(-100 * 24 * time.Hour))
	s := openWith(t, store.Options{Now: clock.Now})
	_, entry := s.complained()
	return s, clock, entry
}

// A second hard bounce within thirty days and a second spam report: the form says that only support can
// approve it, a second manager is told so, and cannot.
func TestSecondTimeIsForSupportInWords(t *testing.T) {
	s, clock, entry := listed(t)
	s.answers(s.asksAgain(entry), consent.ClearAnswer{Result: "cleared"})
	clock.Turn(10 * 24 * time.Hour)
	connection, err := s.store.Connection.Connection(t.Context(), s.ada, entry.ConnectionID)
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Keep(t, s.store, connection, models.Event{Type: models.EventType(models.HardBounce),
		Reason: "user-unknown", SuppressionKind: "bounce", Channel: models.Email,
		Recipient: "jane.doe@gmial.com", DedupeKey: "again", OccurredAt: clock.Now(),
		Raw: []byte("{}")})
	s.as("ada@harbour.example").Open("/suppressions/" + entry.ID).
		Says("It has happened before: only support can approve it.")
	id := s.asksAgain(entry)
	max := s.as("max@harbour.example")
	max.Open("/support/requests/" + id).Says("Only support decides this.").Silent("Approve and reactivate")
	max.Post("/support/requests/"+id+"/approve", nil).Says("Support decides this")
	if _, err := s.store.People.GrantSupport(t.Context(), s.ada, clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.as("sam@undelivered.example").Open("/support/requests/"+id).Submit("Approve and reactivate", nil).
		Says("Approved")
}

// Access ends on its date, also in the middle: the next click is refused in words, in the account and at the
// desk.
func TestAccessEndsInTheMiddle(t *testing.T) {
	s, clock, entry := complaining(t)
	s.as("ada@harbour.example").Open("/suppressions/"+entry.ID).Submit("Ask to clear", s.agreed())
	line, err := s.store.Consent.Suppression(t.Context(), s.ada, entry.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.People.GrantSupport(t.Context(), s.ada, clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	inside, desk := s.as("sam@undelivered.example"), s.as("sam@undelivered.example")
	inside.Post("/me/account", url.Values{"account": {s.ada.AccountID}}).Says("Harbour Dental")
	request := "/support/requests/" + line.Request().ID
	desk.Open(request).Says("Approve and reactivate")
	clock.Turn(2 * time.Hour)
	inside.Open("/customers/" + entry.CustomerID).Says("Support’s access to that account has ended.")
	inside.Post("/customers/"+entry.CustomerID, url.Values{"name": {"Jane"}}).
		Says("Support’s access to that account has ended.")
	if p := desk.Post(request+"/approve", nil).Says("its account does not let support in any more"); p.Status != 404 {
		t.Errorf("approved after the end: %d", p.Status)
	}
	if r, err := s.store.Consent.ClearRequest(t.Context(), s.ada, line.Request().ID); err != nil ||
		r.State != consent.RequestAsked {
		t.Errorf("%s, %v", r.State, err)
	}
}

var codeShown = regexp.MustCompile(
	`\b[a-z]+_[a-z0-9_]+\b|[“.>](confirmed|restored|requested)\b|\d{4}-\d\d-\d\dT`,
)

// The history of a customer is told in words: no way to agree, reason, state or id of the store stands in it.
func TestHistoryOfACustomerShowsNoCode(t *testing.T) {
	s, clock, entry := listed(t)
	for _, how := range []string{"in_person", "phone", "other_email", "written_form", "web_form",
		"text_message", "told_staff", consent.HowLink} {
		s.notes("consent.record", models.AuditEntry{ObjectKind: "address", ObjectID: entry.AddressID,
			After: how, Reason: models.EvidenceLink + "req_06h2772tz2"})
		s.notes("consent.record", models.AuditEntry{ObjectKind: "address", ObjectID: entry.AddressID,
			After: how, Reason: models.EvidenceEvent + "evt_06h2772tz2"})
	}
	id := s.asksAgain(entry)
	for _, act := range []string{"ask", "confirm", "approve", "decline", "question", "answer", "done",
		"refused", "by_hand", "lapse", "withdraw"} {
		for _, reason := range []string{"confirmed", "restored", "wrong_report", consent.StillListed, ""} {
			s.notes("request."+act, models.AuditEntry{ObjectKind: "request", ObjectID: id,
				Before: "requested", After: "by_hand", Reason: reason})
		}
	}
	s.answers(id, consent.ClearAnswer{Result: "cleared"})
	clock.Turn(time.Hour)
	page := s.as("ada@harbour.example").Open("/customers/" + entry.CustomerID)
	if got := codeShown.FindAllString(page.Text("aside"), -1); len(got) > 0 {
		t.Errorf("codes in the history: %v", got)
	}
	page.Says("The customer has confirmed the address")
}

func (s *site) notes(act string, e models.AuditEntry) {
	s.t.Helper()
	if err := s.store.Note(s.t.Context(), s.ada, act, e); err != nil {
		s.t.Fatal(err)
	}
}
