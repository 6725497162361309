package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/report"
)

// desk is Sam at support's desk, outside all accounts.
func (p *play) desk() models.Actor {
	sam := p.Sam
	sam.AccountID = ""
	return sam
}

// looks are the events to look at, by kind.
func (p *play) looks() map[intake.LookKind][]intake.Unexplained {
	p.Helper()
	all, err := p.s.Intake.UnexplainedList(p.Context(), p.desk())
	p.must(err)
	by := map[intake.LookKind][]intake.Unexplained{}
	for _, l := range all {
		by[l.Kind] = append(by[l.Kind], l)
	}
	return by
}

// puzzles are events that are hard to understand: one parked, two of an unknown kind, and two replies that
// nothing explains, which differ only in whom they are about.
func (p *play) puzzles(c models.Connection) {
	p.Helper()
	now := p.clock.Now()
	unknown := func(to string) models.Event {
		return models.Event{Type: models.EventType(models.NotDelivered),
			Reason: "other-permanent", Channel: models.Email, Recipient: to,
			DedupeKey: "reply " + to, ProviderMessageID: to,
			Diagnostic: "599 the moon <" + to + "> is too full", SMTPCode: 599,
			OccurredAt: now, Raw: []byte("{}")}
	}
	p.must(p.s.Intake.Keep(p.Context(), c, []models.Event{
		{Type: models.Unrecognised, State: models.EventParked, Error: "not JSON",
			Channel: models.Email, DedupeKey: "parked", Raw: []byte("<html>"), OccurredAt: now},
		{Type: models.Unrecognised, Channel: models.Email, DedupeKey: "u1",
			ProviderCode: "domain.updated", Raw: []byte("{}"), OccurredAt: now},
		{Type: models.Unrecognised, Channel: models.Email, DedupeKey: "u2",
			ProviderCode: "domain.updated", Raw: []byte("{}"), OccurredAt: now},
		{Type: models.Unrecognised, Channel: models.Email, DedupeKey: "sample", Sample: true,
			Raw: []byte("{}"), OccurredAt: now},
		unknown("jane@x.example"), unknown("omar@x.example"),
	}))
	p.must(p.s.Intake.Settled(p.Context()))
}

// Support sees what was not understood, once for each way of saying it and only of accounts that let them in;
// nobody else sees it at all.
func TestLooksOfSupport(t *testing.T) {
	onBoth(t, func(p *play) {
		p.puzzles(p.Mail)
		p.puzzles(p.OtherMail)
		p.must(p.s.People.EndSupport(p.Context(), p.Olga))
		if all := p.looks(); len(all) != 0 {
			p.Errorf("without access: %+v", all)
		}
		_, err := p.s.People.GrantSupport(p.Context(), p.Olga, p.clock.Now().Add(time.Hour))
		p.must(err)
		all := p.looks()
		if len(all[intake.LookParked]) != 1 || len(all[intake.LookUnrecognised]) != 1 ||
			len(all[intake.LookUnexplained]) != 1 {
			p.Fatalf("%+v", all)
		}
		if u := all[intake.LookUnexplained][0]; u.N != 2 || u.Account != p.Account.Name ||
			!strings.Contains(u.Words, "the moon") {
			p.Errorf("%+v", u)
		}
		for who, a := range map[string]models.Actor{"Ada": p.Ada, "Olga": p.Olga, "Bob": p.Bob} {
			if _, err := p.s.Intake.UnexplainedList(p.Context(), a); !errors.Is(err, models.ErrForbidden) {
				p.Errorf("%s looks: %v", who, err)
			}
		}
	})
}

// A parked event that is replayed is applied anew, with a line in its account's log; one of an account that
// lets nobody in is not there.
func TestParkedReplayed(t *testing.T) {
	onBoth(t, func(p *play) {
		_, err := p.s.People.GrantSupport(p.Context(), p.Olga, p.clock.Now().Add(time.Hour))
		p.must(err)
		e := models.Event{Type: models.EventType(models.HardBounce), Reason: "user-unknown",
			Channel: models.Email, Recipient: atA, DedupeKey: "p", State: models.EventParked,
			Error: "ten tries", Raw: []byte("{}"), OccurredAt: p.clock.Now()}
		p.must(p.s.Intake.Keep(p.Context(), p.Mail, []models.Event{e}))
		p.must(p.s.Intake.Keep(p.Context(), p.OtherMail, []models.Event{e}))
		parked := p.looks()[intake.LookParked]
		if len(parked) != 1 {
			p.Fatalf("%+v", parked)
		}
		if err := p.s.Intake.Replay(p.Context(), p.Ada, parked[0].ID); !errors.Is(err, models.ErrForbidden) {
			p.Errorf("Ada replays: %v", err)
		}
		p.must(p.s.Intake.Replay(p.Context(), p.desk(), parked[0].ID))
		p.must(p.s.Intake.Settled(p.Context()))
		if n, err := p.s.Report.CountUndelivered(p.Context(), p.Ada, report.Filter{}); err != nil ||
			n.Total != 1 {
			p.Errorf("%+v %v", n, err)
		}
		if left := p.looks()[intake.LookParked]; len(left) != 0 {
			p.Errorf("%+v", left)
		}
		if err := p.s.Intake.Replay(p.Context(), p.desk(), "evt_none"); !errors.Is(err, models.ErrNotFound) {
			p.Errorf("%v", err)
		}
	})
}

// A proposal keeps the words without the customer, how often they came and the entry; then they are no longer
// to be looked at. An entry of the other channel, or none at all, is refused.
func TestReplyProposed(t *testing.T) {
	onBoth(t, func(p *play) {
		_, err := p.s.People.GrantSupport(p.Context(), p.Olga, p.clock.Now().Add(time.Hour))
		p.must(err)
		p.puzzles(p.Mail)
		reply := p.looks()[intake.LookUnexplained][0]
		for _, reason := range []string{"", "none-such", "sms-unknown-error"} {
			var invalid models.Invalid
			if err := p.s.Intake.Propose(p.Context(), p.desk(), reply.ID, reason, ""); !errors.As(err,
				&invalid) {
				p.Errorf("%q: %v", reason, err)
			}
		}
		p.must(p.s.Intake.Propose(p.Context(), p.desk(), reply.ID, "user-unknown", "seen"))
		p.must(p.s.Intake.Propose(p.Context(), p.desk(), reply.ID, "mailbox-full", "rather"))
		all, err := p.s.Intake.Proposals(p.Context(), p.desk())
		if err != nil || len(all) != 1 || all[0].Reason != "mailbox-full" ||
			strings.Contains(all[0].Words, "@") ||
			!strings.Contains(all[0].Words, "599 the moon") {
			p.Errorf("%+v %v", all, err)
		}
		if left := p.looks()[intake.LookUnexplained]; len(left) != 0 {
			p.Errorf("%+v", left)
		}
	})
}
