package models_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/resend"
)

// What tells who the customer of these tests is: each word is in one kind of thing only. Local parts, not
// domains: a domain is many people's.
var telling = []string{"zebedee", "quagmire", "firstmark", "secondmark", "oldmark", "7700900777", "reftell",
	"kneetell", "texttell", "subjecttell", "headertell", "notetell", "labeltell", "evidencetell", "wordstell",
	"checkedtell", "questiontell", "answertell", "declinetell", "diagtell", "rawtell", "listedtell",
	"outtell", "198.51.100.77"}

const (
	firstMark  = "Zebedee.Firstmark@x.example"
	secondMark = "secondmark@x.example"
	oldMark    = "oldmark@gmial.com"
)

// mayStay are columns in which something that tells who an erased customer was may stay, with the reason.
// There is none.
var mayStay = map[string]string{}

// tells are the columns that hold something that tells who the customer is, with the words found there.
func (p *play) tells(words []string) map[string][]string {
	p.Helper()
	all, err := modelstest.Everything(p.Context(), p.s)
	p.must(err)
	found := map[string][]string{}
	for column, values := range all {
		for _, word := range words {
			if slices.ContainsFunc(values,
				func(v string) bool { return strings.Contains(strings.ToLower(v), word) }) {
				found[column] = append(found[column], word)
			}
		}
	}
	return found
}

// After an erasure no column of any table, read byte by byte, tells who it was: not the rows about the
// customer, not the log, not what others' work said of them, and nothing that comes late brings them back.
// The log is still unbroken, and the number and the counters hold what others have.
func TestErasureLeavesNothing(t *testing.T) {
	onBoth(t, func(p *play) {
		c, n := p.lived()
		before := p.tells(telling)
		for _, word := range telling {
			if !slices.ContainsFunc(flat(before), func(w string) bool { return w == word }) {
				t.Fatalf("the test plants %q nowhere", word)
			}
		}
		p.must(p.s.Customer.EraseCustomer(t.Context(), p.Ada, c, 0))
		p.wantNothing("erased")
		p.wantNumber(1) // that of another customer
		p.comesLate(n)
		p.wantNothing("after late reports")
		if lines, err := p.s.VerifyAudit(t.Context(), p.Account.ID); err != nil || lines == 0 {
			t.Errorf("the log: %v", err)
		}
		drift, err := p.s.Ledger.Recount(t.Context())
		if err != nil || len(drift) > 0 {
			t.Errorf("the counters: %v %v", drift, err)
		}
	})
}

func flat(found map[string][]string) (all []string) {
	for _, words := range found {
		all = append(all, words...)
	}
	return all
}

func (p *play) wantNothing(when string) {
	p.Helper()
	for column, words := range p.tells(telling) {
		if mayStay[column] == "" {
			p.Errorf("%s: %s still tells %v", when, column, words)
		}
	}
}

// lived is a customer with whom everything has happened that the store can do, and one of their
// notifications.
func (p *play) lived() (customerID string, n intake.Registered) {
	p.Helper()
	_, _, err := p.s.Callback.SetCallbacks(p.Context(), key(p.Account.ID),
		callback.CallbackAsk{URL: "https://till.example/hook"})
	p.must(err)
	n = p.wrote(firstMark)
	c := p.story(n.ID).Customer
	p.contacts(c)
	p.works(n.ID)
	p.hearsOf(n)
	p.stops(c.ID)
	p.asksBack(c.ID)
	p.worksOthers(n.ID)
	_, err = p.s.Customer.CustomerFile(p.Context(), p.Ada, c.ID)
	p.must(err)
	return c.ID, n
}

// wrote registers two emails and a text for the customer, and has a third sent.
func (p *play) wrote(to string) intake.Registered {
	p.Helper()
	sent := p.clock.Now().Add(-time.Hour)
	who := intake.RegistrationCustomer{Ref: "crm-reftell", Name: "Zebedee Quagmire", Email: to,
		Phone: "+447700900777"}
	all := []intake.Registration{
		{Ref: "reftell-1", Channel: models.Email, ProviderMessageID: "pm-1", MessageID: "mid-1@mail.example"},
		{Ref: "reftell-2", Channel: models.SMS, ProviderMessageID: "pm-2"},
		{Ref: "reftell-3", Channel: models.Email, Send: true},
	}
	for i := range all {
		r := &all[i]
		r.Customer, r.Title, r.Subject, r.Text, r.HTML, r.SentAt = who, "Kneetell of Zebedee", "Subjecttell",
			"Dear Zebedee, texttell", "<p>texttell</p>", &sent
		r.From, r.ReplyTo, r.Headers = "desk@harbour.example", "quagmire@harbour.example", map[string]string{
			"X-Case": "headertell",
		}
		if r.Connection = p.Mail.ID; r.Channel == models.SMS {
			r.Connection = p.Text.ID
		}
	}
	done, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), all)
	p.must(err)
	return done[0]
}

// contacts gives the customer addresses and names, and takes some away again.
func (p *play) contacts(c models.Customer) {
	p.Helper()
	ctx := p.Context()
	_, err := p.s.Customer.AddAddress(ctx, p.Ada,
		customer.AddressEdit{CustomerID: c.ID, Channel: models.Email, Value: oldMark, Label: "Labeltell"})
	p.must(err)
	_, err = p.s.Customer.EditContact(ctx, p.Ada,
		customer.ContactEdit{CustomerID: c.ID, Name: c.Name, Email: oldMark, Phone: "+447700900777"})
	p.must(err)
	p.must(p.s.Ledger.DismissSuggestion(ctx, p.Ada, c.ID))
	_, err = p.s.Customer.EditContact(ctx, p.Ada,
		customer.ContactEdit{CustomerID: c.ID, Name: c.Name, Email: firstMark, Phone: "+447700900777"})
	p.must(err)
	_, err = p.s.Customer.AddAddress(ctx, p.Ada,
		customer.AddressEdit{CustomerID: c.ID, Channel: models.Email, Value: secondMark, Label: "Labeltell"})
	p.must(err)
}

// works is what a manager does with a notification.
func (p *play) works(id string) {
	p.Helper()
	ctx := p.Context()
	p.must(p.s.Ledger.AddNote(ctx, p.Ada, id, "Notetell: Zebedee rang."))
	p.must(p.s.Ledger.ClearNotification(ctx, p.Ada,
		ledger.ClearAsk{NotificationID: id, Outcome: "reached", Note: "Notetell"}))
	p.must(p.s.Ledger.ReopenNotification(ctx, p.Ada, id, ""))
}

// hearsOf is what providers say: of the notification, of nothing that we know, and what nobody can read.
func (p *play) hearsOf(n intake.Registered) {
	p.Helper()
	now := p.clock.Now()
	raw := []byte(`{"to":"zebedee.firstmark@x.example","why":"rawtell"}`)
	for i, e := range []models.Event{
		{Type: hard, Reason: "user-unknown", AttemptRef: n.AttemptID, SuppressionKind: "bounce",
			Diagnostic: "550 <zebedee.firstmark@x.example> diagtell"},
		{Type: models.Delivered, ProviderMessageID: "of nobody"},
		{Type: models.Unsubscribed},
		{Type: models.Unrecognised},
		{Type: hard, Sample: true},
		{Type: models.Unrecognised, State: models.EventParked, Error: "no JSON for zebedee"},
	} {
		e.Channel, e.OccurredAt, e.Raw, e.DedupeKey = models.Email, now, raw, fmt.Sprint("lived", i)
		if e.State != models.EventParked {
			e.Recipient = "ZEBEDEE.firstmark@x.example"
		}
		modelstest.Keep(p.T, p.s, p.Mail, e)
	}
	_, err := p.s.Consent.ImportSuppressions(p.Context(), p.Ada, p.Mail,
		[]consent.ListedEntry{{Address: firstMark, Kind: "manual", Reason: "Listedtell", Since: now}})
	p.must(err)
}

// stops is the customer saying stop, by phone.
func (p *play) stops(customerID string) {
	p.Helper()
	for _, channel := range []models.Channel{models.Email, models.SMS} {
		p.must(p.s.Consent.OptOutCustomer(p.Context(), p.Ada,
			consent.OptOutAsk{CustomerID: customerID, Channel: channel, Note: "Outtell: Zebedee rang."}))
	}
	p.hears(secondMark, models.Event{Type: models.Complaint, Reason: "complaint", Diagnostic: "diagtell"})
	p.clock.Turn(48 * time.Hour)
}

// asksBack opts addresses in again: with the record of an agreement, by a link, through support, with
// questions.
func (p *play) asksBack(customerID string) {
	p.Helper()
	ctx := p.Context()
	all, err := p.s.Consent.CustomerAddresses(ctx, p.Ada, customerID)
	p.must(err)
	agreement := consent.Agreement{GivenBy: "Zebedee Quagmire", How: "phone",
		GivenAt: p.clock.Now().Add(-time.Hour), Purpose: "all",
		Evidence: "Evidencetell: rang about the knee.", Words: "Wordstell: yes please."}
	for _, one := range all {
		ask := consent.OptInAsk{AddressID: one.ID, Agreement: agreement, Reason: "confirmed",
			Checked: "Checkedtell on the phone"}
		r, err := p.s.Consent.OptIn(ctx, p.Ada, ask)
		p.must(err)
		for _, request := range r.Requests {
			if request.State != consent.RequestAsked {
				continue // nobody else has to decide
			}
			_, err := p.s.Consent.AskQuestion(ctx, p.Sam, request.ID, "Questiontell, who is Zebedee?")
			p.must(err)
			_, err = p.s.Consent.AnswerQuestion(ctx, p.Ada, request.ID, "Answertell, a customer.")
			p.must(err)
			_, err = p.s.Consent.Decline(ctx, p.Sam, request.ID, "Declinetell, not proven yet.")
			p.must(err)
			p.confirms(one)
		}
	}
}

// confirms lets the customer confirm the wish by the link, once it was declined without.
func (p *play) confirms(at consent.AddressState) {
	p.Helper()
	ctx := p.Context()
	r, err := p.s.Consent.OptIn(
		ctx,
		p.Ada,
		consent.OptInAsk{AddressID: at.ID, Checked: "Checkedtell on the phone", Reason: "confirmed",
			Agreement: consent.Agreement{GivenBy: "Zebedee Quagmire", How: consent.HowLink, Purpose: "all"}},
	)
	p.must(err)
	p.must(p.s.Consent.ConfirmWish(ctx, consent.Confirmation{Token: r.Link, Name: "Zebedee Quagmire",
		Sure: true, Words: "Wordstell", Network: "198.51.100.77"}))
}

// worksOthers is what others' work says of the customer: a search that was kept, a file, a message that waits
// on a page.
func (p *play) worksOthers(id string) {
	p.Helper()
	ctx := p.Context()
	_, err := p.s.Report.SaveView(ctx, p.Ada,
		report.View{Name: "Of Zebedee Quagmire", Query: "status=hard_bounce"})
	p.must(err)
	view, err := p.s.Report.SaveView(ctx, p.Olga, report.View{Name: "Mine", Query: "q=Zebedee+Quagmire"})
	p.must(err)
	p.must(p.s.Report.DeleteView(ctx, p.Olga, view.ID))
	_, err = p.s.Report.SaveView(ctx, p.Olga,
		report.View{Name: "Mine too", Query: "q=secondmark%40x.example"})
	p.must(err)
	p.must(p.s.Note(ctx, p.Ada, "report.export",
		models.AuditEntry{ObjectKind: "report", ObjectName: "report", After: "q=Zebedee+Quagmire"}))
	_, err = p.s.Resend.StartBulk(ctx, p.Ada, resend.BulkAsk{Action: resend.BulkClear, Outcome: "reached",
		Filter: report.Filter{Q: "Zebedee Quagmire"}})
	p.must(err)
	other := p.registered("of another", "jane@x.example")
	p.says(other.AttemptID, hard, "user-unknown")
	file := "id;address\n" + id + ";secondmark@x.example\n" + other.ID +
		";zebedee.firstmark@x.example\nnobody;secondmark@x.example\n"
	_, err = p.s.Customer.CheckImport(ctx, p.Ada, strings.NewReader(file))
	p.must(err)
	max := addUser(p.T, p.s, p.Account.ID, "max@marlow.example", models.Manager)
	token, err := p.s.People.AddSession(ctx,
		models.Actor{Kind: models.Person, ID: max.ID, AccountID: p.Account.ID}, people.Session{},
		people.SessionShort)
	p.must(err)
	p.must(p.s.People.SaveSession(ctx, token, `{"Text":"zebedee.firstmark@x.example is opted out."}`))
	_, _, err = p.s.People.TakeForm(ctx, p.Ada, "form-1")
	p.must(err)
	p.must(p.s.People.KeepForm(ctx, p.Ada, "form-1",
		`{"URL":"/customers","Flash":{"Text":"Zebedee Quagmire is saved."}}`))
}

// comesLate is what may still come of an erased customer: copies, late reports, and the same registration
// again.
func (p *play) comesLate(n intake.Registered) {
	p.Helper()
	p.clock.Turn(time.Hour)
	for i, e := range []models.Event{
		{Type: models.Complaint, Reason: "complaint", AttemptRef: n.AttemptID},
		{Type: hard, Reason: "user-unknown", ProviderMessageID: "pm-1"},
		{Type: models.Delivered, MessageID: "mid-1@mail.example"},
		{Type: models.Delivered, ProviderMessageID: "of nobody, late"},
		{Type: models.Unsubscribed, SuppressionKind: "unsubscribe"},
		{Type: models.Unrecognised},
		{Type: hard, Reason: "user-unknown", ProviderMessageID: "never registered"},
		{Type: models.Delivered, ProviderMessageID: "of nobody"}, // a copy
	} {
		e.Channel, e.OccurredAt, e.DedupeKey, e.Recipient = models.Email, p.clock.Now(), fmt.Sprint("late",
			i), firstMark
		e.Diagnostic, e.Raw = "diagtell", []byte(`{"to":"zebedee.firstmark@x.example"}`)
		if e.ProviderMessageID == "of nobody" {
			e.DedupeKey = "lived1"
		}
		modelstest.Keep(p.T, p.s, p.Mail, e)
	}
	if again := p.wrote(firstMark); again.ID != n.ID || again.Created {
		p.Errorf("the same registration made another notification: %+v", again)
	}
}
