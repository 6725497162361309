package report

import (
	"context"
	"strings"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// Dashboard is the first page: the number of the standard window, where it comes from, and what to do.
type Dashboard struct {
	Number
	Previous int // the same sum for the window before
	Sent     map[models.Channel]int
	Days     []DayCount
	Reasons  []ReasonCount
	Domains  []DomainCount
	Todo     []Todo
	Health   []connection.Health
	Empty    bool // a new account: nothing is connected and nothing has come
	Silent   bool // no report has ever arrived: that nothing is undelivered is not known
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
func (s *Store) Dashboard(ctx context.Context, a models.Actor) (Dashboard, error) {
	var d Dashboard
	var err error
	if d.Number, err = s.CountUndelivered(ctx, a, Filter{}); err != nil {
		return d, err
	}
	for _, part := range []func(context.Context, models.Actor, *Dashboard) error{
		s.dashboardSums, s.dashboardReasons, s.dashboardDomains, s.dashboardHealth, s.dashboardTodo,
	} {
		if err := part(ctx, a, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (s *Store) dashboardSums(ctx context.Context, a models.Actor, d *Dashboard) (err error) {
	if d.Days, err = s.dayCounts(ctx, a.AccountID, d.Range); err != nil {
		return err
	}
	if d.Previous, err = s.sumDays(ctx, a.AccountID, d.Range.Before()); err != nil {
		return err
	}
	d.Sent, err = s.sentByChannel(ctx, a.AccountID, d.Range)
	return err
}

func (s *Store) sumDays(ctx context.Context, account string, w models.Window) (n int, err error) {
	err = s.db.Reporting(ctx).
		Raw("SELECT COALESCE(SUM(open), 0) FROM undelivered_daily WHERE account_id = ? AND day >= ? AND "+
			"day <= ?",
			account, w.From, w.To).
		Scan(&n).Error
	return n, db.Wrap(err, "the window before")
}

// dayCounts are the open notifications of each day of a window. The rows come in the order of the primary
// key, and the channels are told apart here, not by a CASE each.
func (s *Store) dayCounts(ctx context.Context, account string, w models.Window) ([]DayCount, error) {
	rows, err := s.db.Reporting(ctx).Raw(`SELECT day, channel, SUM(open) FROM undelivered_daily
		WHERE account_id = ? AND day >= ? AND day <= ? GROUP BY day, channel ORDER BY day,
			channel`, account, w.From, w.To).Rows()
	if err != nil {
		return nil, db.Wrap(err, "days")
	}
	defer rows.Close()
	dates, at := w.Dates(), 0
	days := make([]DayCount, len(dates))
	for i, date := range dates {
		days[i].Day = date
	}
	for rows.Next() {
		var day string
		var c models.Channel
		var n int
		if err := rows.Scan(&day, &c, &n); err != nil {
			return nil, db.Wrap(err, "days")
		}
		for days[at].Day < day {
			at++
		}
		days[at].add(c, n)
	}
	return days, db.Wrap(rows.Err(), "days")
}

func (d *DayCount) add(c models.Channel, n int) {
	if c == models.SMS {
		d.SMS += n
	} else {
		d.Email += n
	}
}

func (s *Store) sentByChannel(ctx context.Context, account string,
	w models.Window) (map[models.Channel]int, error) {
	var sums []struct {
		Channel models.Channel
		N       int
	}
	err := s.db.Reporting(ctx).Raw(`SELECT channel, SUM(sent) AS n FROM sent_daily
		WHERE account_id = ? AND day >= ? AND day <= ?
			GROUP BY channel`, account, w.From, w.To).Scan(&sums).Error
	sent := map[models.Channel]int{}
	for _, sum := range sums {
		sent[sum.Channel] = sum.N
	}
	return sent, db.Wrap(err, "what was sent")
}

func (s *Store) dashboardReasons(ctx context.Context, a models.Actor, d *Dashboard) (err error) {
	d.Reasons, err = s.reasonCounts(ctx, a.AccountID, d.Range)
	return err
}

func (s *Store) dashboardDomains(ctx context.Context, a models.Actor, d *Dashboard) error {
	err := s.db.Reporting(ctx).Raw(`SELECT value AS domain, SUM(open) AS n FROM facet_daily
		WHERE account_id = ? AND facet = ? AND day >= ? AND day <= ? AND value <> ''
		GROUP BY value HAVING SUM(open) >= ? ORDER BY SUM(open) DESC, value LIMIT ?`,
		a.AccountID, ledger.ByDomain, d.Range.From, d.Range.To, minDomain, topDomains).Scan(&d.Domains).Error
	if err != nil || len(d.Domains) == 0 {
		return db.Wrap(err, "domains")
	}
	names := make([]string, len(d.Domains))
	for i, row := range d.Domains {
		names[i] = row.Domain
	}
	var sent []DomainCount
	err = s.db.Reporting(ctx).Raw(`SELECT domain, SUM(sent) AS sent FROM sent_daily
		WHERE account_id = ? AND day >= ? AND day <= ? AND domain IN ? GROUP BY domain`,
		a.AccountID, d.Range.From, d.Range.To, names).Scan(&sent).Error
	byName := map[string]int{}
	for _, row := range sent {
		byName[row.Domain] = row.Sent
	}
	for i := range d.Domains {
		d.Domains[i].Sent = byName[d.Domains[i].Domain]
		if _, meant, ok := strings.Cut(models.SuggestEmail("x@"+d.Domains[i].Domain), "@"); ok {
			d.Domains[i].Meant = meant
		}
	}
	return db.Wrap(err, "what was sent to domains")
}

func (s *Store) dashboardHealth(ctx context.Context, a models.Actor, d *Dashboard) (err error) {
	if d.Health, err = s.connection.Health(ctx, a); err != nil || d.Total > 0 {
		return err
	}
	d.Silent = connection.Silent(d.Health)
	d.Empty, err = s.connection.Unconnected(ctx, a)
	return err
}
