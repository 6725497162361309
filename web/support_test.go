package web_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/people"
)

// complained is an address of Jane's that reported spam two days ago and is on the list of a provider.
func (s *site) complained() (models.Customer, consent.SuppressionLine) {
	s.t.Helper()
	return s.complainedAt("sendgrid")
}

func (s *site) complainedAt(provider string) (models.Customer, consent.SuppressionLine) {
	s.t.Helper()
	ctx, c := s.t.Context(), s.jane()
	connection, _, err := s.store.Connection.AddConnection(ctx, s.ada,
		models.Connection{Provider: provider, Name: "Main", Channels: "email", Sends: true},
		map[string]string{"api_key": "SG.x"})
	if err != nil {
		s.t.Fatal(err)
	}
	e := models.Event{Type: models.Complaint, Reason: "complaint",
		Channel: models.Email, Recipient: "jane.doe@gmial.com", SuppressionKind: "complaint",
		DedupeKey: "1", OccurredAt: s.store.Now().Add(-48 * time.Hour),
		Raw: []byte("{}")}
	if err := s.store.Intake.Keep(ctx, connection, []models.Event{e}); err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.Intake.Settled(ctx); err != nil {
		s.t.Fatal(err)
	}
	list, err := s.store.Consent.Suppressions(ctx, s.ada, consent.SuppressionQuery{})
	if err != nil || len(list.Lines) != 1 {
		s.t.Fatalf("the list: %v, %v", list, err)
	}
	return c, list.Lines[0]
}

func (s *site) agreed() url.Values {
	return url.Values{"by": {"Jane Doe"}, "how": {"phone"}, "date": {s.store.Now().Format(time.DateOnly)},
		"for": {"all"}, "note": {"She pressed the button by mistake."}, "sure": {"1"}}
}

// A spam report: the manager asks with the customer's agreement, may not approve it, and a second manager
// does.
func TestClearRequestNeedsASecondPerson(t *testing.T) {
	s := open(t)
	_, entry := s.complained()
	ada, max := s.as("ada@harbour.example"), s.as("max@harbour.example")
	ask := ada.Open("/suppressions").Says("Spam complaint").Follow("Needs the customer’s agreement")
	if p := ask.Submit("Ask to clear", url.Values{"sure": {"1"}}); p.Status != 422 || !p.Has(".field.bad") {
		t.Fatalf("without an agreement: %d", p.Status)
	}
	ask.Submit("Ask to clear", s.agreed()).Says("Waiting for approval")
	line, err := s.store.Consent.Suppression(t.Context(), s.ada, entry.ID)
	if err != nil {
		t.Fatal(err)
	}
	request := "/support/requests/" + line.Request().ID
	if p := ada.Post(request+"/approve", url.Values{}); p.Status != 422 ||
		!strings.Contains(p.Text("main"), "You asked for this yourself") {
		t.Fatalf("one's own request: %d %s", p.Status, p.Text("main"))
	}
	if p := max.Open(request).Submit("Decline with a reason", url.Values{"note": {"no"}}); p.Status != 422 {
		t.Fatalf("declined without a reason: %d", p.Status)
	}
	max.Open("/support/requests").Says("jane.doe")
	max.Open(request).Says("She pressed the button by mistake.").
		Submit("Approve and reactivate", url.Values{}).Says("Approved")
	max.Open("/activity?kind=request").Says("Clearing approved").Says("Asked to clear")
	ada.Open("/activity.csv")
}

// Support sees the requests of accounts that let it in, decides, and each look is written down as support's;
// others find nothing.
func TestSupportDecidesWhereItIsLetIn(t *testing.T) {
	s := open(t)
	_, entry := s.complained()
	s.as("ada@harbour.example").Open("/suppressions/"+entry.ID).Submit("Ask to clear", s.agreed())
	line, err := s.store.Consent.Suppression(t.Context(), s.ada, entry.ID)
	if err != nil {
		t.Fatal(err)
	}
	request := "/support/requests/" + line.Request().ID
	sam, bob, vera := s.as("sam@undelivered.example"), s.as("bob@mill.example"), s.as("vera@harbour.example")
	for name, status := range map[string]int{
		"bob": bob.Try(request).Status, "sam without access": sam.Try(request).Status,
		"bob acting": bob.Post(request+"/approve", nil).Status} {
		if status != 404 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status := vera.Post(request+"/approve", nil).Status; status != 403 {
		t.Errorf("a viewer: %d", status)
	}
	if _, err := s.store.People.GrantSupport(t.Context(), s.ada, s.store.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	sam.Open("/support/accounts").Says("Harbour Dental")
	sam.Open("/support/suppressions").Says("Harbour Dental")
	sam.Open("/support/requests").Says("jane.doe")
	sam.Open(request).Submit("Ask Ada a question", url.Values{"note": {"Which invoice was it?"}}).
		Says("Which invoice was it?")
	sam.Open(request).Submit("Approve and reactivate", url.Values{"note": {"Her words are clear."}}).
		Says("Approved")
	log, err := s.store.People.Activity(t.Context(), s.ada, people.ActivityFilter{})
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]models.ActorKind{}
	for _, l := range log.Lines {
		have[l.Action] = l.ActorKind
	}
	for _, action := range []string{"support.look", "request.question", "request.approve"} {
		if have[action] != models.OnBehalf {
			t.Errorf("%s is written as %q", action, have[action])
		}
	}
	sam.Open("/support/activity").Says("Sam Morse").Says("Clearing approved").Says("Support looked at it")
	sam.Open("/support/activity?kind=request").Says("Clearing approved").Silent("Support looked at it")
	sam.Open("/support/activity?from=2020-01-01&to=2020-01-02").Silent("Clearing approved")
}

// The customer confirms on a page of their own, without signing in; a wrong link finds nothing.
func TestCustomerAgreesByLink(t *testing.T) {
	s := open(t)
	c, entry := s.complained()
	ada := s.as("ada@harbour.example")
	form := s.agreed()
	form.Set("how", consent.HowLink)
	ada.Open("/suppressions/"+entry.ID).Submit("Ask to clear", form).Says("Hand this link over").
		Says("Waiting for the customer")
	line, err := s.store.Consent.Suppression(t.Context(), s.ada, entry.ID)
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.store.Consent.ConfirmLink(t.Context(), s.ada, line.Request().ID)
	if err != nil || token == "" {
		t.Fatalf("link %q, %v", token, err)
	}
	s.handsOver(line.Request().ID, "/agree/"+token)
	anybody := s.browser()
	page := anybody.Open("/agree/" + token).Says("Harbour Dental")
	if p := page.Submit("Agree", url.Values{"name": {""}}).Says("Tick the box"); p.Status != 422 ||
		p.Doc.Find("#errors a").Length() != 2 {
		t.Fatalf("without a name and the box: %d", p.Status)
	}
	if p := page.Submit("Agree", url.Values{"name": {""}, "sure": {"1"}}); p.Status != 422 ||
		!p.Has("#a-sure[checked]") {
		t.Fatalf("the tick is lost: %d", p.Status)
	}
	page.Submit("Agree", url.Values{"name": {"Jane Doe"}, "sure": {"1"}}).Says("Your agreement is recorded")
	if status := anybody.Try("/agree/nothing").Status; status != 404 {
		t.Errorf("a wrong link: %d", status)
	}
	ada.Open("/customers/" + c.ID).Says("Confirmation link")
	ada.Open("/suppressions/" + entry.ID).Silent(token).Says("Waiting for approval")
}

// handsOver looks for the customer's link where staff find it while it is waited for, and where nobody may.
func (s *site) handsOver(requestID, link string) {
	s.t.Helper()
	if _, err := s.store.People.GrantSupport(s.t.Context(), s.ada, s.store.Now().Add(time.Hour)); err != nil {
		s.t.Fatal(err)
	}
	r, err := s.store.Consent.ClearRequest(s.t.Context(), s.ada, requestID)
	if err != nil {
		s.t.Fatal(err)
	}
	entry, request := "/suppressions/"+r.SuppressionID, "/support/requests/"+requestID
	s.as("ada@harbour.example").Open(entry).Says(link)
	s.as("ada@harbour.example").Open(request).Says(link).Silent("Approve and reactivate").Silent("“Jane Doe”")
	s.as("max@harbour.example").Open(request).Says(link).Says("It can be approved once they have").
		Silent("Approve and reactivate")
	s.as("sam@undelivered.example").Open(request).Says(link)
	s.as("vera@harbour.example").Open(entry).Silent(link)
	if _, err := s.store.Consent.ConfirmLink(s.t.Context(),
		models.Actor{Kind: models.APIKey, Name: "key", AccountID: r.AccountID}, requestID); !errors.Is(
		err,
		models.ErrForbidden,
	) {
		s.t.Errorf("a key gets the link: %v", err)
	}
	log, err := s.store.People.Activity(s.t.Context(), s.ada, people.ActivityFilter{})
	if err != nil {
		s.t.Fatal(err)
	}
	if all := fmt.Sprint(log.Lines); strings.Contains(all, strings.TrimPrefix(link, "/agree/")) {
		s.t.Error("the link stands in the log")
	}
}

// Support's look into an account is the person's own act: the queue opens nothing, each request that is
// opened is written down once, and skipping leads on to the next.
func TestQueueOpensNothingBeforeSupport(t *testing.T) {
	s := open(t)
	_, entry := s.complained()
	s.as("ada@harbour.example").Open("/suppressions/"+entry.ID).Submit("Ask to clear", s.agreed())
	if _, err := s.store.People.GrantSupport(t.Context(), s.ada, s.store.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	looks := func() int {
		log, err := s.store.People.Activity(t.Context(), s.ada, people.ActivityFilter{Kind: "support"})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, line := range log.Lines {
			if line.Action == "support.look" {
				n++
			}
		}
		return n
	}
	sam := s.as("sam@undelivered.example")
	queue := sam.Open("/support/requests").Says("Choose a request").
		Silent("She pressed the button by mistake.")
	if n := looks(); n != 0 {
		t.Fatalf("%d looks before anything was opened", n)
	}
	open := sam.Open(queue.Attr(".queue-list a", "href")).Says("She pressed the button by mistake.")
	sam.Open(open.Attr("form .actions a.quiet", "href")).Says("Choose a request")
	if n := looks(); n != 1 {
		t.Fatalf("%d looks after one request was opened", n)
	}
	s.as("max@harbour.example").Open("/support/requests").Says("She pressed the button by mistake.")
}
