package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
)

// sampled plays with sample data of sixty days, some of it cleared, given to people, put off and mistyped.
func sampled(t *testing.T, act func(t *testing.T, s *models.Store, a models.Actor)) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, models.Options{Now: clock.Now}, func(t *testing.T, s *models.Store) {
		accounts, err := s.Seed(t.Context(), models.AtCommandLine(""), models.SeedPlan{Accounts: 2, Notifications: 4000, Undelivered: 0.2, Days: 70, Seed: 9})
		if err != nil {
			t.Fatal(err)
		}
		a := models.Actor{Kind: models.Person, ID: "usr_ada", Name: "Ada", AccountID: accounts[0].ID, Role: models.Owner}
		page, err := s.Undelivered(t.Context(), a, models.Filter{Per: 100})
		if err != nil {
			t.Fatal(err)
		}
		until := clock.Now().Add(48 * time.Hour)
		for i, row := range page.Rows[:60] {
			var err error
			switch outcome := models.Outcomes[i%len(models.Outcomes)]; i % 9 {
			case 0:
				err = s.ClearNotification(t.Context(), a, models.ClearAsk{NotificationID: row.ID, Outcome: outcome})
			case 1:
				err = s.Snooze(t.Context(), a, row.ID, &until, i%18 == 1)
			case 2:
				err = s.Snooze(t.Context(), a, row.ID, nil, true)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		act(t, s, a)
	})
}

// listed is how many rows the report of a filter has, page by page, and holds the counts to it.
func listed(t *testing.T, s *models.Store, a models.Actor, f models.Filter) int {
	t.Helper()
	n := 0
	for {
		page, err := s.Undelivered(t.Context(), a, f)
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

// Each number of the failure analysis is the number of rows of the report that it leads to, in each of its tables and
// windows; and what a table says of all is the number itself.
func TestAnalysisNumbersAreLists(t *testing.T) {
	sampled(t, func(t *testing.T, s *models.Store, a models.Actor) {
		for _, window := range []string{"", "7d", "90d"} {
			all := listed(t, s, a, models.Filter{Range: window})
			for _, by := range append([]string{models.ByOutcome}, models.Analyses...) {
				table, err := s.Analysis(t.Context(), a, by, models.Filter{Range: window}, 0)
				if err != nil {
					t.Fatal(err)
				}
				if len(table.Lines) == 0 {
					t.Errorf("by %s in %q: nothing", by, window)
				}
				for _, line := range table.Lines {
					if n := listed(t, s, a, line.Filter); n != line.N() {
						t.Errorf("by %s in %q: %s says %d, its report has %d", by, window, line.Key, line.N(), n)
					}
					if n := listed(t, s, a, line.Earlier(table.Window)); by != "day" && by != models.ByOutcome && n != line.Before {
						t.Errorf("by %s in %q: %s says %d before, its report has %d", by, window, line.Key, line.Before, n)
					}
					if line.Delivered > line.Sent {
						t.Errorf("by %s: more than the whole: %+v", by, line)
					}
				}
				if by != models.ByOutcome && by != "domain" && table.Total != all {
					t.Errorf("by %s in %q: %d in all, the number is %d", by, window, table.Total, all)
				}
			}
		}
	})
}

// What the first page says of things to do is what the lists show that they lead to.
func TestTodoNumbersAreLists(t *testing.T) {
	sampled(t, func(t *testing.T, s *models.Store, a models.Actor) {
		d, err := s.Dashboard(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]bool{}
		for _, todo := range d.Todo {
			kinds[todo.Kind] = true
			want, n := todo.N, 0
			switch todo.Kind {
			case "connection_fault", "reports_stopped", "complaint_rate", "complaint_stop":
				continue
			case "mistyped":
				want = todo.Rows
				page, err := s.MistypedAddresses(t.Context(), a, "")
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
		p.must(p.s.Snooze(t.Context(), p.Ada, all[0].ID, &until, false))
		p.must(p.s.Snooze(t.Context(), p.Ada, all[1].ID, &until, true))
		p.must(p.s.Snooze(t.Context(), p.Ada, all[2].ID, nil, true))
		person := addUser(t, p.s, p.Account.ID, "max@marlow.example", models.Manager)
		for _, r := range all[2:5] {
			p.must(p.s.Assign(t.Context(), p.Ada, r.ID, person.ID))
		}
		max := p.Ada
		max.ID, max.Name = person.ID, person.Name
		report, err := p.s.Report(t.Context(), max, models.Filter{})
		p.must(err)
		if w := report.Work; w != (models.WorkCounts{Assigned: 3, Mine: 3, Hold: 2, Snoozed: 2}) {
			t.Errorf("counted: %+v", w)
		}
		for name, c := range map[string]struct {
			f    models.Filter
			want int
		}{
			"mine": {models.Filter{Assigned: models.Me}, 3}, "his": {models.Filter{Assigned: person.ID}, 3}, "nobody's": {models.Filter{Assigned: models.Nobody}, 4},
			"waiting for the customer": {models.Filter{View: models.ViewHold}, 2}, "put off": {models.Filter{View: models.ViewSnoozed}, 2}, "both": {models.Filter{View: models.ViewHold, Assigned: models.Me}, 1},
		} {
			if n := listed(t, p.s, max, c.f); n != c.want {
				t.Errorf("%s: %d, want %d", name, n, c.want)
			}
		}
		if n := listed(t, p.s, p.Ada, models.Filter{Assigned: models.Me}); n != 0 {
			t.Errorf("%d are Ada's", n)
		}
		p.clock.Turn(31 * time.Hour)
		if n := listed(t, p.s, max, models.Filter{View: models.ViewSnoozed}); n != 0 {
			t.Errorf("%d are put off until yesterday", n)
		}
		p.wantNumber(7)
	})
}
