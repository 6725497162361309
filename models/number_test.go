package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/sample"
	"undelivered/models/store"
)

// sampled plays with sample data of sixty days, some of it cleared, given to people, put off and mistyped.
func sampled(t *testing.T, act func(t *testing.T, s *store.Store, a models.Actor)) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		accounts, err := s.Seed(t.Context(), models.AtCommandLine(""),
			sample.SeedPlan{Accounts: 2, Notifications: 4000, Undelivered: 0.2, Days: 70, Seed: 9})
		if err != nil {
			t.Fatal(err)
		}
		a := models.Actor{Kind: models.Person, ID: "usr_ada", Name: "Ada",
			AccountID: accounts[0].ID, Role: models.Owner}
		page, err := s.Report.Undelivered(t.Context(), a, report.Filter{Per: 100})
		if err != nil {
			t.Fatal(err)
		}
		until := clock.Now().Add(48 * time.Hour)
		for i, row := range page.Rows[:60] {
			var err error
			switch outcome := ledger.Outcomes[i%len(ledger.Outcomes)]; i % 9 {
			case 0:
				err = s.Ledger.ClearNotification(t.Context(), a,
					ledger.ClearAsk{NotificationID: row.ID, Outcome: outcome})
			case 1:
				err = s.Ledger.Snooze(t.Context(), a, row.ID, &until, i%18 == 1)
			case 2:
				err = s.Ledger.Snooze(t.Context(), a, row.ID, nil, true)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		act(t, s, a)
	})
}

// listed is how many rows the report of a filter has, page by page, and holds the counts to it.
func listed(t *testing.T, s *store.Store, a models.Actor, f report.Filter) int {
	t.Helper()
	n := 0
	for {
		page, err := s.Report.Undelivered(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		if n += len(page.Rows); page.Older == "" {
			if page.Counts.Total != n {
				t.Errorf("%+v: the total is %d, the list has %d", f, page.Counts.Total, n)
			}
			return n
		}
		f.After = page.Older
	}
}

// Each number of the failure analysis is the number of rows of the report that it leads to, in each of its
// tables and windows; and what a table says of all is the number itself.
func TestAnalysisNumbersAreLists(t *testing.T) {
	sampled(t, func(t *testing.T, s *store.Store, a models.Actor) {
		for _, window := range []string{"", "7d", "90d"} {
			all := listed(t, s, a, report.Filter{Range: window})
			for _, by := range append([]string{report.ByOutcome}, report.Analyses...) {
				table, err := s.Report.Analysis(t.Context(), a, by, report.Filter{Range: window}, 0)
				if err != nil {
					t.Fatal(err)
				}
				if len(table.Lines) == 0 {
					t.Errorf("by %s in %q: nothing", by, window)
				}
				for _, line := range table.Lines {
					if n := listed(t, s, a, line.Filter); n != line.N() {
						t.Errorf("by %s in %q: %s says %d, its report has %d", by, window, line.Key, line.N(),
							n)
					}
					if n := listed(t, s, a, line.Earlier(table.Window)); by != "day" &&
						by != report.ByOutcome &&
						n != line.Before {
						t.Errorf("by %s in %q: %s says %d before, its report has %d", by, window, line.Key,
							line.Before, n)
					}
					if line.Delivered > line.Sent {
						t.Errorf("by %s: more than the whole: %+v", by, line)
					}
				}
				if by != report.ByOutcome && by != "domain" && table.Total != all {
					t.Errorf("by %s in %q: %d in all, the number is %d", by, window, table.Total, all)
				}
			}
		}
	})
}

// What the first page says of things to do is what the lists show that they lead to.
func TestTodoNumbersAreLists(t *testing.T) {
	sampled(t, func(t *testing.T, s *store.Store, a models.Actor) {
		d, err := s.Report.Dashboard(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]bool{}
		for _, todo := range d.Todo {
			kinds[todo.Kind] = true
			want, n := todo.N, 0
			switch todo.Kind {
			case "unused", "connection_fault", "reports_stopped", "complaint_rate", "complaint_stop":
				continue
			case "mistyped":
				want = todo.Rows
				page, err := s.Report.MistypedAddresses(t.Context(), a, "")
				if err != nil || page.Total != todo.N {
					t.Errorf("%d mistyped addresses, the list has %d: %v", todo.N, page.Total, err)
				}
			}
			if n = listed(t, s, a, todo.Filter); n != want {
				t.Errorf("%s says %d, its report has %d", todo.Kind, want, n)
			}
		}
		for _, kind := range []string{"due", "mistyped", "ready", "complaints"} {
			if !kinds[kind] {
				t.Errorf("nothing to do about %s: %v", kind, kinds)
			}
		}
	})
}

// What somebody looks after, waits for or has put off is found by its filter, and counted beside it.
func TestWorkNumbersAreLists(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(7)
		until := p.clock.Now().Add(30 * time.Hour)
		p.must(p.s.Ledger.Snooze(t.Context(), p.Ada, all[0].ID, &until, false))
		p.must(p.s.Ledger.Snooze(t.Context(), p.Ada, all[1].ID, &until, true))
		p.must(p.s.Ledger.Snooze(t.Context(), p.Ada, all[2].ID, nil, true))
		person := addUser(t, p.s, p.Account.ID, "max@marlow.example", models.Manager)
		for _, r := range all[2:5] {
			p.must(p.s.Ledger.Assign(t.Context(), p.Ada, r.ID, person.ID))
		}
		max := p.Ada
		max.ID, max.Name = person.ID, person.Name
		rep, err := p.s.Report.Report(t.Context(), max, report.Filter{})
		p.must(err)
		if w := rep.Work; w != (ledger.WorkCounts{Assigned: 3, Mine: 3, Hold: 2, Snoozed: 2}) {
			t.Errorf("counted: %+v", w)
		}
		for name, c := range map[string]struct {
			f    report.Filter
			want int
		}{
			"mine": {report.Filter{Assigned: report.Me}, 3}, "his": {report.Filter{Assigned: person.ID}, 3},
			"nobody's":                 {report.Filter{Assigned: report.Unassigned}, 4},
			"waiting for the customer": {report.Filter{View: report.ViewHold}, 2},
			"put off":                  {report.Filter{View: report.ViewSnoozed}, 2},
			"both":                     {report.Filter{View: report.ViewHold, Assigned: report.Me}, 1},
		} {
			if n := listed(t, p.s, max, c.f); n != c.want {
				t.Errorf("%s: %d, want %d", name, n, c.want)
			}
		}
		if n := listed(t, p.s, p.Ada, report.Filter{Assigned: report.Me}); n != 0 {
			t.Errorf("%d are Ada's", n)
		}
		p.clock.Turn(31 * time.Hour)
		if n := listed(t, p.s, max, report.Filter{View: report.ViewSnoozed}); n != 0 {
			t.Errorf("%d are put off until yesterday", n)
		}
		p.wantNumber(7)
	})
}
