package report

import (
	"context"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// CountCap is where counting row by row stops; one more row is read to know that there are more.
const CountCap = 10_000

// Counts are the sums of a report. Each chip ignores its own filter and obeys the others.
type Counts struct {
	Total     int
	Capped    bool // Total is CountCap and there are more
	Window    int  // all that is open in the same days
	Partial   bool // ByStatus and ByChannel are of the first CountCap rows only
	ByChannel map[models.Channel]int
	ByStatus  map[models.Status]int
}

// Number is what the dashboard, the widget and the API say, and what it is made of.
type Number struct {
	Counts
	Waiting int
	Range   models.Window
	AsOf    time.Time
}

// CountUndelivered is the count of the report for a filter, and how many wait for the outcome of a resend.
func (s *Store) CountUndelivered(ctx context.Context, a models.Actor, f Filter) (Number, error) {
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return Number{}, err
	}
	n := Number{Range: scope.window, AsOf: scope.now}
	if n.Counts, err = s.counts(ctx, scope); err != nil {
		return Number{}, err
	}
	n.Waiting, err = s.waiting(ctx, scope)
	return n, err
}

// waiting counts what was sent again in the window and whose outcome is open.
func (s *Store) waiting(ctx context.Context, scope ReportScope) (int, error) {
	cells, err := s.dayCells(ctx, scope, counter{column: "waiting"})
	return addUp(cells, Filter{Channel: scope.Channel}).Total, err
}

// countRows counts row by row, up to one more than limit.
func (s *Store) countRows(ctx context.Context, scope ReportScope, limit int) (n int, err error) {
	where, values := scope.where()
	err = s.db.Reporting(ctx).
		Raw("SELECT COUNT(*) FROM (SELECT 1 FROM undelivered WHERE "+where+db.UpTo(limit+1)+") AS counted",
			values...).
		Scan(&n).Error
	return n, db.Wrap(err, "counting")
}

// dueSoon counts what is about something in the next 48 hours, up to one more than DueCap.
func (s *Store) dueSoon(ctx context.Context, account string, w models.Window, now time.Time) (int, error) {
	return s.countRows(ctx, ReportScope{Filter: Filter{View: ViewDue}, Account: account, window: w, now: now},
		DueCap)
}

type cell struct {
	channel models.Channel
	status  models.Status
	n       int
}

// counts reads one table of channel by status without these two filters, and adds it up.
func (s *Store) counts(ctx context.Context, scope ReportScope) (c Counts, err error) {
	of, known := scope.counter()
	var cells []cell
	if known {
		cells, err = s.dayCells(ctx, scope, of)
		c = addUp(cells, scope.Filter)
	} else {
		c, err = s.countCapped(ctx, scope)
	}
	whole := counter{column: "open"}
	if err != nil || stateColumns[scope.State] != whole.column {
		return c, err
	}
	if of != whole {
		cells, err = s.dayCells(ctx, scope, whole)
	}
	c.Window = addUp(cells, Filter{}).Total
	return c, err
}

// countCapped counts row by row what the day counters do not know.
func (s *Store) countCapped(ctx context.Context, scope ReportScope) (Counts, error) {
	cells, capped, err := s.cappedCells(ctx, scope)
	c := addUp(cells, scope.Filter)
	if err != nil || !capped {
		return c, err
	}
	c.Partial = true
	if c.Total, err = s.countRows(ctx, scope, CountCap); c.Total > CountCap {
		c.Total, c.Capped = CountCap, true
	}
	return c, err
}

// dayCells sums the day counters of the window's days.
func (s *Store) dayCells(ctx context.Context, scope ReportScope, of counter) ([]cell, error) {
	if of.facet == ledger.OfAll {
		return s.cells(
			ctx,
			"SELECT channel, status, SUM("+of.column+") FROM undelivered_daily WHERE account_id = ? AND "+
				"day >= ? AND day <= ?"+
				" GROUP BY channel, status",
			[]any{scope.Account, scope.window.From, scope.window.To},
		)
	}
	// Day by day, because the value comes after the day in the key: a range would read the values of all
	// others.
	return s.cells(
		ctx,
		"SELECT channel, status, SUM("+of.column+") FROM facet_daily WHERE account_id = ? AND facet = ? "+
			"AND day IN ? AND value = ?"+
			" GROUP BY channel, status",
		[]any{scope.Account, of.facet, scope.window.Dates(), of.value},
	)
}

// cappedCells counts what the day counters do not know; capped: there were more rows than were counted.
func (s *Store) cappedCells(ctx context.Context, scope ReportScope) (cells []cell, capped bool, err error) {
	scope.Statuses, scope.Channel = nil, ""
	where, values := scope.where()
	cells, err = s.cells(
		ctx,
		"SELECT channel, status, COUNT(*) FROM (SELECT channel, status FROM undelivered WHERE "+where+
			db.UpTo(CountCap+1)+") AS counted GROUP BY channel, status",
		values,
	)
	total := 0
	for _, c := range cells {
		total += c.n
	}
	return cells, total > CountCap, err
}

func (s *Store) cells(ctx context.Context, sql string, values []any) ([]cell, error) {
	rows, err := s.db.Reporting(ctx).Raw(sql, values...).Rows()
	if err != nil {
		return nil, db.Wrap(err, "counting")
	}
	defer rows.Close()
	var all []cell
	for rows.Next() {
		var c cell
		if err := rows.Scan(&c.channel, &c.status, &c.n); err != nil {
			return nil, db.Wrap(err, "counting")
		}
		all = append(all, c)
	}
	return all, db.Wrap(rows.Err(), "counting")
}

func addUp(cells []cell, f Filter) Counts {
	c := Counts{
		ByChannel: map[models.Channel]int{models.Email: 0, models.SMS: 0},
		ByStatus:  map[models.Status]int{},
	}
	for _, row := range models.Statuses {
		c.ByStatus[row.Code] = 0
	}
	for _, cell := range cells {
		status := len(f.Statuses) == 0 || slices.Contains(f.Statuses, cell.status)
		channel := f.Channel == "" || f.Channel == cell.channel
		if channel {
			c.ByStatus[cell.status] += cell.n
		}
		if status {
			c.ByChannel[cell.channel] += cell.n
		}
		if status && channel {
			c.Total += cell.n
		}
	}
	return c
}

func (s *Store) workCounts(ctx context.Context, scope ReportScope) (n ledger.WorkCounts, err error) {
	err = s.db.Reading(ctx).
		Raw(`SELECT COALESCE(SUM(CASE WHEN assigned_to <> '' THEN 1 ELSE 0 END), 0) AS assigned,
			COALESCE(SUM(CASE WHEN assigned_to = ? THEN 1 ELSE 0 END), 0) AS mine,
		COALESCE(SUM(CASE WHEN on_hold THEN 1 ELSE 0 END), 0) AS hold, COALESCE(SUM(CASE
			WHEN snoozed_until > ? THEN 1 ELSE 0 END), 0) AS snoozed
		FROM undelivered WHERE account_id = ? AND left_at IS NULL
			AND `+worked+` AND failed_at >= ? AND failed_at < ?`,
			scope.me, scope.now, scope.Account, scope.window.Start, scope.window.End).
		Scan(&n).Error
	return n, db.Wrap(err, "work on the report")
}
