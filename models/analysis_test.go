package models_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/report"
)

// Beside what fails now stands what was open in the window before, and what of this one was delivered after
// all or cleared; what is sent again and waits is neither.
func TestAnalysisComparesAndCountsWhatIsFixed(t *testing.T) {
	onBoth(t, func(p *play) {
		earlier := p.registered("1", "one@x.example")
		p.says(earlier.AttemptID, hard, "user-unknown")
		p.clock.Turn(40 * 24 * time.Hour)
		stays, delivered, waits := p.registered("2", "two@x.example"), p.registered("3",
			"three@x.example"), p.registered("4", "four@x.example")
		for _, n := range []intake.Registered{stays, delivered, waits} {
			p.says(n.AttemptID, hard, "user-unknown")
		}
		p.corrected("3", "three@y.example")
		a := p.resend(delivered.ID)
		p.handOver(a, taken)
		p.says(a.ID, models.Delivered, "")
		p.corrected("4", "four@y.example")
		p.handOver(p.resend(waits.ID), taken)
		for by, key := range map[string]string{"reason": "user-unknown", "domain": "x.example"} {
			table, err := p.s.Report.Analysis(t.Context(), p.Ada, by, report.Filter{}, 0)
			p.must(err)
			if len(table.Lines) != 1 || table.Lines[0].Key != key || table.Lines[0].N() != 1 ||
				table.Lines[0].Before != 1 ||
				table.Lines[0].Fixed != 1 {
				t.Errorf("by %s: one now, one before, one fixed: %+v", by, table.Lines)
			}
		}
	})
}

// A domain of whose failures at least half are of one day stands out, and only with five of them on that day;
// whether anything failed there since is said truthfully.
func TestAnalysisShowsBursts(t *testing.T) {
	onBoth(t, func(p *play) {
		fail := func(domain string, n int) {
			for range n {
				ref := strconv.Itoa(p.next())
				p.says(p.registered(ref, "c"+ref+"@"+domain).AttemptID, hard, "user-unknown")
			}
		}
		day := p.clock.Now().Format(time.DateOnly)
		fail("down.example", 6)
		fail("few.example", 4)
		fail("mixed.example", 5)
		p.clock.Turn(3 * 24 * time.Hour)
		fail("mixed.example", 1)
		for range 3 { // never half of them on one day
			fail("always.example", 5)
			p.clock.Turn(24 * time.Hour)
		}
		table, err := p.s.Report.Analysis(t.Context(), p.Ada, "reason", report.Filter{}, 0)
		p.must(err)
		want := []report.Burst{{Domain: "down.example", Day: day, N: 6, Over: true},
			{Domain: "mixed.example", Day: day, N: 5}}
		for i := range table.Bursts {
			rep, err := p.s.Report.Report(t.Context(), p.Ada, table.Bursts[i].Filter)
			p.must(err)
			if len(rep.Rows) != table.Bursts[i].N {
				t.Errorf("%+v leads to %d", table.Bursts[i], len(rep.Rows))
			}
			table.Bursts[i].Filter = report.Filter{}
		}
		if !reflect.DeepEqual(table.Bursts, want) {
			t.Errorf("%+v", table.Bursts)
		}
	})
}
