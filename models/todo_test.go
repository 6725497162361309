package models_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// todos are the kinds of things to do, in order, each with its number.
func (p *play) todos(a models.Actor) (kinds []string) {
	p.Helper()
	d, err := p.s.Report.Dashboard(p.Context(), a)
	p.must(err)
	for _, t := range d.Todo {
		if t.Kind != "unused" { // the connection for texts never is, on this stage
			kinds = append(kinds, fmt.Sprint(t.Kind, " ", t.N))
		}
	}
	return kinds
}

// unused are the connections of which a person is told that no report has come by them yet.
func (p *play) unused() (names []string) {
	p.Helper()
	d, err := p.s.Report.Dashboard(p.Context(), p.Ada)
	p.must(err)
	for _, t := range d.Todo {
		if t.Kind == "unused" {
			names = append(names, t.Name)
		}
	}
	return names
}

// A connection by which no report has come is a thing to do, until the first one comes.
func TestTodoUnusedConnections(t *testing.T) {
	onBoth(t, func(p *play) {
		if got := p.unused(); !slices.Equal(got, []string{p.Mail.Name, p.Text.Name}) {
			p.Errorf("before any report: %v", got)
		}
		p.says(p.registered("1", atA).AttemptID, full, "mailbox-full")
		if got := p.unused(); !slices.Equal(got, []string{p.Text.Name}) {
			p.Errorf("after a report by mail: %v", got)
		}
	})
}

func (p *play) wantTodos(want ...string) {
	p.Helper()
	if got := p.todos(p.Ada); !slices.Equal(got, want) {
		p.Errorf("to do: %v, want %v", got, want)
	}
}

// failsFor registers a notification about something at a time, and lets it fail.
func (p *play) failsFor(ref, to string, due *time.Time, kind models.EventType,
	reason string) intake.Registered {
	p.Helper()
	sent := p.clock.Now().Add(-time.Hour)
	all, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), []intake.Registration{{
		Ref: ref, Channel: models.Email, To: to, Title: "Appointment reminder", Text: "See you.",
		SentAt: &sent, DueAt: due,
		Customer: intake.RegistrationCustomer{Ref: "c-" + ref, Name: "Jane Doe",
			Email: to}, ProviderMessageID: "msg-" + ref, Connection: p.Mail.ID}})
	p.must(err)
	p.says(all[0].AttemptID, kind, reason)
	return all[0]
}

// What is put off, or waits for the customer's answer, is not asked for again until its day has come,
// whatever it is; nor is its address among the mistyped ones meanwhile.
func TestTodoLeavesOutWhatIsPutOff(t *testing.T) {
	onBoth(t, func(p *play) {
		soon, later := p.clock.Now().Add(30*time.Hour), p.clock.Now().Add(20*time.Hour)
		all := []intake.Registered{
			p.failsFor("1", "a@x.example", &soon, full, "mailbox-full"),
			p.failsFor("2", "b@gmial.com", nil, hard, "domain-unknown"),
			p.failsFor("3", "c@x.example", nil, models.Complaint, "complaint"),
		}
		p.wantTodos("due 1", "mistyped 1", "complaints 1", "complaint_rate 1")
		for i, r := range all {
			p.must(p.s.Ledger.Snooze(t.Context(), p.Ada, r.ID, &later, i == 1))
		}
		p.wantTodos("complaint_rate 1")
		if page, err := p.s.Report.MistypedAddresses(t.Context(), p.Ada, ""); err != nil || page.Total != 0 ||
			len(page.Rows) != 0 {
			t.Errorf("mistyped although put off: %+v, %v", page, err)
		}
		p.clock.Turn(21 * time.Hour)
		p.wantTodos("due 1", "complaints 1", "complaint_rate 1")
		p.must(p.s.Ledger.Snooze(t.Context(), p.Ada, all[1].ID, nil, false))
		p.wantTodos("due 1", "mistyped 1", "complaints 1", "complaint_rate 1")
		p.wantNumber(3)
	})
}

// Hidden failures and one fault of ours come first, then customers, by what cannot wait; then what makes
// failures come.
func TestTodoOrder(t *testing.T) {
	onBoth(t, func(p *play) {
		for i := range 21 {
			p.failsFor(fmt.Sprint("limit", i), fmt.Sprintf("l%d@x.example", i), nil,
				models.EventType(models.Blocked), "sender-daily-limit")
		}
		p.failsFor("ready", "r@x.example", nil, full, "mailbox-full")
		p.clock.Turn(80 * time.Hour)
		soon := p.clock.Now().Add(30 * time.Hour)
		p.failsFor("due", "a@x.example", &soon, models.EventType(models.NotDelivered), "expired")
		p.failsFor("typo", "b@gmial.com", nil, hard, "domain-unknown")
		for i := range 3 {
			p.failsFor(fmt.Sprint("spam", i), fmt.Sprintf("s%d@x.example", i), nil, models.Complaint,
				"complaint")
		}
		p.must(p.s.Connection.KeepSendingDomain(t.Context(), p.Olga, connection.SendingDomain{
			Domain:    "good.example",
			SPF:       "found",
			DKIM:      "cannot_tell",
			DMARC:     "weak",
			CheckedAt: p.clock.Now(),
		}))
		p.must(p.s.Connection.KeepSendingDomain(t.Context(), p.Olga, connection.SendingDomain{
			Domain:    "one.example",
			SPF:       "found",
			DKIM:      "cannot_tell",
			DMARC:     "missing",
			CheckedAt: p.clock.Now(),
		}))
		p.must(p.s.Connection.KeepSendingDomain(t.Context(), p.Olga, connection.SendingDomain{
			Domain:    "two.example",
			SPF:       "twice",
			DKIM:      "found",
			DMARC:     "missing",
			CheckedAt: p.clock.Now(),
		}))
		p.must(p.s.Connection.SuspendConnection(t.Context(), p.Text, "login"))
		p.clock.Turn(time.Minute)
		p.must(p.s.Connection.RefusedRequest(t.Context(), p.Mail, "signature"))
		p.wantTodos("reports_stopped 0", "our_side 21", "due 1", "mistyped 1", "ready 1", "complaints 3",
			"complaint_stop 3", "dmarc 0", "spf 0", "connection_fault 0")
	})
}

// With nothing undelivered and nothing wrong there is nothing to do; a domain whose records cannot be read is
// no fault, and one that is no longer sent from is none either.
func TestTodoIsEmpty(t *testing.T) {
	onBoth(t, func(p *play) {
		p.wantTodos()
		unsure := connection.SendingDomain{Domain: "x.example", SPF: "cannot_tell",
			DKIM: "cannot_tell", DMARC: "cannot_tell", CheckedAt: p.clock.Now()}
		p.must(p.s.Connection.KeepSendingDomain(t.Context(), p.Olga, unsure))
		p.wantTodos()
		unsure.SPF = "missing"
		p.must(p.s.Connection.KeepSendingDomain(t.Context(), p.Olga, unsure))
		p.wantTodos("spf 0")
		if got := p.todos(p.Bob); len(got) != 0 {
			t.Errorf("Bob has Ada's: %v", got)
		}
		p.must(p.s.Connection.DropSendingDomains(t.Context(), p.Olga, []string{"y.example"}))
		p.wantTodos()
	})
}

// From 0.1 % of complaints on people are warned, from 0.3 % and three of them on told that several at once
// can't be resent.
func TestTodoComplaintRate(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		p := &play{T: t, s: s, clock: clock, Cast: modelstest.NewCast(t, s)}
		day := clock.Now().Format(time.DateOnly)
		p.must(modelstest.Alter(
			t.Context(),
			s,
			"INSERT INTO sent_daily (account_id, day, channel, connection_id, kind, domain, sent, "+
				"delivered) VALUES ('"+
				p.Account.ID+"', '"+day+"', 'email', '', 'other', '', 999, 0)",
		))
		p.wantTodos()
		for i, want := range []string{"complaint_rate 1", "complaint_rate 2", "complaint_rate 3"} {
			p.failsFor(fmt.Sprint(i), fmt.Sprintf("s%d@x.example", i), nil, models.Complaint, "complaint")
			p.wantTodos(fmt.Sprint("complaints ", i+1), want)
		}
		p.failsFor("4", "s4@x.example", nil, models.Complaint, "complaint")
		p.wantTodos("complaints 4", "complaint_stop 4")
	})
}
