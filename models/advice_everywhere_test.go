package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/models/store"
)

// everyRow are the rows of all lists of the report.
func everyRow(t *testing.T, s *store.Store, a models.Actor) (all []models.Undelivered) {
	t.Helper()
	for _, state := range []string{"", report.ShowWaiting, report.ShowFixed, report.ShowCleared} {
		for f := (report.Filter{State: state, Range: "90d", Per: 100}); ; {
			page, err := s.Report.Undelivered(t.Context(), a, f)
			if err != nil {
				t.Fatal(err)
			}
			if all = append(all, page.Rows...); page.Older == "" {
				break
			}
			f.After = page.Older
		}
	}
	return all
}

// alike holds the page of each row, the list, what is said to be ready, and the dry run of many at once to
// each other; seen collects which guards came up.
func alike(t *testing.T, s *store.Store, a models.Actor, rows []models.Undelivered,
	seen map[models.Guard]bool) {
	t.Helper()
	list, err := s.Resend.Cases(t.Context(), a, rows, false)
	if err != nil {
		t.Fatal(err)
	}
	ready := readyOf(t, s, a)
	for _, row := range rows {
		st, err := s.Report.NotificationDetail(t.Context(), a, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Resend.Case(t.Context(), a, st, false)
		if err != nil {
			t.Fatal(err)
		}
		page.Suggestion = row.Suggestion != ""
		if got, want := list[row.ID].Brief(), page.Brief(); got != want {
			t.Errorf("%s (%s): the list says %+v, the page %+v", row.Title, row.Reason, got, want)
		}
		if seen[page.Refusal.Guard] = true; slices.Contains(ready, row.ID) && page.Refusal.Guard != "" {
			t.Errorf("%s (%s) is said to be ready, its page says %s", row.Title, row.Reason,
				page.Refusal.Guard)
		}
		if a.May(models.Work) && row.LeftAt == nil {
			alikeInDryRun(t, s, a, row, page)
		}
	}
}

// readyOf are the ids that are said to be ready to be tried again.
func readyOf(t *testing.T, s *store.Store, a models.Actor) (ids []string) {
	t.Helper()
	for f := (report.Filter{View: report.ViewReady, Per: 100}); ; {
		page, err := s.Report.Undelivered(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			ids = append(ids, row.ID)
		}
		if page.Older == "" {
			return ids
		}
		f.After = page.Older
	}
}

func alikeInDryRun(t *testing.T, s *store.Store, a models.Actor, row models.Undelivered, page advice.Case) {
	t.Helper()
	dry, err := s.Resend.DryRun(t.Context(), a,
		resend.BulkAsk{Action: resend.BulkResend, Filter: report.Filter{IDs: []string{row.ID}}})
	if err != nil {
		t.Fatal(err)
	}
	said := models.Guard("")
	if len(dry.Refused) > 0 {
		said = dry.Refused[0].Guard
	}
	if said != page.Refusal.Guard && said != models.GuardComplaints &&
		page.Refusal.Guard != models.GuardUnknown {
		t.Errorf("%s: several at once say %q, the page %q", row.Title, said, page.Refusal.Guard)
	}
}

// A list, the pages of its rows, what is ready to be tried again and the dry run of many say the same of
// sixty days of everything, whoever looks.
func TestEverySayingIsTheSame(t *testing.T) {
	sampled(t, func(t *testing.T, s *store.Store, a models.Actor) {
		rows := everyRow(t, s, a)
		for _, role := range []models.Role{models.Owner, models.Viewer} {
			a.Role = role
			alike(t, s, a, rows[:min(len(rows), 150)], map[models.Guard]bool{})
		}
	})
}

// played are notifications that each stand before another guard; each is made anew for each act that is tried
// on it.
var played = map[models.Guard]func(p *play, ref string) string{
	"": func(p *play, ref string) string { return p.mailboxFull(ref, func(*intake.Registration) {}).ID },
	models.GuardOver: func(p *play, ref string) string {
		past := p.clock.Now().Add(-time.Hour)
		return p.mailboxFull(ref, func(r *intake.Registration) { r.DueAt, r.Kind = &past, "reminder" }).ID
	},
	models.GuardNoRepeat: func(p *play, ref string) string {
		return p.mailboxFull(ref, func(r *intake.Registration) { r.NoRepeat = true }).ID
	},
	models.GuardTooLate: func(p *play, ref string) string {
		until := p.clock.Now().Add(time.Second)
		id := p.mailboxFull(ref, func(r *intake.Registration) { r.ValidUntil = &until }).ID
		p.clock.Turn(time.Minute)
		return id
	},
	models.GuardNoContent: func(p *play, ref string) string {
		return p.mailboxFull(ref, func(r *intake.Registration) { r.Text = "" }).ID
	},
	models.GuardOptedOut: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		p.says(p.story(id).Attempts[0].ID, hard, "user-unknown")
		return id
	},
	models.GuardSuppressed: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		listed := modelstest.Event(models.Email, p.story(id).Addresses[models.Email].Value,
			models.EventType(models.Dropped))
		listed.SuppressionKind, listed.ProviderMessageID, listed.OccurredAt = "bounce", "another of "+ref,
			p.clock.Now()
		modelstest.Keep(p.T, p.s, p.Mail, listed)
		return id
	},
	models.GuardAddressLimit: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		for range p.s.Limits().PerAddress {
			again := p.resend(id)
			p.handOver(again,
				models.Receipt{Outcome: models.ReceiptTaken, ProviderMessageID: "again " + again.ID})
			p.says(again.ID, full, "mailbox-full")
		}
		return id
	},
	models.GuardUnknown: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		p.handOver(p.resend(id), brokeOff)
		return id
	},
	models.GuardOnItsWay: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		again := p.resend(id)
		p.handOver(again, models.Receipt{Outcome: models.ReceiptTaken, ProviderMessageID: "way " + again.ID})
		return id
	},
	models.GuardMayArrive: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		again := p.resend(id)
		p.handOver(again, models.Receipt{Outcome: models.ReceiptTaken, ProviderMessageID: "may " + again.ID})
		p.clock.Turn(time.Hour)
		return id
	},
	models.GuardLive: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		_, err := p.s.Resend.AskResend(p.Context(), p.Ada, resend.ResendAsk{NotificationID: id})
		p.must(err)
		return id
	},
	models.GuardCleared: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		p.must(p.s.Ledger.ClearNotification(p.Context(), p.Ada,
			ledger.ClearAsk{NotificationID: id, Outcome: "phoned"}))
		return id
	},
	models.GuardDelivered: func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		p.clock.Turn(time.Second)
		p.says(p.story(id).Attempts[0].ID, models.Delivered, "")
		return id
	},
	"an erased customer": func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		p.must(p.s.Customer.EraseCustomer(p.Context(), p.Ada, p.story(id).Customer.ID, 0))
		return id
	},
	"a spam report": func(p *play, ref string) string {
		id := p.mailboxFull(ref, func(*intake.Registration) {}).ID
		p.says(p.story(id).Attempts[0].ID, models.Complaint, "complaint")
		p.clock.Turn(2 * time.Hour)
		return id
	},
}

// press does what a button does, as far as it can be refused.
var press = map[advice.Act]func(p *play, a models.Actor, st report.NotificationDetail, k advice.Case) error{
	advice.ActResend: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		_, err := p.s.Resend.AskResend(p.Context(), a, resend.ResendAsk{NotificationID: st.Notification.ID})
		return err
	},
	advice.ActAsk: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		_, err := p.s.Resend.AskResend(p.Context(), a,
			resend.ResendAsk{NotificationID: st.Notification.ID, MayGetTwo: true, Late: true})
		return err
	},
	advice.ActDecide: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		return p.s.Ledger.ConfirmArrived(p.Context(), a, st.Notification.ID, "She has it.")
	},
	advice.ActCancel: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		return p.s.Ledger.CancelAttempt(p.Context(), a, st.Attempts[len(st.Attempts)-1].ID)
	},
	advice.ActClear: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		return p.s.Ledger.ClearNotification(p.Context(), a,
			ledger.ClearAsk{NotificationID: st.Notification.ID, Outcome: "phoned"})
	},
	advice.ActReopen: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		return p.s.Ledger.ReopenNotification(p.Context(), a, st.Notification.ID, "")
	},
	advice.ActSave: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		_, err := p.s.Customer.EditContact(p.Context(), a, customer.ContactEdit{CustomerID: st.Customer.ID,
			Name: "Jane Roe", Email: st.Addresses[models.Email].Value})
		return err
	},
	advice.ActSaveResend: func(p *play, a models.Actor, st report.NotificationDetail, _ advice.Case) error {
		_, err := p.s.Customer.EditContact(p.Context(), a, customer.ContactEdit{CustomerID: st.Customer.ID,
			Name: "Jane Roe", Email: st.Notification.ID + "@y.example"})
		if err != nil {
			return err
		}
		_, err = p.s.Resend.AskResend(p.Context(), a, resend.ResendAsk{NotificationID: st.Notification.ID})
		return err
	},
	advice.ActOptIn: func(p *play, a models.Actor, _ report.NotificationDetail, k advice.Case) error {
		_, err := p.s.Consent.OptIn(p.Context(), a, consent.OptInAsk{AddressID: k.Against.AddressID,
			Agreement: p.agreed(), Reason: "confirmed", Checked: "Read back on the phone"})
		return err
	},
	advice.ActAskClear: func(p *play, a models.Actor, _ report.NotificationDetail, k advice.Case) error {
		_, err := p.s.Consent.AskClear(p.Context(), a, k.Against.Suppression,
			consent.OptInAsk{Agreement: p.agreed(), Reason: "confirmed", Checked: "Read back on the phone"})
		return err
	},
	advice.ActSeeRequest: func(p *play, a models.Actor, _ report.NotificationDetail, k advice.Case) error {
		_, err := p.s.Consent.ClearRequest(p.Context(), a, k.Against.Request)
		return err
	},
}

// Each act that is offered is one that the store takes, in every state and for everybody who may work; a
// viewer is offered none. What is told by the list is what the page tells.
func TestEveryButtonWorks(t *testing.T) {
	onBoth(t, func(p *play) {
		seen := map[models.Guard]bool{}
		for name, make := range played {
			for i, a := range []models.Actor{p.Ada, p.Olga, p.Sam, p.Vera} {
				acts := p.offered(a, make(p, string(name)+a.Name), seen)
				if a.Role == models.Viewer && len(acts) > 0 {
					t.Errorf("%s: a viewer is offered %v", name, acts)
				}
				for _, act := range acts {
					if i == 0 || act == advice.ActOptIn || act == advice.ActAskClear {
						p.pressed(a, string(name), act, make(p, string(name)+string(act)+a.Name))
					}
				}
			}
		}
		alike(t, p.s, p.Ada, everyRow(t, p.s, p.Ada), seen)
		for guard := range played {
			if !strings.Contains(string(guard), " ") && !seen[guard] {
				t.Errorf("nothing came before %q", guard)
			}
		}
	})
}

func (p *play) caseOf(a models.Actor, id string) (report.NotificationDetail, advice.Case) {
	p.Helper()
	st, err := p.s.Report.NotificationDetail(p.Context(), a, id)
	p.must(err)
	k, err := p.s.Resend.Case(p.Context(), a, st, false)
	p.must(err)
	return st, k
}

func (p *play) offered(a models.Actor, id string, seen map[models.Guard]bool) []advice.Act {
	p.Helper()
	_, k := p.caseOf(a, id)
	seen[k.Refusal.Guard] = true
	return advice.Advise(k).Acts
}

func (p *play) pressed(a models.Actor, name string, act advice.Act, id string) {
	p.Helper()
	st, k := p.caseOf(a, id)
	do := press[act]
	if do == nil {
		p.Errorf("%s: nobody tries %s", name, act)
		return
	}
	if err := do(p, a, st, k); err != nil {
		var refusal models.Refusal
		errors.As(err, &refusal)
		p.Errorf("%s: %s is offered %s, and refused: %v %s", name, a.Name, act, err, refusal.Guard)
	}
}
