package demo

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
)

// moments are starts of every kind: hours, weekdays, ends of months and years, leap days and the nights on
// which clocks are changed, in the time zones of both businesses.
func moments(n int) (all []time.Time) {
	for _, at := range []string{
		"2026-11-29T17:00:00Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z",
		"2026-10-25T01:30:00Z",
		"2027-12-31T23:59:59Z", "2028-01-01T00:00:00Z", "2028-02-29T12:00:00Z", "2028-03-01T00:10:00Z",
		"2026-11-30T22:59:00Z",
		"2026-12-06T07:00:00Z", "2027-02-28T05:45:00Z",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			panic(err)
		}
		all = append(all, moment)
	}
	for i := len(all); i < n; i++ { // 25 h 37 min on and on: every hour, every weekday
		all = append(all, all[0].Add(time.Duration(i)*(25*time.Hour+37*time.Minute+11*time.Second)))
	}
	return all[:n]
}

// The demo tells the same story at whatever moment it starts: who, what and how it ended is equal, nothing
// happens in the future, and all that a page or an act needs is there.
func TestPlanAtAnyMoment(t *testing.T) {
	for _, b := range businesses {
		first := ""
		for _, start := range moments(400) {
			p := planned(t, b, 1, start)
			told := story(p)
			if first == "" {
				first = told
			}
			if told != first {
				t.Fatalf("%s tells another story at %s", b.name, start)
			}
			for what, missing := range lacks(p) {
				if missing {
					t.Fatalf("%s at %s has no %s", b.name, start, what)
				}
			}
			for _, m := range p.messages {
				if m.at.After(start.Add(-30*time.Minute)) || m.at.Before(start.Add(-span-moved)) {
					t.Errorf("%s at %s: a message of %s", b.name, start, m.at)
				}
			}
		}
	}
}

func planned(t *testing.T, b business, seed uint64, start time.Time) *plan {
	t.Helper()
	p, err := newPlan(b, seed, start)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// story is all of a plan that must not hang on its start.
func story(p *plan) string {
	h := fnv.New64a()
	for _, c := range p.cast {
		fmt.Fprintln(h, c.ref, c.name, c.email, c.phone)
	}
	for _, m := range p.messages {
		fmt.Fprintln(h, m.registration.Ref, m.registration.Channel, m.registration.To, m.registration.Kind,
			m.title.title, m.provider, m.deferred, m.age)
		if m.mishap != nil {
			fmt.Fprintln(h, m.mishap.event.Reason)
		}
	}
	fmt.Fprintln(h, p.resent, p.cleared)
	return fmt.Sprint(h.Sum64())
}

// asTexts are the statuses that a text can have; an email can have all.
var asTexts = []models.Status{models.MailboxError, models.InvalidStatus, models.Spammed, models.Dropped,
	models.Blocked, models.NotDelivered}

// lacks is what pages and acts need, and whether it is missing.
func lacks(p *plan) map[string]bool {
	lacking := map[string]bool{"resend under way": len(p.resent) == 0, "cleared item": len(p.cleared) == 0}
	open, hurt := p.open(), p.mishaps()
	some := func(n int, what string, fits func(m sentMessage) bool) {
		found := 0
		for _, m := range open {
			if fits(m) && p.shown(m) {
				found++
			}
		}
		lacking[fmt.Sprint(n, " ", what)] = found < n
	}
	for _, s := range models.Statuses {
		some(
			1,
			"email "+string(s.Code),
			func(m sentMessage) bool {
				return m.registration.Channel == models.Email &&
					m.status() == s.Code
			},
		)
	}
	for _, s := range asTexts {
		some(1, "text "+string(s),
			func(m sentMessage) bool { return m.registration.Channel == models.SMS && m.status() == s })
	}
	for _, domain := range mistyped {
		some(
			1,
			"suggestion for "+domain,
			func(m sentMessage) bool {
				return m.customer.typo &&
					strings.HasSuffix(m.registration.To, domain)
			},
		)
	}
	some(1, "ready to try again", func(m sentMessage) bool {
		return m.age > 3*24*time.Hour && slices.Contains(passing[:2], m.status()) && hurt[m.customer] == 1
	})
	some(1, "to send again at once",
		func(m sentMessage) bool { return m.sendable() && hurt[m.customer] == 1 })
	some(1, "about something to come", func(m sentMessage) bool {
		return m.registration.DueAt != nil && m.registration.DueAt.After(p.start) &&
			m.registration.DueAt.Before(p.start.Add(48*time.Hour))
	})
	some(1, "to opt in again",
		func(m sentMessage) bool { return m.status() == models.HardBounce && !m.customer.typo })
	for _, w := range wishes {
		if w.kind != "unsubscribe" && (w.provider == "" || p.uses(w.provider)) {
			lacking["entry for "+fmt.Sprint(w)] = p.entries(w) == 0 ||
				p.b.texts != "" && p.entries(w) < p.wanted(w)
		}
	}
	lacking["customers without trouble"] = len(hurt) > len(p.cast)-4
	return lacking
}

// status is what the report says of it.
func (m sentMessage) status() models.Status {
	if m.mishap.event.Type == models.Complaint {
		return models.Spammed
	}
	return models.Status(m.mishap.event.Type)
}

// shown says whether the report of thirty days has it, at whatever hour.
func (p *plan) shown(m sentMessage) bool { return m.at.After(p.start.AddDate(0, 0, -29)) }

// open are the failures that are on the report when the demo begins.
func (p *plan) open() (all []sentMessage) {
	for _, m := range p.messages {
		ref := m.registration.Ref
		if m.mishap != nil && m.age < monthAgo && !slices.Contains(p.resent, ref) &&
			!slices.ContainsFunc(p.cleared, func(c clearing) bool { return c.ref == ref }) {
			all = append(all, m)
		}
	}
	return all
}

// mishaps counts the failures of each customer.
func (p *plan) mishaps() map[*person]int {
	n := map[*person]int{}
	for _, m := range p.messages {
		if m.mishap != nil {
			n[m.customer]++
		}
	}
	return n
}

func (p *plan) uses(provider string) bool {
	return provider == "simulator" || slices.Contains(p.b.mail, provider)
}

// entries counts the addresses on a provider's list that a wish can be about.
func (p *plan) entries(w wish) int {
	listed := map[string]bool{}
	for _, m := range p.messages {
		if m.mishap != nil && m.registration.Channel == models.Email &&
			(w.provider == "" || w.provider == m.provider) &&
			m.mishap.event.Suppressed == w.kind {
			listed[m.registration.To] = true
		}
	}
	return len(listed)
}

// wanted counts the wishes of the same kind.
func (p *plan) wanted(w wish) (n int) {
	for _, other := range wishes {
		if other.kind == w.kind && other.provider == w.provider {
			n++
		}
	}
	return n
}
