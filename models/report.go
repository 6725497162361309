package models

import (
	"context"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"undelivered/migrations"
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
	standard := reportScope{account: scope.account, window: StandardWindow(scope.now, scope.window.Zone), now: scope.now}
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
	now     time.Time
	// hidden are reasons that a page shows as one row each.
	hidden []string
	from   *place // where the page begins; nil: at the window's edge
}

func (s *Store) scope(ctx context.Context, a Actor, f Filter) (reportScope, error) {
	if err := a.need(See); err != nil {
		return reportScope{}, err
	}
	zone, err := s.zone(ctx, a)
	if err != nil {
		return reportScope{}, err
	}
	now := s.now()
	w, err := f.Window(now, zone)
	return reportScope{Filter: f, account: a.AccountID, me: a.ID, window: w, now: now}, err
}

// zone is the account's time zone.
func (s *Store) zone(ctx context.Context, a Actor) (*time.Location, error) {
	account, err := s.Account(ctx, a)
	if err != nil {
		return nil, err
	}
	return account.Location(), nil
}

// reportColumns are what a row needs; the text to search in stays where it is.
const reportColumns = `id, account_id, channel, status, reason, state, failed_at, day, title, kind, due_at, customer_id,
	customer_ref, customer_name, sort_name, address_id, recipient, domain, connection_id, our_side, tries, returned,
	new_address, suggestion, assigned_to, snoozed_until, on_hold, ready, left_at, left_why, outcome`

// rows reads up to limit rows in the filter's order. With Before they are read backwards and turned round.
func (s *Store) rows(ctx context.Context, scope reportScope, f Filter, limit int) ([]Undelivered, error) {
	seek, at := "", []any{}
	if cursor := f.After + f.Before; cursor != "" {
		scope, seek, at = scope.after(f, cursor)
	}
	query, values := scope.where()
	sql := "SELECT " + reportColumns + " FROM " + s.rowsOf(f) + " WHERE " + query + seek + " ORDER BY " + f.order() + upTo(limit)
	all, err := scanRows(s.reporting(ctx).Raw(sql, append(values, at...)...), limit)
	if f.Before != "" {
		slices.Reverse(all)
	}
	return all, err
}

// rowsOf is where a page comes from. In the order of names SQLite would search by the window and sort all that it finds;
// nothing else narrows this list, so the names' own index stops after a page.
func (s *Store) rowsOf(f Filter) string {
	named := f.Sort == "customer" && len(f.Statuses) == 0
	if c, known := f.counter(); named && known && c == (counter{column: "open"}) && s.kind == migrations.SQLite {
		return "undelivered INDEXED BY undelivered_open_name"
	}
	return "undelivered"
}

// upTo is a limit written into the statement: with a bound one, SQLite makes its plan again for every call
// (sqlite3ExprIsInteger looks at the bound value), which took as long as the query.
func upTo(rows int) string { return " LIMIT " + strconv.Itoa(rows) }

func scanRows(q *gorm.DB, size int) ([]Undelivered, error) {
	rows, err := q.Rows()
	if err != nil {
		return nil, found(err, "report")
	}
	defer rows.Close()
	all := make([]Undelivered, 0, min(size, 1000))
	for rows.Next() {
		var u Undelivered
		err := rows.Scan(&u.ID, &u.AccountID, &u.Channel, &u.Status, &u.Reason, &u.State, &u.FailedAt, &u.Day, &u.Title, &u.Kind,
			&u.DueAt, &u.CustomerID, &u.CustomerRef, &u.CustomerName, &u.SortName, &u.AddressID, &u.Recipient, &u.Domain,
			&u.ConnectionID, &u.OurSide, &u.Tries, &u.Returned, &u.NewAddress, &u.Suggestion, &u.AssignedTo, &u.SnoozedUntil,
			&u.OnHold, &u.Ready, &u.LeftAt, &u.LeftWhy, &u.Outcome)
		if err != nil {
			return nil, found(err, "report")
		}
		all = append(all, u)
	}
	return all, found(rows.Err(), "report")
}
