package report

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// ReportPage is one page of the report, and what the whole result is.
type ReportPage struct {
	Rows   []models.Undelivered
	Counts Counts
	Newer  string // cursor: before=
	Older  string // cursor: after=
	Window models.Window
	AsOf   time.Time
}

// Undelivered is a page of the report with its counts, seen at one instant.
func (s *Store) Undelivered(ctx context.Context, a models.Actor, f Filter) (ReportPage, error) {
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
	Number  Number // of the standard window, without filters
	Due     int    // of it, about something in the next 48 hours; more than DueCap: there are more
	Work    ledger.WorkCounts
	Reasons []ReasonCount
	// many notifications with one cause on our side: they stand for rows that are left out
	Incidents []Incident
}

// Report is a page of the report with all that stands around it.
func (s *Store) Report(ctx context.Context, a models.Actor, f Filter) (Report, error) {
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return Report{}, err
	}
	r := Report{ReportPage: ReportPage{Window: scope.window, AsOf: scope.now}}
	if r.Reasons, err = s.reasonCounts(ctx, scope.Account, scope.window); err != nil {
		return Report{}, err
	}
	var incidents []Incident
	if f.plain() {
		incidents, scope.hidden = incidentsOf(r.Reasons, f)
	}
	if f.After == "" && f.Before == "" {
		r.Incidents = incidents
		if err := s.lastFailures(ctx, scope.Account, incidents); err != nil {
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
func (s *Store) around(ctx context.Context, scope ReportScope, r *Report) (err error) {
	standard := ReportScope{Account: scope.Account, window: scope.standard, now: scope.now}
	r.Number = Number{Range: standard.window, AsOf: scope.now}
	if r.Number.Counts, err = s.counts(ctx, standard); err != nil {
		return err
	}
	if r.Number.Waiting, err = s.waiting(ctx, standard); err != nil {
		return err
	}
	if r.Due, err = s.dueSoon(ctx, standard.Account, standard.window, standard.now); err != nil {
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

// ReportScope is a filter with what it means for this account at this instant.
type ReportScope struct {
	Filter
	Account string
	me      string // who asks
	window  models.Window
	// standard is the account's own window, of the number.
	standard models.Window
	now      time.Time
	// hidden are reasons that a page shows as one row each.
	hidden []string
	// few is what the search's index is asked when it has few hits; empty: it is not asked.
	few string
	// perAddress is how many resends an address takes in a day, sends what connections a message is handed
	// to.
	perAddress int
	sends      string
	From       *db.Place // where the page begins; nil: at the window's edge
}

func (s *Store) scope(ctx context.Context, a models.Actor, f Filter) (ReportScope, error) {
	if err := a.Need(models.See); err != nil {
		return ReportScope{}, err
	}
	account, err := s.people.Account(ctx, a)
	if err != nil {
		return ReportScope{}, err
	}
	now, zone := s.db.Now(), account.Location()
	w, err := f.Window(now, zone, account.Days())
	if err != nil {
		return ReportScope{}, err
	}
	few, err := s.db.Few(ctx, a.AccountID, f.Q)
	scope := s.scopeOf(f, a.AccountID, w, now)
	scope.me, scope.standard, scope.few = a.ID, models.StandardWindow(now, zone, account.Days()), few
	return scope, err
}

// scopeOf is a filter in a window, with what the installation allows.
func (s *Store) scopeOf(f Filter, account string, w models.Window, now time.Time) ReportScope {
	return ReportScope{
		Filter:     f,
		Account:    account,
		window:     w,
		now:        now,
		perAddress: s.db.Limits().PerAddress,
		sends:      s.db.KnownProviders(),
	}
}
