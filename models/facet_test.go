package models_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/models/sample"
	"undelivered/models/store"
)

// What is sent again and waits, what was cleared and what one domain, provider, kind or outcome holds is
// counted to the unit, however many there are; only what no counter knows stops at the cap.
func TestTotalsAreExactBeyondTheCap(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		accounts, err := s.Seed(t.Context(), models.AtCommandLine(""), sample.SeedPlan{Accounts: 1,
			Notifications: 11_500, Undelivered: 1, Days: 20, Seed: 3,
			Bare: true})
		if err != nil {
			t.Fatal(err)
		}
		olga := models.Actor{Kind: models.Person, ID: "usr_olga", AccountID: accounts[0].ID,
			Role: models.Owner}
		all := total(t, s, olga, report.Filter{Range: "90d"}).Total + total(t, s, olga,
			report.Filter{Range: "90d", State: report.ShowCleared}).Total
		for set, filters := range map[string][]report.Filter{
			"left_at = failed_at, left_why = 'waiting', outcome = ''": {{State: report.ShowWaiting}},
			"left_at = failed_at, left_why = 'cleared', outcome = 'phoned'": {{State: report.ShowCleared},
				{State: report.ShowCleared, Outcome: "phoned"}},
			"left_at = NULL, left_why = '', outcome = '', domain = 'one.example', connection_id = 'con_1', " +
				"kind = ''": {
				{Domain: "one.example"}, {Connection: "con_1"}, {Kind: report.None}},
		} {
			if err := errors.Join(modelstest.Alter(t.Context(), s, "UPDATE undelivered SET "+set),
				s.Ledger.RebuildDays(t.Context(), olga)); err != nil {
				t.Fatal(err)
			}
			for _, f := range filters {
				got := total(t, s, olga, f)
				if got.Total != all || all <= report.CountCap || got.Capped || got.Partial {
					t.Errorf("%v: %d, capped %v, want %d", f.Values(), got.Total, got.Capped, all)
				}
				if f.State == report.ShowWaiting && got.Waiting != all {
					t.Errorf("%d wait beside the number, want %d", got.Waiting, all)
				}
			}
			if n := total(t, s, olga, report.Filter{State: filters[0].State,
				Q: "a"}); n.Total > report.CountCap {
				t.Errorf("a search counts %d", n.Total)
			}
		}
	})
}

func total(t *testing.T, s *store.Store, a models.Actor, f report.Filter) report.Number {
	t.Helper()
	n, err := s.Report.CountUndelivered(t.Context(), a, f)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A counter that says something else than the rows is found, whichever it is, and counting anew mends it.
func TestDriftIsFoundAndMended(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(3)
		p.must(p.s.Ledger.ClearNotification(t.Context(), p.Ada,
			ledger.ClearAsk{NotificationID: all[0].ID, Outcome: "phoned"}))
		p.handOver(p.resend(all[1].ID), taken)
		noDrift(t, p.s)
		for _, column := range []string{"undelivered_daily SET open", "undelivered_daily SET total",
			"undelivered_daily SET waiting",
			"undelivered_daily SET cleared", "facet_daily SET open", "facet_daily SET fixed"} {
			p.must(modelstest.Alter(t.Context(), p.s, fmt.Sprintf("UPDATE %s = 7", column)))
			if drift, err := p.s.Ledger.Recount(t.Context()); err != nil || len(drift) == 0 {
				t.Errorf("%s = 7: %v, %v", column, drift, err)
			}
			p.must(p.s.Ledger.RebuildDays(t.Context(), p.Olga))
			noDrift(t, p.s)
		}
	})
}

// Whoever clears, puts back, sends again and reports at the same moment: every counter says what a recount
// says, and the lists of what waits and of what was cleared have as many rows as they say.
func TestCountersWhileAllWork(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(12)
		for _, err := range together(6, func(i int) error {
			r := rand.New(rand.NewPCG(5, uint64(i)))
			for round := range 10 {
				if err := p.actsOn(all[r.IntN(len(all))], r.IntN(4), fmt.Sprint(i, "-", round)); err != nil {
					return err
				}
			}
			return nil
		}) {
			p.must(err)
		}
		last := p.registered("last", atA)
		p.says(last.AttemptID, full, "mailbox-full")
		p.handOver(p.resend(last.ID), taken)
		modelstest.Settle(t, p.s)
		noDrift(t, p.s)
		for _, f := range []report.Filter{{}, {State: report.ShowWaiting}, {State: report.ShowCleared}} {
			if rows := sameEverywhere(t, p.s, p.Ada, f); f.State == report.ShowWaiting && len(rows) == 0 {
				t.Error("nothing waits")
			}
		}
	})
}

// actsOn does one of the things that move a notification from one list to another; that it is refused is no
// fault.
func (p *play) actsOn(n intake.Registered, act int, key string) (err error) {
	ctx := p.Context()
	switch act {
	case 0:
		err = p.s.Ledger.ClearNotification(ctx, p.Ada,
			ledger.ClearAsk{NotificationID: n.ID, Outcome: "phoned"})
	case 1:
		err = p.s.Ledger.ReopenNotification(ctx, p.Ada, n.ID, "")
	case 2:
		err = p.sendsAgain(n)
	default:
		kind := []models.EventType{models.Delivered, full, hard}[len(key)%3]
		err = p.s.Intake.Keep(ctx, p.Mail, []models.Event{
			{Type: kind, Channel: models.Email, AttemptRef: n.AttemptID, OccurredAt: p.clock.Now(),
				DedupeKey: key, Raw: []byte("{}")},
		})
	}
	if errors.As(err, new(models.Refusal)) || errors.Is(err, models.ErrNotYours) ||
		errors.As(err, new(models.Conflict)) {
		return nil
	}
	return err
}

func (p *play) sendsAgain(n intake.Registered) error {
	a, err := p.s.Resend.AskResend(p.Context(), p.Ada, resend.ResendAsk{NotificationID: n.ID})
	if err != nil {
		return err
	}
	p.clock.Turn(11 * time.Second)
	h, err := p.s.Resend.TakeAttempt(p.Context(), a.ID)
	if err != nil {
		return err
	}
	return p.s.Resend.FinishAttempt(p.Context(), h,
		models.Receipt{Outcome: models.ReceiptTaken, ProviderMessageID: a.ID}, models.DeliveryPromises{})
}
