package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
)

// Case 29 with the business's own name: what is reported of a message before it is registered, also twice, is
// one notification with it; and the sums of what was sent follow it to its day, its kind and its connection.
func TestReportsByNameBeforeRegistration(t *testing.T) {
	onBoth(t, func(p *play) {
		generic, err := p.s.Connection.GenericConnection(p.Context(), p.Ada)
		p.must(err)
		say := func(kind models.EventType, ref, to string) {
			p.Helper()
			e := modelstest.Event(models.Email, to, kind)
			e.ProviderMessageID, e.NotificationRef, e.OccurredAt = "", ref, p.clock.Now()
			if e.DedupeKey += ref; kind == full {
				e.Reason = "mailbox-full"
			}
			modelstest.Keep(p.T, p.s, generic, e)
			p.clock.Turn(time.Second)
		}
		say(full, "1", atA)
		say(full, "1", atA)
		say(models.Delivered, "2", "")
		p.wantNumber(1)
		sent := p.clock.Now().AddDate(0, 0, -2)
		all, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), []intake.Registration{
			{Ref: "1", Channel: models.Email, To: atA,
				Title: "First", Kind: "reminder", SentAt: &sent,
				Connection: p.Mail.ID, ProviderMessageID: "m-1"},
			{Ref: "2", Channel: models.Email, To: atB, Title: "Second",
				Kind: "reminder", SentAt: &sent, Connection: p.Mail.ID}})
		p.must(err)
		modelstest.Settle(t, p.s)
		p.wantNumber(1)
		if n := p.wantState(all[0].ID, models.StateFailed); n.Ref != "1" || n.ConnectionID != p.Mail.ID {
			t.Errorf("merged: %+v", n)
		}
		p.wantState(all[1].ID, models.StateDelivered)
		late := modelstest.Event(models.Email, atA, models.Delivered)
		late.ProviderMessageID, late.OccurredAt = "m-1", p.clock.Now()
		modelstest.Keep(t, p.s, p.Mail, late)
		p.wantState(all[0].ID, models.StateDelivered)
		table, err := p.s.Report.Analysis(t.Context(), p.Ada, "day", report.Filter{}, 0)
		p.must(err)
		day := sent.Format(time.DateOnly)
		for _, line := range table.Lines {
			if want := map[string]int{day: 2}[line.Key]; line.Sent != want || line.Delivered != want {
				t.Errorf("%s: %d sent, %d delivered, want %d", line.Key, line.Sent, line.Delivered, want)
			}
		}
		if drift, err := p.s.Ledger.Recount(t.Context()); err != nil || len(drift) > 0 {
			t.Errorf("%+v, %v", drift, err)
		}
	})
}
