package views

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/report"
)

// AnalysisPage is the failure analysis in one of its five tables.
type AnalysisPage struct {
	Base
	By    string // reason, domain, provider, day, kind
	Range string // 7d, 30d, 90d; empty: 30d
	Rows  []AnalysisRow
	More  int // rows beyond those shown
	Days  []DayCount
	// Domains are the sending domains; each is asked about after the page is there.
	Domains []string
	Worth   []WorthLook
	// Outcomes are how cleared notifications ended, by the outcome's word.
	Outcomes []AnalysisRow
}

// AnalysisRow is one line of the table.
type AnalysisRow struct {
	Name      string
	URL       string // the report with exactly this filter; empty: none
	BeforeURL string // the report of those before
	Status    models.Status
	Channel   models.Channel
	Now       int
	Before    int
	FixedURL  string
	Fixed     int // beside those now: resent and delivered, or cleared
	Sent      int // 0: not known
	Delivered int
	Meant     string // by domain: what it was probably meant to be
}

// DomainCheck is what the records of a sending domain say.
type DomainCheck struct {
	Domain    string
	CheckedAt time.Time
	Lines     []CheckLine
	Record    string // that is missing
}

// WorthLook is something that stands out.
type WorthLook struct{ Bold, Text, URL, LinkText string }

// DomainPage is the check of one sending domain. POST /analysis/domains/{domain}/check: request_id.
type DomainPage struct {
	Base
	Check DomainCheck
}

func (p AnalysisPage) ranges(ctx context.Context) []Tab {
	shown := p.WindowDays
	for days, word := range rangeWords {
		if p.Range == word {
			shown = days
		}
	}
	return p.rangeTabs(ctx, shown, false, func(word string) string { return AnalysisURL(p.By, word) })
}

func (p AnalysisPage) tabs(ctx context.Context) []Tab {
	var out []Tab
	for _, by := range report.Analyses {
		out = append(out, Tab{T(ctx, "by."+by), AnalysisURL(by, p.Range), -1, p.by() == by, 0})
	}
	return out
}

func (p AnalysisPage) by() string {
	if p.By == "" {
		return "reason"
	}
	return p.By
}

func (p AnalysisPage) largest() int {
	largest := 0
	for _, r := range p.Rows {
		largest = max(largest, r.Now)
	}
	return largest
}

// compared says whether the table has the columns of before and of what has been put right.
func (p AnalysisPage) compared() bool { return p.by() != "day" }

// withSent says whether the table has the columns of what was sent.
func (p AnalysisPage) withSent() bool {
	for _, r := range p.Rows {
		if r.Sent > 0 {
			return true
		}
	}
	return false
}

func (r AnalysisRow) badge(ctx context.Context) Badge {
	c := r.Channel
	if c == "" {
		c = models.Email
	}
	return StatusBadge(ctx, r.Status, c)
}

func (p AnalysisPage) hasSide() bool {
	return len(p.Domains) > 0 || len(p.Worth) > 0 || len(p.Outcomes) > 0
}

// columns are the titles of the numbers; values are the numbers of a row, in the same order.
func (p AnalysisPage) columns() []string {
	out := []string{"Now"}
	if p.compared() {
		out = append(out, "Before", "Fixed")
	}
	if p.withSent() {
		out = append(out, "Of sent", "Delivered")
	}
	return out
}

func (p AnalysisPage) values(r AnalysisRow) []string {
	out := []string{Count(r.Now)}
	if p.compared() {
		out = append(out, Count(r.Before), WholePercent(r.Fixed, r.Fixed+r.Now))
	}
	if p.withSent() {
		out = append(out, Percent(r.Now, r.Sent), Percent(r.Delivered, r.Sent))
	}
	return out
}

// link is where a number of a row leads, beside its name; empty: nowhere.
func (p AnalysisPage) link(r AnalysisRow, column int) string {
	if p.columns()[column] == "Before" && r.Before > 0 {
		return r.BeforeURL
	}
	if p.columns()[column] == "Fixed" && r.Fixed > 0 {
		return r.FixedURL
	}
	return ""
}

// name is a row's name; a row without one says so.
func (p AnalysisPage) name(ctx context.Context, r AnalysisRow) string {
	if r.Name == "" {
		return T(ctx, "Not given")
	}
	if day, err := time.ParseInLocation(time.DateOnly, r.Name, p.local(p.Now).Location()); p.by() == "day" &&
		err == nil {
		return p.Weekday(ctx, day)
	}
	return r.Name
}
