package models_test

import (
	"context"
	"math/rand/v2"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// Every pair of filters, and each alone, gives one number: the count is what the list, the pages and the
// export hold.
func TestEveryPairOfFiltersCountsItsRows(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		c := modelstest.NewCast(t, s)
		r := rand.New(rand.NewPCG(3, 5))
		keepAll(t, s, c, someFailures(r, 90))
		for range 25 {
			workOn(t, s, c, r)
		}
		rows := exported(t, s, c.Ada, report.Filter{Range: "90d"})
		asks := c.Ada
		asks.ID = giveOut(t, s, c, rows)
		modelstest.Settle(t, s)
		all := everyFilterWord(c, rows)
		namesEveryField(t, all)
		for i, one := range all {
			for _, other := range all[i:] {
				f, err := report.ParseFilter(both(one, other))
				if err != nil {
					t.Fatalf("%s & %s: %v", one, other, err)
				}
				sameNumber(t, s, asks, f)
			}
		}
	})
}

// giveOut gives some rows to a person, whose id it returns, puts some off, and lets some wait for the
// customer.
func giveOut(t *testing.T, s *store.Store, c *modelstest.Cast, rows []models.Undelivered) string {
	t.Helper()
	person := addUser(t, s, c.Account.ID, "max@marlow.example", models.Manager)
	later := noon.AddDate(0, 0, 3)
	for i, row := range rows {
		var err error
		switch i % 5 {
		case 0:
			err = s.Ledger.Assign(context.Background(), c.Ada, row.ID, person.ID)
		case 1:
			err = s.Ledger.Snooze(context.Background(), c.Ada, row.ID, &later, false)
		case 2:
			err = s.Ledger.Snooze(context.Background(), c.Ada, row.ID, nil, true)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return person.ID
}

// everyFilterWord is one word of each kind that an address may hold.
func everyFilterWord(c *modelstest.Cast, rows []models.Undelivered) []string {
	all := []string{"range=90d", "range=7d", "from=2026-10-15&to=2026-11-10", "status=hard_bounce",
		"status=bounced", "channel=sms", "reason=user-unknown", "reason=-", "domain=gmail.com", "q=person1",
		"customer=" + rows[0].CustomerID, "connection=" + c.Mail.ID, "kind=-", "state=waiting",
		"state=cleared", "state=fixed", "assigned=me", "assigned=nobody", "outcome=phoned", "free=1",
		"sort=customer", "saved=view_1", "all=1", "id=" + rows[0].ID + "&id=" + rows[1].ID}
	for _, view := range []string{report.ViewDue, report.ViewReady, report.ViewMistyped, report.ViewCorrected,
		report.ViewOurSide,
		report.ViewUnknown, report.ViewHold, report.ViewSnoozed} {
		all = append(all, "view="+view)
	}
	return all
}

// namesEveryField fails where a field of the filter is in none of the words: whoever adds one adds it here.
func namesEveryField(t *testing.T, words []string) {
	t.Helper()
	named := map[string]bool{"After": true, "Before": true, "Per": true} // only part the list into pages
	for _, word := range words {
		fields, _ := url.ParseQuery(word)
		f, err := report.ParseFilter(fields)
		if err != nil {
			t.Fatalf("%s: %v", word, err)
		}
		for i := range reflect.TypeFor[report.Filter]().NumField() {
			if !reflect.ValueOf(f).Field(i).IsZero() {
				named[reflect.TypeFor[report.Filter]().Field(i).Name] = true
			}
		}
		if again, err := report.ParseFilter(f.Values()); err != nil || !again.Equal(f) {
			t.Errorf("%s reads back as %v: %v", word, again.Values(), err)
		}
	}
	for i := range reflect.TypeFor[report.Filter]().NumField() {
		if name := reflect.TypeFor[report.Filter]().Field(i).Name; !named[name] {
			t.Errorf("no filter is tried with %s", name)
		}
	}
}

// both is the address with two words; of two of one name the second holds.
func both(one, other string) url.Values {
	fields, _ := url.ParseQuery(one)
	more, _ := url.ParseQuery(other)
	for name, values := range more {
		fields[name] = values
	}
	return fields
}

// sameNumber holds the count of a filter against its pages.
func sameNumber(t *testing.T, s *store.Store, a models.Actor, f report.Filter) {
	t.Helper()
	f.Per = 100
	listed := 0
	for {
		page, err := s.Report.Undelivered(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		if listed += len(page.Rows); page.Older == "" {
			break
		}
		f.After = page.Older
	}
	f.After = ""
	if n, err := s.Report.CountUndelivered(t.Context(), a, f); err != nil || n.Total != listed || n.Capped {
		t.Errorf("%s: counted %d, listed %d: %v", strings.TrimSpace(f.Values().Encode()), n.Total, listed,
			err)
	}
}
