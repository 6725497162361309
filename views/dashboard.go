package views

import (
	"context"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/report"
)

// DashboardPage is the first page: the number, then what to do.
type DashboardPage struct {
	Base
	Since    time.Time // start of the standard window
	Query    report.Filter
	Total    int // the number
	Sent     int
	Previous int // the number of the 30 days before
	Email    ChannelCount
	SMS      ChannelCount
	Days     []DayCount
	Todo     []Todo // the most urgent first, at most 5
	More     int    // suggestions beyond these
	Statuses map[models.Status]int
	Reasons  []ReasonCount
	Domains  []DomainCount
	Feeds    []Feed
	// Unconnected is set while the account has no connection and no notification: the page then says how to
	// begin.
	Unconnected bool
	// Silent: no report has ever arrived, so that 0 says nothing.
	Silent bool
}

// ChannelCount is what failed of what was sent by one channel.
type ChannelCount struct{ Undelivered, Sent int }

// Todo is one thing to do. Kind picks its words and its picture (todoLooks); Name is the domain or the
// connection.
type Todo struct {
	Kind string
	N    int
	Name string
	Like string // for mistyped addresses: "gmail.com for gmial.com"
	Of   int    // of how many sent, for complaints
	URL  string // empty: nothing that this person can do
}

// ReasonCount is how often one reason occurs.
type ReasonCount struct {
	Reason models.Reason
	Status models.Status
	N      int
	URL    string
}

// DomainCount is how often one domain fails.
type DomainCount struct {
	Domain string
	N      int
	Sent   int
	Meant  string // the domain that was probably meant
}

// Feed is one connection: whether its delivery reports arrive.
type Feed struct {
	ID      string
	Name    string
	UsedFor string
	State   string // receiving, quiet, unused, refused, stopped
	Last    time.Time
}

var todoLooks = map[string]look{
	"unused":           {"amber", "plug"},
	"our_side":         {"red", "wrench"},
	"reports_stopped":  {"red", "plug"},
	"connection_fault": {"red", "plug"},
	"due":              {"red", "calendar"},
	"mistyped":         {"red", "at-sign"},
	"mistyped_seen":    {"red", "at-sign"},
	"ready":            {"amber", "hourglass"},
	"complaints":       {"plum", "flag"},
	"complaint_rate":   {"plum", "flag"},
	"complaint_stop":   {"plum", "flag"},
	"unknown":          {"", "circle-question-mark"},
	"wishes":           {"red", "message-square"},
	"spf":              {"", "shield-alert"},
	"dkim":             {"", "shield-alert"},
	"dmarc":            {"", "shield-alert"},
}

func (t Todo) title(ctx context.Context) string {
	return t.counted(N(ctx, "todo."+t.Kind, t.N, "name", t.Name, "rate", Percent(t.N, t.Of)))
}

// counted says "10,000+" where counting has stopped.
func (t Todo) counted(text string) string {
	if t.N <= report.CountCap {
		return text
	}
	return strings.Replace(text, Count(t.N), CountUpTo(t.N, report.CountCap), 1)
}

func (t Todo) text(ctx context.Context) string {
	if t.Kind == "mistyped" && t.Like == "" {
		return N(ctx, "todo.mistyped.text.plain", t.N)
	}
	return N(ctx, "todo."+t.Kind+".text", t.N, "name", t.Name, "like", t.Like)
}

func (t Todo) button(ctx context.Context) string {
	return t.counted(N(ctx, "todo."+t.Kind+".button", t.N))
}

// familyTotal is the count of all statuses of a family.
func (p DashboardPage) familyTotal(f models.Family) int {
	total := 0
	for _, s := range StatusesOf(f) {
		total += p.Statuses[s]
	}
	return total
}

func (p DashboardPage) largestFamily() int {
	largest := 0
	for _, f := range Families {
		largest = max(largest, p.familyTotal(f))
	}
	return largest
}

func (p DashboardPage) largestReason() int {
	largest := 0
	for _, r := range p.Reasons {
		largest = max(largest, r.N)
	}
	return largest
}

// only is the query of the number with one channel or some statuses.
func (p DashboardPage) only(c models.Channel, s ...models.Status) string {
	q := p.Query
	q.Channel, q.Statuses = c, s
	return ReportURL(q)
}

// feedQuiet is for how long a connection has been quiet.
func (p DashboardPage) feedQuiet(ctx context.Context, f Feed) string {
	return Span(ctx, p.Now.Sub(f.Last))
}
