package report

import (
	"context"
	"slices"

	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// burstLeast is from how many failures of one day on a domain stands out, and burstsShown how many that do
// are shown.
const (
	burstLeast  = 5
	burstsShown = 3
)

// Burst is a domain of whose failures in the window at least half are of one day: a fault at its end rather
// than of the addresses.
type Burst struct {
	Domain string
	Day    string // local date
	N      int    // open notifications that failed on that day
	Over   bool   // nothing to the domain failed since
	Filter Filter // the report of exactly these
}

// bursts are the domains that stand out, the worst first.
func (s *Store) bursts(ctx context.Context, scope ReportScope) ([]Burst, error) {
	var days []struct {
		Domain, Day string
		N           int
	}
	err := s.db.Reporting(ctx).Raw(`SELECT value AS domain, day, SUM(open) AS n FROM facet_daily
		WHERE account_id = ? AND facet = ? AND day >= ? AND day <= ? AND value <> '' GROUP BY value,
			day HAVING SUM(open) >= ?
		ORDER BY n DESC, value, day LIMIT 100`, scope.Account, ledger.ByDomain, scope.window.From, scope.window.To, burstLeast).Scan(&days).Error
	if err != nil || len(days) == 0 {
		return nil, db.Wrap(err, "days of failures")
	}
	domains := make([]string, len(days))
	for i, d := range days {
		domains[i] = d.Domain
	}
	wholes, err := s.domainWholes(ctx, scope, domains)
	var all []Burst
	for _, d := range days {
		if whole := wholes[d.Domain]; len(all) < burstsShown && 2*d.N >= whole.N &&
			!slices.ContainsFunc(all, func(b Burst) bool { return b.Domain == d.Domain }) {
			all = append(all, Burst{
				Domain: d.Domain,
				Day:    d.Day,
				N:      d.N,
				Over:   whole.Last == d.Day,
				Filter: Filter{Domain: d.Domain, From: d.Day, To: d.Day},
			})
		}
	}
	return all, err
}

// domainWhole is what a window has of a domain: its open failures, and the last day that has some.
type domainWhole struct {
	Domain, Last string
	N            int
}

func (s *Store) domainWholes(ctx context.Context, scope ReportScope,
	domains []string) (map[string]domainWhole, error) {
	var sums []domainWhole
	err := s.db.Reporting(ctx).Raw(`SELECT value AS domain, SUM(open) AS n, MAX(day) AS last FROM facet_daily
		WHERE account_id = ? AND facet = ? AND day >= ? AND day <= ? AND value IN ? AND open > 0
			GROUP BY value`,
		scope.Account, ledger.ByDomain, scope.window.From, scope.window.To, domains).Scan(&sums).Error
	wholes := map[string]domainWhole{}
	for _, sum := range sums {
		wholes[sum.Domain] = sum
	}
	return wholes, db.Wrap(err, "failures of domains")
}
