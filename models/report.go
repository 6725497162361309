package models

import (
	"context"
	"time"
)

// ReportPage is one page of the report, and what the whole result is.
type ReportPage struct {
	Rows   []Undelivered
	Counts Counts
	Newer  string // cursor: before=
	Older  string // cursor: after=
	Window Window
	AsOf   time.Time
}

// Undelivered is a page of the report with its counts, seen at one instant.
func (s *Store) Undelivered(ctx context.Context, a Actor, f Filter) (ReportPage, error) {
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return ReportPage{}, err
	}
	page := ReportPage{Window: scope.window, AsOf: scope.now}
	if page.Rows, err = s.rows(ctx, scope, f, f.per()+1); err != nil {
		return ReportPage{}, err
	}
	page.cut(f)
	page.Counts, err = s.counts(ctx, scope)
	return page, err
}

// Report is everything that the page of the report shows.
type Report struct {
	ReportPage
	Number    Number // of the standard window, without filters
	Due       int    // of it, about something in the next 48 hours; more than DueCap: there are more
	Work      WorkCounts
	Reasons   []ReasonCount
	Incidents []Incident // many notifications with one cause on our side: they stand for rows that are left out
}

// Report is a page of the report with all that stands around it.
func (s *Store) Report(ctx context.Context, a Actor, f Filter) (Report, error) {
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return Report{}, err
	}
	r := Report{ReportPage: ReportPage{Window: scope.window, AsOf: scope.now}}
	if r.Reasons, err = s.reasonCounts(ctx, scope.account, scope.window); err != nil {
		return Report{}, err
	}
	var incidents []Incident
	if f.plain() {
		incidents, scope.hidden = incidentsOf(r.Reasons, f)
	}
	if f.After == "" && f.Before == "" {
		r.Incidents = incidents
		if err := s.lastFailures(ctx, scope.account, incidents); err != nil {
			return Report{}, err
		}
	}
	if r.Rows, err = s.rows(ctx, scope, f, f.per()+1); err != nil {
		return Report{}, err
	}
	r.cut(f)
	scope.hidden = nil
	if r.Counts, err = s.counts(ctx, scope); err != nil {
		return Report{}, err
	}
	return r, s.around(ctx, scope, &r)
}

// around counts what the tabs say.
func (s *Store) around(ctx context.Context, scope reportScope, r *Report) (err error) {
	standard := reportScope{account: scope.account, window: scope.standard, now: scope.now}
	r.Number = Number{Range: standard.window, AsOf: scope.now}
	if r.Number.Counts, err = s.counts(ctx, standard); err != nil {
		return err
	}
	if r.Number.Waiting, err = s.waiting(ctx, standard); err != nil {
		return err
	}
	if r.Due, err = s.dueSoon(ctx, standard.account, standard.window, standard.now); err != nil {
		return err
	}
	standard.me = scope.me
	r.Work, err = s.workCounts(ctx, standard)
	return err
}

// cut takes the one row more that says whether there is a further page, and sets the cursors.
func (p *ReportPage) cut(f Filter) {
	more := len(p.Rows) > f.per()
	if more && f.Before != "" {
		p.Rows = p.Rows[1:]
	} else if more {
		p.Rows = p.Rows[:f.per()]
	}
	if len(p.Rows) == 0 {
		return
	}
	first, last := f.cursorOf(p.Rows[0]), f.cursorOf(p.Rows[len(p.Rows)-1])
	if f.Before != "" || more {
		p.Older = last
	}
	if f.After != "" || f.Before != "" && more {
		p.Newer = first
	}
}

// reportScope is a filter with what it means for this account at this instant.
type reportScope struct {
	Filter
	account string
	me      string // who asks
	window  Window
	// standard is the account's own window, of the number.
	standard Window
	now      time.Time
	// hidden are reasons that a page shows as one row each.
	hidden []string
	// few is what the search's index is asked when it has few hits; empty: it is not asked.
	few  string
	from *place // where the page begins; nil: at the window's edge
}

func (s *Store) scope(ctx context.Context, a Actor, f Filter) (reportScope, error) {
	if err := a.need(See); err != nil {
		return reportScope{}, err
	}
	account, err := s.Account(ctx, a)
	if err != nil {
		return reportScope{}, err
	}
	now, zone := s.now(), account.Location()
	w, err := f.Window(now, zone, account.Days())
	if err != nil {
		return reportScope{}, err
	}
	few, err := s.few(ctx, a.AccountID, f.Q)
	return reportScope{Filter: f, account: a.AccountID, me: a.ID, window: w, now: now,
		standard: StandardWindow(now, zone, account.Days()), few: few}, err
}

// zone is the account's time zone.
func (s *Store) zone(ctx context.Context, a Actor) (*time.Location, error) {
	account, err := s.Account(ctx, a)
	if err != nil {
		return nil, err
	}
	return account.Location(), nil
}
