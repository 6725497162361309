package views

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/a-h/templ"

	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/report"
	"undelivered/models/resend"
)

// ReportPage is the undelivered report. Its filters are a GET form with the fields of models.Filter: range,
// from, to, channel, reason, domain, q, status (many), view, state, sort, per. Rows are chosen by the field
// id (many), or all=1. The fragment for htmx is ReportResults.
type ReportPage struct {
	Base
	Query    report.Filter
	Errors   Errors // of from and to
	From, To time.Time
	Total    int  // that match the query
	Capped   bool // Total is 10,000 and there are more
	Partial  bool // Counts are of the first 10,000
	Window   int  // in the same window without filters
	Number   int  // the number of the standard window, for the tab All
	Counts   map[models.Status]int
	Tabs     map[models.Family]int // of the standard window
	Waiting  int
	Work     ledger.WorkCounts
	People   []Option // to whom notifications may be given
	Names    FilterNames
	Due      int
	Saved    []SavedView
	Sets     []resend.BulkJob // done to several in the last day
	Reasons  []OptionGroup    // that occur, grouped by status
	Rows     []ReportRow
	// Incidents are faults of ours that hit many customers: one row each, leading to its notifications.
	Incidents []Incident
	Older     string // query of the next page: ReportURL; empty: none
	Newer     string
	// Gaps says which events may be missing: a connection and a time each.
	Gaps        []Gap
	Unconnected bool
	Silent      bool // no report has ever arrived
}

// OptionGroup is part of a list to choose from.
type OptionGroup struct {
	Label   string
	Options []Option
}

// total is the count of the list, which stops at 10,000 where it is searched.
func (p ReportPage) total() string {
	if p.Capped {
		return Count(10000) + "+"
	}
	return Count(p.Total)
}

func (p ReportPage) pager(ctx context.Context) Pager {
	text := T(ctx, "Showing {n} of {total}", "n", Count(len(p.Rows)), "total", p.total())
	if p.Newer == "" && (p.Query.Sort == "" || p.Query.Sort == "-failed") {
		text = T(ctx, "Showing the newest {n} of {total}", "n", Count(len(p.Rows)), "total", p.total())
	}
	return Pager{Text: text, Newer: p.Newer, Older: p.Older, Target: "results"}
}

// sortURL is the list in the other order of the column.
func (p ReportPage) sortURL(by string) string {
	if by == "failed" && (p.Query.Sort == "" || p.Query.Sort == "-failed") {
		return ReportURL(p.Query.Sorted("failed"))
	}
	if by == "failed" {
		return ReportURL(p.Query.Sorted(""))
	}
	return ReportURL(p.Query.Sorted(by))
}

func (p ReportPage) sorted(by string) templ.Attributes {
	switch {
	case by == "failed" && (p.Query.Sort == "" || p.Query.Sort == "-failed"):
		return templ.Attributes{"aria-sort": "descending"}
	case by == p.Query.Sort:
		return templ.Attributes{"aria-sort": "ascending"}
	}
	return nil
}

// unshown are the words of the query that the filters do not show, in the order of their names.
func (p ReportPage) unshown() iter.Seq2[string, string] {
	fields := p.Query.First().Values()
	for _, shown := range []string{"channel", "reason", "assigned", "q", "status", "from", "to", "saved"} {
		fields.Del(shown)
	}
	return func(yield func(string, string) bool) {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if !yield(name, fields.Get(name)) {
				return
			}
		}
	}
}

// oob marks a part that htmx puts in its place beside the results.
func oob(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"hx-swap-oob": "true"}
	}
	return nil
}

// allURL is the list with its whole result chosen.
func (p ReportPage) allURL() string {
	q := p.Query.First()
	q.All = true
	return ReportURL(q)
}

// chip is the count of a status; where counting has stopped, at least so many.
func (p ReportPage) chip(s models.Status) string {
	if p.Partial && p.Counts[s] > 0 {
		return Count(p.Counts[s]) + "+"
	}
	return Count(p.Counts[s])
}
