package models

import (
	"context"
	"strings"
)

// Dashboard is the first page: the number of the standard window, where it comes from, and what to do.
type Dashboard struct {
	Number
	Previous int // the same sum for the window before
	Sent     map[Channel]int
	Days     []DayCount
	Reasons  []ReasonCount
	Domains  []DomainCount
	Todo     []Todo
	Health   []Health
	Empty    bool // a new account: nothing is connected and nothing has come
}

// DayCount is how many notifications that failed on a day are still open.
type DayCount struct {
	Day   string
	Email int
	SMS   int
}

// DomainCount is how many notifications to a domain are open, of how many were sent to it.
type DomainCount struct {
	Domain string
	N      int
	Sent   int
	Meant  string // the domain that was probably meant
}

// How much the dashboard shows, and from how many failures on a domain counts as failing.
const (
	topReasons = 5
	topDomains = 5
	minDomain  = 2
)

// Dashboard counts what the first page shows, all at one instant.
func (s *Store) Dashboard(ctx context.Context, a Actor) (Dashboard, error) {
	var d Dashboard
	var err error
	if d.Number, err = s.CountUndelivered(ctx, a, Filter{}); err != nil {
		return d, err
	}
	for _, part := range []func(context.Context, Actor, *Dashboard) error{
		s.dashboardSums, s.dashboardReasons, s.dashboardDomains, s.dashboardHealth, s.dashboardTodo,
	} {
		if err := part(ctx, a, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (s *Store) dashboardSums(ctx context.Context, a Actor, d *Dashboard) (err error) {
	if d.Days, err = s.dayCounts(ctx, a.AccountID, d.Range); err != nil {
		return err
	}
	if d.Previous, err = s.sumDays(ctx, a.AccountID, d.Range.Before()); err != nil {
		return err
	}
	d.Sent, err = s.sentByChannel(ctx, a.AccountID, d.Range)
	return err
}

func (s *Store) sumDays(ctx context.Context, account string, w Window) (n int, err error) {
	err = s.reporting(ctx).Raw("SELECT COALESCE(SUM(open), 0) FROM undelivered_daily WHERE account_id = ? AND day >= ? AND day <= ?",
		account, w.From, w.To).Scan(&n).Error
	return n, found(err, "the window before")
}

// dayCounts are the open notifications of each day of a window. The rows come in the order of the primary key, and the
// channels are told apart here, not by a CASE each.
func (s *Store) dayCounts(ctx context.Context, account string, w Window) ([]DayCount, error) {
	rows, err := s.reporting(ctx).Raw(`SELECT day, channel, SUM(open) FROM undelivered_daily
		WHERE account_id = ? AND day >= ? AND day <= ? GROUP BY day, channel ORDER BY day, channel`, account, w.From, w.To).Rows()
	if err != nil {
		return nil, found(err, "days")
	}
	defer rows.Close()
	dates, at := w.Dates(), 0
	days := make([]DayCount, len(dates))
	for i, date := range dates {
		days[i].Day = date
	}
	for rows.Next() {
		var day string
		var c Channel
		var n int
		if err := rows.Scan(&day, &c, &n); err != nil {
			return nil, found(err, "days")
		}
		for days[at].Day < day {
			at++
		}
		days[at].add(c, n)
	}
	return days, found(rows.Err(), "days")
}

func (d *DayCount) add(c Channel, n int) {
	if c == SMS {
		d.SMS += n
	} else {
		d.Email += n
	}
}

func (s *Store) sentByChannel(ctx context.Context, account string, w Window) (map[Channel]int, error) {
	var sums []struct {
		Channel Channel
		N       int
	}
	err := s.reporting(ctx).Raw(`SELECT channel, SUM(sent) AS n FROM sent_daily
		WHERE account_id = ? AND day >= ? AND day <= ? GROUP BY channel`, account, w.From, w.To).Scan(&sums).Error
	sent := map[Channel]int{}
	for _, sum := range sums {
		sent[sum.Channel] = sum.N
	}
	return sent, found(err, "what was sent")
}

func (s *Store) dashboardReasons(ctx context.Context, a Actor, d *Dashboard) (err error) {
	d.Reasons, err = s.reasonCounts(ctx, a.AccountID, d.Range)
	return err
}

func (s *Store) dashboardDomains(ctx context.Context, a Actor, d *Dashboard) error {
	err := s.reporting(ctx).Raw(`SELECT value AS domain, SUM(open) AS n FROM facet_daily
		WHERE account_id = ? AND facet = ? AND day >= ? AND day <= ? AND value <> ''
		GROUP BY value HAVING SUM(open) >= ? ORDER BY SUM(open) DESC, value LIMIT ?`,
		a.AccountID, byDomain, d.Range.From, d.Range.To, minDomain, topDomains).Scan(&d.Domains).Error
	if err != nil || len(d.Domains) == 0 {
		return found(err, "domains")
	}
	names := make([]string, len(d.Domains))
	for i, row := range d.Domains {
		names[i] = row.Domain
	}
	var sent []DomainCount
	err = s.reporting(ctx).Raw(`SELECT domain, SUM(sent) AS sent FROM sent_daily
		WHERE account_id = ? AND day >= ? AND day <= ? AND domain IN ? GROUP BY domain`,
		a.AccountID, d.Range.From, d.Range.To, names).Scan(&sent).Error
	byName := map[string]int{}
	for _, row := range sent {
		byName[row.Domain] = row.Sent
	}
	for i := range d.Domains {
		d.Domains[i].Sent = byName[d.Domains[i].Domain]
		if _, meant, ok := strings.Cut(SuggestEmail("x@"+d.Domains[i].Domain), "@"); ok {
			d.Domains[i].Meant = meant
		}
	}
	return found(err, "what was sent to domains")
}

func (s *Store) dashboardHealth(ctx context.Context, a Actor, d *Dashboard) (err error) {
	if d.Health, err = s.Health(ctx, a); err != nil || d.Total > 0 {
		return err
	}
	d.Empty, err = s.Unconnected(ctx, a)
	return err
}
