package views

import (
	"context"
	"strings"
	"time"

	"undelivered/models"
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
	var out []Tab
	for i, window := range []string{"7d", "30d", "90d"} {
		current := p.Range == window || (p.Range == "" && window == "30d")
		out = append(out, Tab{Label: N(ctx, "count.days", []int{7, 30, 90}[i]), URL: AnalysisURL(p.By, window), Current: current})
	}
	return out
}

func (p AnalysisPage) tabs(ctx context.Context) []Tab {
	var out []Tab
	for _, by := range models.Analyses {
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

func (p AnalysisPage) window() string {
	if p.Range == "" {
		return "30d"
	}
	return p.Range
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

// ActivityPage is the audit log, newest first. Its filters are a GET form: person, kind, from, to.
type ActivityPage struct {
	Base
	Query  ActivityQuery
	Desk   bool // across the accounts that granted access
	People []Option
	Kinds  []Option
	Rows   []ActivityRow
	Errors Errors
	Newer  string
	Older  string
}

// ActivityRow is one line of the log. Action is the store's word (notification.clear); the catalogue has its sentence.
type ActivityRow struct {
	At        time.Time
	Person    string
	Support   bool
	Account   string // across accounts
	Action    string
	Object    string
	ObjectURL string
	Before    string
	After     string
	Reason    string
	Network   string
}

func (p ActivityPage) url(q ActivityQuery) string {
	if p.Desk {
		return at("/support/activity", q.Values())
	}
	return ActivityURL(q)
}

func (r ActivityRow) action(ctx context.Context) string {
	if id := "audit." + r.Action; Has(id) {
		return T(ctx, id)
	}
	return r.Action
}

// object is what was acted on, a number as people write it.
func (p ActivityPage) object(r ActivityRow) string {
	if strings.HasPrefix(r.Object, "+") {
		return p.Phone(r.Object)
	}
	return r.Object
}

// detail is what was before and after, in the words of the catalogue where they are codes.
func (r ActivityRow) detail(ctx context.Context) string {
	text, before, after := "", r.word(ctx, r.Before), r.word(ctx, r.After)
	switch {
	case r.Before != "" && r.After != "" && r.Before != r.After:
		text = T(ctx, "Before: {before}. Now: {after}.", "before", before, "after", after)
	case r.After != "":
		text = upperFirst(after) + "."
	case r.Before != "":
		text = T(ctx, "Before: {before}.", "before", before)
	}
	if Has("lift." + r.Reason) {
		return strings.TrimSpace(text + " " + T(ctx, "lift."+r.Reason) + ".")
	}
	if r.Reason != "" {
		text += " “" + r.Reason + "”"
	}
	return text
}

// word is the word of a code; those of clear requests come from their own table first.
func (r ActivityRow) word(ctx context.Context, code string) string {
	if id := "request." + code; strings.HasPrefix(r.Action, "request.") && Has(id) {
		return T(ctx, id, "provider", T(ctx, "the provider"))
	}
	return Word(ctx, code)
}

// Word is the word of a code of any table: an outcome, a cause, a role, a state, a way to agree; else the code itself.
func Word(ctx context.Context, code string) string {
	if past := "outcome." + code + ".past"; Has(past) {
		return upperFirst(T(ctx, past))
	}
	for _, table := range []string{"cause.", "role.", "how.", "state.", "status.", "lift.", "request.", "suppression."} {
		if Has(table + code) {
			return T(ctx, table+code)
		}
	}
	return code
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
	return ""
}

// name is a row's name; a row without one says so.
func (p AnalysisPage) name(ctx context.Context, r AnalysisRow) string {
	if r.Name == "" {
		return T(ctx, "Not given")
	}
	if day, err := time.ParseInLocation(time.DateOnly, r.Name, p.local(p.Now).Location()); p.by() == "day" && err == nil {
		return p.Weekday(ctx, day)
	}
	return r.Name
}
