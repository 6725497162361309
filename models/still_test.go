package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/resend"
)

// losses are the ways in which somebody loses the right to work in Ada's account.
var losses = map[string]func(p *play) (who models.Actor, lose func()){
	"removed": func(p *play) (models.Actor, func()) {
		return p.Ada, func() { p.must(p.s.People.RemoveMember(p.Context(), p.Olga, p.Ada.ID)) }
	},
	"made a viewer": func(p *play) (models.Actor, func()) {
		return p.Ada, func() { p.must(p.s.People.SetRole(p.Context(), p.Olga, p.Ada.ID, models.Viewer)) }
	},
	"locked": func(p *play) (models.Actor, func()) {
		return p.Ada, func() {
			p.must(modelstest.Alter(p.Context(), p.s, "UPDATE users SET locked_at = ? WHERE id = ?",
				p.clock.Now(), p.Ada.ID))
		}
	},
	"support shut out": func(p *play) (models.Actor, func()) {
		return p.Sam, func() { p.must(p.s.People.EndSupport(p.Context(), p.Olga)) }
	},
	"support staff no more": func(p *play) (models.Actor, func()) {
		return p.Sam, func() {
			p.must(
				modelstest.Alter(p.Context(), p.s, "UPDATE users SET support = FALSE WHERE id = ?", p.Sam.ID),
			)
		}
	},
	"key withdrawn": func(p *play) (models.Actor, func()) {
		k, _, err := p.s.People.AddAPIKey(p.Context(), p.Olga, people.NewKey{Name: "Till"})
		p.must(err)
		return k.Actor("", ""), func() { p.must(p.s.People.RevokeKey(p.Context(), p.Olga, k.ID)) }
	},
	"key ended": func(p *play) (models.Actor, func()) {
		end := p.clock.Now().Add(time.Hour)
		k, _, err := p.s.People.AddAPIKey(p.Context(), p.Olga, people.NewKey{Name: "Till", EndsAt: &end})
		p.must(err)
		return k.Actor("", ""), func() { p.clock.Turn(2 * time.Hour) }
	},
}

// eachLoss plays an act for each way to lose the right, on both databases.
func eachLoss(t *testing.T, act func(p *play, who models.Actor, lose func())) {
	for name, of := range losses {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(p *play) {
				who, lose := of(p)
				act(p, who, lose)
			})
		})
	}
}

// A set is sent for as long as whoever asked for it has the right; then it stops, says why, and nothing more
// of it goes out.
func TestSetOfSomebodyWhoHasLostTheRight(t *testing.T) {
	eachLoss(t, func(p *play, who models.Actor, lose func()) {
		p.many(3)
		job, err := p.s.Resend.StartBulk(p.Context(), who, resend.BulkAsk{Action: resend.BulkResend})
		p.must(err)
		lose()
		got := p.worked(job.ID)
		if got.State != resend.BulkStopped || got.Why != string(models.GuardLostRight) || got.Sent != 0 ||
			got.EndedAt == nil {
			p.Errorf("the set is %s, %q, sent %d", got.State, got.Why, got.Sent)
		}
		if n, err := modelstest.Number(p.Context(), p.s,
			"SELECT COUNT(*) FROM attempts WHERE ours"); err != nil ||
			n != 0 {
			p.Errorf("%d attempts were queued, %v", n, err)
		}
	})
}

// Somebody who is in the account still, and somebody who lost another account, keep what they asked for.
func TestSetOfSomebodyWhoStillMay(t *testing.T) {
	onBoth(t, func(p *play) {
		p.many(3)
		job, err := p.s.Resend.StartBulk(p.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend})
		p.must(err)
		p.must(p.s.People.SetRole(p.Context(), p.Olga, p.Ada.ID, models.Owner))
		p.must(p.s.People.EndSupport(p.Context(), p.Olga))
		if got := p.worked(job.ID); got.State != resend.BulkDone || got.Sent != 3 {
			p.Errorf("the set is %s, sent %d", got.State, got.Sent)
		}
	})
}

// A file of corrections is applied no further once whoever applies it has lost the right, and an export
// breaks off.
func TestCorrectionsOfSomebodyWhoHasLostTheRight(t *testing.T) {
	eachLoss(t, func(p *play, who models.Actor, lose func()) {
		all := p.many(2)
		file := fmt.Sprintf("id;address\n%s;right@y.example\n", all[0].ID)
		i, err := p.s.Customer.CheckImport(p.Context(), who, strings.NewReader(file))
		p.must(err)
		p.must(p.s.People.StillMay(p.Context(), who, models.See))
		lose()
		if _, err := p.s.Customer.ApplyImport(p.Context(), who, i.ID, 100); !errors.Is(err,
			models.ErrForbidden) {
			p.Errorf("applied: %v", err)
		}
		p.wantAddresses(all, "person0@x.example")
		if l := p.lines(i.ID)[all[0].ID]; l.State == customer.LineConflict || l.State == customer.LineWrong {
			p.Errorf("the line is %q: nobody else can apply it", l.State)
		}
	})
}

// A decision is refused to whoever loses the right between the look and the decision, support too; and what
// somebody approved who has lost it before the provider was asked is asked again, of somebody else.
func TestDecisionOfSomebodyWhoHasLostTheRight(t *testing.T) {
	onBoth(t, func(p *play) {
		address, r := p.complained()
		p.must(p.s.People.EndSupport(p.Context(), p.Olga))
		if _, err := p.s.Consent.Approve(p.Context(), p.Sam, r.ID, "", true); !errors.Is(err,
			models.ErrForbidden) {
			p.Errorf("support that is shut out approves: %v", err)
		}
		_, err := p.s.People.GrantSupport(p.Context(), p.Olga, p.clock.Now().Add(time.Hour))
		p.must(err)
		_, err = p.s.Consent.Approve(p.Context(), p.Sam, r.ID, "", true)
		p.must(err)
		p.clock.Turn(2 * time.Hour) // the grant has ended
		if _, err := p.s.Consent.TakeClearing(p.Context(), r.ID); !errors.Is(err, models.ErrNotYours) {
			p.Errorf("the worker takes it: %v", err)
		}
		_, err = p.s.People.GrantSupport(p.Context(), p.Olga, p.clock.Now().Add(time.Hour))
		p.must(err)
		again, err := p.s.Consent.Approve(p.Context(), p.Sam, r.ID, "", true)
		if err != nil || again.State != consent.RequestApproved {
			p.Fatalf("approved again: %s, %v", again.State, err)
		}
		_, err = p.s.Consent.TakeClearing(p.Context(), r.ID)
		p.must(err)
		p.wantActions(address, r.ID, "request.ask", "request.approve", "request.asked_again",
			"request.approve")
	})
}
