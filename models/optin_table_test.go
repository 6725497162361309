package models_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
)

// What is missing when nothing, or only a reason, is brought for a cause that needs an agreement; and when
// nothing, or only an agreement, is brought for one that needs a reason.
const (
	agreementMissing = "by=error.required date=error.consent_date for=error.choice how=error.how " +
		"note=error.evidence"
	reasonMissing = "note=error.note_missing reason=error.choice"
)

// evidences are all that a person may bring, good or bad; each names what is wrong with it.
var evidences = []string{"nothing", "reason", "reason without how it was checked", "agreement",
	"agreement from before", "agreement from the future", "agreement with little evidence",
	"agreement in an unknown way", "agreement to nothing", "agreement of nobody", "link"}

// byReason is the column of a cause that is lifted by a reason; done is what a good one leads to.
func byReason(done string) map[string]string {
	column := map[string]string{}
	for _, evidence := range evidences {
		column[evidence] = reasonMissing
	}
	column["reason"], column["reason without how it was checked"] = done, "note=error.note_missing"
	return column
}

// byAgreement is the column of a cause that is lifted by an agreement given after it.
func byAgreement(done string) map[string]string {
	return map[string]string{"nothing": agreementMissing,
		"reason":                            agreementMissing,
		"reason without how it was checked": agreementMissing, "agreement": done,
		"agreement from before":          "date=error.consent_date",
		"agreement from the future":      "date=error.future",
		"agreement with little evidence": "note=error.evidence",
		"agreement in an unknown way":    "how=error.how",
		"agreement to nothing":           "for=error.choice",
		"agreement of nobody":            "by=error.required",
		"link":                           "requested"}
}

// never is the column of a cause that this person cannot lift, whatever is brought.
func never(guard models.Guard) map[string]string {
	column := map[string]string{}
	for _, evidence := range evidences {
		column[evidence] = string(guard)
	}
	return column
}

// liftColumns are all causes (RULES.md, Causes), with how an address comes to them and what lifts them;
// support is set where it may do more than the account's own people.
var liftColumns = []struct {
	name     string
	happens  func(p *play, i int) string // to a fresh address
	managers map[string]string
	support  map[string]string
}{
	{"hard bounce", byMail(aBounce), byReason("lifted"), nil},
	{"hard bounce, listed", byMail(aListedFault), byReason("approved"), nil},
	{"second hard bounce in thirty days", twice(aBounce, "reason", 10), byReason("requested"),
		byReason("lifted")},
	{"repeated soft", softly, byReason("lifted"), nil},
	{"invalid", byMail(anInvalid), never(models.GuardLiftNobody), nil},
	{"spam report", byMail(aComplaint), byAgreement("requested"), nil},
	{"spam report, listed", byMail(aListedOne), byAgreement("requested"), nil},
	{"second spam report in a year", twice(aComplaint, "agreement", 100), never(models.GuardLiftYear), nil},
	{"unsubscribed", byMail(anUnsub), byAgreement("lifted"), nil},
	{"STOP, the provider takes no record", byText(false), never(models.GuardLiftStart), nil},
	{"STOP, the provider takes a record", byText(true), byAgreement("lifted"), nil},
	{"told staff", toldStaff, byAgreement("lifted"), nil},
	{"erased", erased, never(models.GuardLiftErased), nil},
}

// Every cause, by every role, with every kind of evidence: lifted, asked of somebody else, or refused, and in
// which words (RULES.md, Causes).
func TestOptInByCauseRoleAndEvidence(t *testing.T) {
	for _, cause := range liftColumns {
		t.Run(cause.name, func(t *testing.T) {
			onBoth(t, func(p *play) {
				made := 0
				fresh := func() string { made++; return cause.happens(p, made) }
				address := fresh()
				for _, who := range []models.Actor{p.Vera, key(p.Account.ID),
					{Kind: models.WidgetKey, AccountID: p.Account.ID}, p.Ada, p.Olga, p.Sam} {
					for _, evidence := range evidences {
						want := cause.managers[evidence]
						if who.Role == models.Support && cause.support != nil {
							want = cause.support[evidence]
						}
						if who.Role == models.Viewer || who.Kind == models.APIKey ||
							who.Kind == models.WidgetKey {
							want = "forbidden"
						}
						got := p.tries(who, evidence, address)
						if got != want {
							p.Errorf("%s by %s %s with %s: %s, want %s", cause.name, who.Kind, who.Role,
								evidence, got, want)
						}
						if got == "lifted" || got == "requested" || got == "approved" {
							address = fresh()
						}
					}
				}
			})
		})
	}
}

// tries opts an address in again with a kind of evidence, and names what became of it: the problems of the
// form, the guard that refused, or lifted and the state of the request.
func (p *play) tries(who models.Actor, evidence, address string) string {
	p.Helper()
	r, err := p.s.Consent.OptIn(p.Context(), who, p.brings(evidence, address))
	var bad models.Invalid
	var refusal models.Refusal
	switch {
	case errors.Is(err, models.ErrForbidden):
		return "forbidden"
	case errors.As(err, &bad):
		var all []string
		for _, field := range slices.Sorted(maps.Keys(bad)) {
			all = append(all, field+"="+bad[field].Key)
		}
		return strings.Join(all, " ")
	case errors.As(err, &refusal):
		return string(refusal.Guard)
	case err == nil && len(r.Lifted) == 1 && len(r.Requests) == 0:
		return "lifted"
	case err == nil && len(r.Requests) == 1 && len(r.Lifted) == 0:
		return string(r.Requests[0].State)
	}
	return fmt.Sprint("unexpected: ", r, err)
}

func (p *play) brings(evidence, address string) consent.OptInAsk {
	ask, g := consent.OptInAsk{AddressID: address, TakesStop: p.takes}, p.agreed()
	switch evidence {
	case "nothing":
		return ask
	case "reason":
		ask.Reason, ask.Checked = "confirmed", "Read back on the phone"
		return ask
	case "reason without how it was checked":
		ask.Reason, ask.Checked = "confirmed", "phone"
		return ask
	case "agreement from before":
		g.GivenAt = p.clock.Now().AddDate(-3, 0, 0)
	case "agreement from the future":
		g.GivenAt = p.clock.Now().Add(time.Hour)
	case "agreement with little evidence":
		g.Evidence = "phone"
	case "agreement in an unknown way":
		g.How = "pigeon"
	case "agreement to nothing":
		g.Purpose = ""
	case "agreement of nobody":
		g.GivenBy = " "
	case "link":
		g = consent.Agreement{GivenBy: "Jane Doe", How: consent.HowLink, Purpose: "all"}
	}
	ask.Agreement = g
	return ask
}

// byMail is an address that one event has opted out, two days ago.
func byMail(e models.Event) func(*play, int) string {
	return func(p *play, i int) string {
		p.Helper()
		at := p.failedOnce(fmt.Sprintf("jane%d@x.example", i), e)
		p.clock.Turn(48 * time.Hour)
		return at.ID
	}
}

// twice is an address to which the same happened again, some days after it had been lifted.
func twice(e models.Event, evidence string, days int) func(*play, int) string {
	return func(p *play, i int) string {
		p.Helper()
		email := fmt.Sprintf("jane%d@x.example", i)
		at := p.failedOnce(email, e)
		p.clock.Turn(48 * time.Hour)
		r, err := p.s.Consent.OptIn(p.Context(), p.Ada, p.brings(evidence, at.ID))
		p.must(err)
		for _, request := range r.Requests {
			_, err := p.s.Consent.Approve(p.Context(), p.Olga, request.ID, "", true)
			p.must(err)
		}
		p.clock.Turn(time.Duration(days) * 24 * time.Hour)
		p.hears(email, e)
		p.clock.Turn(48 * time.Hour)
		return at.ID
	}
}

// softly is an address to which three mails failed in a row, over sixteen days.
func softly(p *play, i int) string {
	p.Helper()
	email := fmt.Sprintf("jane%d@x.example", i)
	c := p.customer(email)
	for range 3 {
		p.hears(email, models.Event{Type: full, Reason: "mailbox-full",
			ProviderMessageID: fmt.Sprint("soft-", p.next())})
		p.clock.Turn(8 * 24 * time.Hour)
	}
	return p.state(c.ID).ID
}

// byText is a number that has sent STOP; takes says whether the provider takes a record in place of START.
func byText(takes bool) func(*play, int) string {
	return func(p *play, i int) string {
		p.Helper()
		p.takes = takes
		number := fmt.Sprintf("+44770090%04d", i)
		r, err := p.s.Customer.AddCustomer(p.Context(), p.Ada,
			customer.NewCustomer{Name: "Omar Haddad", Phone: number})
		p.must(err)
		p.texts(number, models.Unsubscribed, "STOP")
		p.clock.Turn(48 * time.Hour)
		return p.state(r.Customer.ID).ID
	}
}

// texts makes a customer's text reach us.
func (p *play) texts(number string, kind models.EventType, words string) {
	p.Helper()
	e := models.Event{Type: kind, Channel: models.SMS, Recipient: number, Diagnostic: words,
		OccurredAt: p.clock.Now(), DedupeKey: fmt.Sprint("t", p.next()), Raw: []byte(`{}`)}
	p.must(p.s.Intake.Keep(p.Context(), p.Text, []models.Event{e}))
	p.must(p.s.Intake.Settled(p.Context()))
}

func toldStaff(p *play, i int) string {
	p.Helper()
	at := p.state(p.customer(fmt.Sprintf("jane%d@x.example", i)).ID)
	p.must(p.s.Consent.OptOutByStaff(p.Context(), p.Ada, at.ID, "She rang."))
	p.clock.Turn(48 * time.Hour)
	return at.ID
}

func erased(p *play, i int) string {
	p.Helper()
	at := p.state(p.customer(fmt.Sprintf("jane%d@x.example", i)).ID)
	p.must(p.s.Customer.EraseCustomer(p.Context(), p.Ada, at.CustomerID, 0))
	return at.ID
}
