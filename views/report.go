package views

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"undelivered/models"
)

// ReportPage is the undelivered report. Its filters are a GET form with the fields of ReportQuery: range, from, to,
// channel, reason, domain, q, status (many), view, state, sort, per. Rows are chosen by the field id (many), or all=1.
// The fragment for htmx is ReportResults.
type ReportPage struct {
	Base
	Query    ReportQuery
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
	Work     models.WorkCounts
	People   []Option // to whom notifications may be given
	Names    FilterNames
	Due      int
	Saved    []SavedView
	Reasons  []OptionGroup // that occur, grouped by status
	Rows     []ReportRow
	// Incidents are faults of ours that hit many customers: one row each, leading to its notifications.
	Incidents []Incident
	Older     string // query of the next page: ReportURL; empty: none
	Newer     string
	// Gaps says which events may be missing: a connection and a time each.
	Gaps        []Gap
	Unconnected bool
}

// SavedView is a query that somebody has kept.
type SavedView struct {
	ID     string
	Name   string
	Query  ReportQuery
	N      int
	Own    bool
	Shared bool
}

// OptionGroup is part of a list to choose from.
type OptionGroup struct {
	Label   string
	Options []Option
}

// ReportRow is one notification in the report.
type ReportRow struct {
	ID          string
	Title       string
	About       string    // "£86.00 due 30 Nov", as the business wrote it
	DueAt       time.Time // what the notification is about happens then
	Channel     models.Channel
	CustomerID  string
	Customer    string
	CustomerRef string
	Address     string
	Mistyped    bool // there is a suggestion
	Corrected   bool // a new address is on file
	Status      models.Status
	State       string // failed, running, waiting, unknown, cleared
	Returned    bool
	OurSide     bool
	Reason      string // title of the dictionary
	FailedAt    time.Time
	Tries       int
	Assigned    string // name of who looks after it
	Snoozed     time.Time
	OnHold      bool
	Chosen      bool
}

// Incident is one fault on our side with all its notifications.
type Incident struct {
	Reason models.Reason
	Status models.Status
	N      int
	Query  ReportQuery
	Last   time.Time
}

// Gap is a time for which events of a connection may be missing (semantics 3.5).
type Gap struct {
	ID         string
	Connection string
	From, To   time.Time
}

// GapCloseURL takes the notice of a gap off the report.
func GapCloseURL(id string) string { return "/gaps/" + seg(id) + "/close" }

func (p ReportPage) tabs(ctx context.Context) []Tab {
	out := []Tab{{T(ctx, "All"), ReportURL(ReportQuery{}), p.Number, p.isView(ReportQuery{}), 0}}
	for _, f := range Families {
		q := ReportQuery{Status: StatusesOf(f)}
		out = append(out, Tab{FamilyLabel(ctx, f), ReportURL(q), p.Tabs[f], p.isView(q), 0})
	}
	waiting, due := ReportQuery{State: "waiting"}, ReportQuery{View: "due"}
	out = append(out, Tab{T(ctx, "state.waiting"), ReportURL(waiting), p.Waiting, p.isView(waiting), 0},
		Tab{T(ctx, "Next 48 hours"), ReportURL(due), p.Due, p.isView(due), models.DueCap})
	for _, work := range []struct {
		q ReportQuery
		n int
	}{{ReportQuery{Assigned: models.Me}, p.Work.Mine}, {ReportQuery{View: "hold"}, p.Work.Hold}, {ReportQuery{View: "snoozed"}, p.Work.Snoozed}} {
		if on := p.isView(work.q); on || work.n > 0 {
			out = append(out, Tab{T(ctx, "view."+work.q.View+work.q.Assigned), ReportURL(work.q), work.n, on, 0})
		}
	}
	for _, v := range p.Saved {
		q := v.Query
		q.Saved = v.ID
		out = append(out, Tab{v.Name, ReportURL(q), v.N, p.Query.Saved == v.ID, models.CountCap})
	}
	cleared := ReportQuery{State: "cleared"}
	return append(out, Tab{T(ctx, "state.cleared"), ReportURL(cleared), -1, p.isView(cleared), 0})
}

// isView says whether the page shows just this view, whatever its window, order and page.
func (p ReportPage) isView(q ReportQuery) bool {
	same := func(a, b []models.Status) bool {
		a, b = slices.Clone(a), slices.Clone(b)
		slices.Sort(a)
		slices.Sort(b)
		return slices.Equal(a, b)
	}
	state := func(s string) string { return strings.TrimSuffix(s, "open") }
	return p.Query.View == q.View && p.Query.Saved == "" && p.Query.Assigned == q.Assigned && state(p.Query.State) == q.State && same(p.Query.Status, q.Status) &&
		p.Query.Channel == "" && p.Query.Reason == "" && p.Query.Domain == "" && p.Query.Q == "" &&
		p.Query.Customer == "" && p.Query.Connection == "" && p.Query.Kind == "" && p.Query.Outcome == "" && !p.Query.Free
}

func (p ReportPage) ranges(ctx context.Context) []Tab {
	var out []Tab
	for _, days := range []string{"7", "30", "90"} {
		on := p.Query.Range == days+"d" || (days == "30" && p.Query.Range == "" && !p.Query.Dates())
		out = append(out, Tab{Label: N(ctx, "count.days", int(days[0]-'0')*pow10(len(days)-1)), URL: ReportURL(p.Query.InRange(days + "d")), Current: on && !p.Query.Dates()})
	}
	return out
}

func pow10(n int) int {
	out := 1
	for range n {
		out *= 10
	}
	return out
}

// window says which days the list covers.
func (p ReportPage) window(ctx context.Context) string {
	switch {
	case p.Query.Dates() && !p.From.IsZero():
		return T(ctx, "{from} to {to}", "from", p.FullDate(ctx, p.From), "to", p.FullDate(ctx, p.To))
	case p.Query.Range == "7d":
		return T(ctx, "last 7 days")
	case p.Query.Range == "90d":
		return T(ctx, "last 90 days")
	}
	return T(ctx, "last 30 days")
}

// filters says in words what narrows the list: "hard bounce or invalid, last 30 days".
func (p ReportPage) filters(ctx context.Context) string {
	var parts []string
	var statuses []string
	for _, s := range p.Query.Status {
		statuses = append(statuses, strings.ToLower(StatusLabel(ctx, s, models.Email)))
	}
	if len(statuses) > 0 {
		parts = append(parts, orList(ctx, statuses))
	}
	if p.Query.Channel != "" {
		parts = append(parts, strings.ToLower(T(ctx, "channel."+string(p.Query.Channel))))
	}
	if title := p.reasonTitle(); title != "" {
		parts = append(parts, "“"+title+"”")
	}
	if p.Query.Domain != "" {
		parts = append(parts, p.Query.Domain)
	}
	if p.Query.Q != "" {
		parts = append(parts, "“"+p.Query.Q+"”")
	}
	parts = append(parts, p.linked(ctx)...)
	return strings.Join(append(parts, p.window(ctx)), ", ")
}

// FilterNames are the names of what a link narrows the list to.
type FilterNames struct{ Customer, Connection, Assigned string }

// linked says what a link or a view has narrowed the list to.
func (p ReportPage) linked(ctx context.Context) (parts []string) {
	q := p.Query
	for _, part := range []struct{ key, value string }{{"view." + q.View, q.View}, {"view." + q.Assigned, only(q.Assigned, models.Me, models.Nobody)},
		{"state." + q.State, only(q.State, models.ShowWaiting, models.ShowCleared)}, {"outcome." + q.Outcome, q.Outcome}} {
		if part.value != "" {
			parts = append(parts, strings.ToLower(T(ctx, part.key)))
		}
	}
	for _, name := range []string{p.Names.Customer, p.Names.Connection, strings.TrimPrefix(q.Kind, models.None), p.Names.Assigned} {
		if name != "" {
			parts = append(parts, name)
		}
	}
	if q.Free {
		parts = append(parts, T(ctx, "not put off"))
	}
	if q.Kind == models.None {
		parts = append(parts, T(ctx, "of no kind"))
	}
	return parts
}

// only is the value if it is one of these words.
func only(value string, words ...string) string {
	if slices.Contains(words, value) {
		return value
	}
	return ""
}

func (p ReportPage) reasonTitle() string {
	for _, g := range p.Reasons {
		for _, o := range g.Options {
			if o.Value == p.Query.Reason && o.Value != "" {
				return o.Label
			}
		}
	}
	return p.Query.Reason
}

func orList(ctx context.Context, words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + T(ctx, "or") + " " + words[len(words)-1]
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

// about is what a row's notification is about: its own words, or the time it is for.
func (r ReportRow) about(ctx context.Context, b Base) string {
	kind := T(ctx, "channel."+string(r.Channel)+".short")
	if r.About != "" {
		return kind + " · " + r.About
	}
	if !r.DueAt.IsZero() {
		return kind + " · " + T(ctx, "For {time}", "time", b.WeekdayTime(ctx, r.DueAt))
	}
	return kind
}

// badges are what happened, the state first where a person has acted.
func (r ReportRow) badges(ctx context.Context) []Badge {
	var out []Badge
	switch r.State {
	case "queued", "sending", "running", "waiting", "unknown", "cleared", "delivered", "presumed":
		out = append(out, StateBadge(ctx, r.State))
	default:
		out = append(out, StatusBadge(ctx, r.Status, r.Channel))
	}
	if r.Returned {
		out = append(out, StateBadge(ctx, "returned"))
	}
	if r.OurSide {
		out = append(out, StateBadge(ctx, "our_side"))
	}
	if r.OnHold {
		out = append(out, StateBadge(ctx, "on_hold"))
	}
	return out
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
