package models_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// inZone moves an account to a zone, as its owner does in the settings.
func inZone(t *testing.T, s *store.Store, c *modelstest.Cast, zone string) {
	t.Helper()
	account, err := s.People.Account(t.Context(), c.Olga)
	if err != nil {
		t.Fatal(err)
	}
	account.Zone = zone
	if _, err := s.EditAccount(t.Context(), c.Olga, account); err != nil {
		t.Fatal(err)
	}
}

// sentPerDay is what the failure analysis says was sent and delivered on each day.
func sentPerDay(t *testing.T, s *store.Store, a models.Actor) map[string][2]int {
	t.Helper()
	byDay, err := s.Report.Analysis(t.Context(), a, "day", report.Filter{Range: "90d"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	days := map[string][2]int{}
	for _, l := range byDay.Lines {
		if l.Sent > 0 || l.Delivered > 0 {
			days[l.Key] = [2]int{l.Sent, l.Delivered}
		}
	}
	return days
}

// An account that moves to another zone has its number, its list and what was sent on the days of the new
// zone, and back again on those of the old one.
func TestZoneMovesTheDays(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		c := modelstest.NewCast(t, s)
		keepAll(t, s, c, someFailures(rand.New(rand.NewPCG(3, 4)), 200))
		modelstest.Settle(t, s)
		before := sentPerDay(t, s, c.Ada)
		for _, zone := range []string{"Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"} {
			inZone(t, s, c, zone)
			noDrift(t, s)
			sameEverywhere(t, s, c.Ada, report.Filter{})
			if len(before) == 0 || sameDays(sentPerDay(t, s, c.Ada), before) {
				t.Errorf("%s: what was sent stands on the days of London", zone)
			}
		}
		inZone(t, s, c, "Europe/London")
		if !sameDays(sentPerDay(t, s, c.Ada), before) {
			t.Errorf("back in London the days are not what they were: %v, %v", sentPerDay(t, s, c.Ada),
				before)
		}
	})
}

func sameDays(a, b map[string][2]int) bool {
	for day := range a {
		if a[day] != b[day] {
			return false
		}
	}
	return len(a) == len(b)
}

// Reports that are applied while the zone changes are counted on one day only, the one that the list shows.
func TestZoneChangesWhileReportsCome(t *testing.T) {
	onBoth(t, func(p *play) {
		known := p.many(15)
		modelstest.Settle(t, p.s)
		zones := []string{"Pacific/Kiritimati", "America/Los_Angeles", "Europe/London"}
		p.clock.Turn(48 * time.Hour)
		together(3, func(i int) error {
			for round := range 9 {
				if i == 0 {
					inZone(t, p.s, p.Cast, zones[round%len(zones)])
					continue
				}
				modelstest.Keep(t, p.s, p.Mail, p.news(known, i, round)...)
			}
			return nil
		})
		modelstest.Settle(t, p.s)
		noDrift(t, p.s)
		sameEverywhere(t, p.s, p.Ada, report.Filter{Range: "90d"})
		p.sentIsAsCountedAnew()
	})
}

// news is a report on each notification, later than those before, of a delivery or a failure by turns.
func (p *play) news(all []intake.Registered, who, round int) []models.Event {
	events := make([]models.Event, len(all))
	for i, r := range all {
		kind, reason := full, "mailbox-full"
		if (round+i)%3 == 0 {
			kind, reason = models.Delivered, ""
		}
		events[i] = models.Event{Type: kind, Reason: reason, Channel: models.Email,
			AttemptRef: r.AttemptID, Raw: []byte("{}"),
			OccurredAt: p.clock.Now().Add(time.Duration(round-40)*time.Hour + time.Duration(who)*time.Minute),
			DedupeKey:  fmt.Sprint("news", who, round, i)}
	}
	return events
}

// sentIsAsCountedAnew moves the account away and back: a sum that was on a wrong day does not come back to
// it.
func (p *play) sentIsAsCountedAnew() {
	p.Helper()
	sums := sentPerDay(p.T, p.s, p.Ada)
	account, err := p.s.People.Account(p.Context(), p.Ada)
	p.must(err)
	for _, zone := range []string{"Pacific/Kiritimati", "America/Los_Angeles", account.Zone} {
		inZone(p.T, p.s, p.Cast, zone)
		for day, n := range sentPerDay(p.T, p.s, p.Ada) {
			if n[0] < 0 || n[1] < 0 {
				p.Errorf("%s: %s has %v", zone, day, n)
			}
		}
	}
	if again := sentPerDay(p.T, p.s, p.Ada); !sameDays(sums, again) {
		p.Errorf("%v sent, and %v after moving there and back", sums, again)
	}
}
