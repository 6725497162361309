package views

import (
	"context"
	"time"

	"undelivered/models"
)

// SuppressionsPage is the list of what providers will not send to: an account's, or with Desk all that support may
// see. Its search is a GET form with list, q, provider, sort.
type SuppressionsPage struct {
	Base
	Query       SuppressionQuery
	Desk        bool
	Counts      map[string]int // by list: "" is all, bounce, complaint, unsubscribe, asked
	Providers   []Option
	Rows        []SuppressionRow
	Total       int
	Newer       string
	Older       string
	MayCompare  bool // a connection's provider shows its own list
	Comparisons []ComparisonLine
}

// ComparisonLine is what the last comparison of one connection's list with ours has found.
type ComparisonLine struct {
	Provider    string
	At          time.Time // zero: never
	Failed      string    // why the last one could not be made
	There, Here int       // only there; only here
}

// SuppressionRow is one entry on a provider's list.
type SuppressionRow struct {
	ID         string
	Address    string
	Channel    models.Channel
	CustomerID string
	Customer   string
	Account    string // for support
	Kind       string // bounce, complaint, unsubscribe, stop, invalid, manual
	Reason     string // in words
	Provider   string
	Since      time.Time
	Dropped    int    // notifications dropped because of it
	Request    string // state of the newest clear request; empty: none
	RequestID  string
	MayAsk     bool
	Agreement  bool   // asking needs the customer's agreement
	Needs      string // why not: key under suppression.needs (agreement, support, change)
	Times      int    // how often it has been listed
	Cleared    bool   // it is not on the list any more
}

// SuppressionPage is one entry, with its requests and the form to ask for clearing it.
//
// POST /suppressions/{id}/ask: request_id and, after a bounce, reason and checked=1; after a complaint or an opt-out
// by, how, date, for, note, sure=1.
type SuppressionPage struct {
	Base
	SuppressionRow
	List       string // the provider's name of its list
	Source     string // who told the provider
	Words      string // the provider's own reason
	SeenAt     time.Time
	CausedBy   AlsoRow // the notification that caused it; empty ID: not known
	DroppedNow []AlsoRow
	Offer      Offer // of those, what is ready to be sent again
	Requests   []RequestLine
	Ask        *AskForm // nil: it can't be asked for now
}

// RequestLine is one earlier or present request of an entry.
type RequestLine struct {
	ID, State, Person string
	At                time.Time
	Answer            string
	Question          string // asked back and not answered yet
	Asked             string // by whom
	ListedAgain       time.Time
	ReadBack          time.Time // the list was read again, and the entry was gone
	Proven            time.Time // by the next delivery
}

// AskForm is what a request needs.
type AskForm struct {
	Consent  bool // the customer's agreement, not just a reason
	ByHand   bool // the provider has no interface for it
	Approval bool // somebody else has to approve it
	After    time.Time
	Values   map[string]string
	Errors   Errors
}

// SuppressionLists are the lists of the page, in order.
var SuppressionLists = []string{"", "bounce", "complaint", "unsubscribe", "asked"}

func (p SuppressionsPage) url(q SuppressionQuery) string {
	if p.Desk {
		return SupportSuppressionsURL(q)
	}
	return SuppressionsURL(q)
}

func (p SuppressionsPage) tabs(ctx context.Context) []Tab {
	var out []Tab
	for _, list := range SuppressionLists {
		id := "list." + list
		if list == "" {
			id = "list.all"
		}
		out = append(out, Tab{T(ctx, id), p.url(SuppressionQuery{List: list}), p.Counts[list], p.Query.List == list, 0})
	}
	if p.Query.List == "there" || p.Query.List == "here" {
		out = append(out, Tab{T(ctx, "list."+p.Query.List), p.url(p.Query), p.Total, true, 0})
	}
	return out
}

func (p SuppressionsPage) sorts(ctx context.Context) []Option {
	return []Option{{"", T(ctx, "Newest first")}, {"since", T(ctx, "Oldest first")}, {"dropped", T(ctx, "Most dropped first")}}
}

func (p SuppressionsPage) pager(ctx context.Context) Pager {
	return Pager{Text: T(ctx, "Showing {n} of {total}", "n", Count(len(p.Rows)), "total", Count(p.Total)), Newer: p.Newer, Older: p.Older}
}

func (p SuppressionPage) consent() OptInForm {
	return OptInForm{Values: p.Ask.Values, Errors: p.Ask.Errors, After: p.Ask.After, Channel: p.Channel}
}

func (p SuppressionPage) reasonField(ctx context.Context) Field {
	return Field{Name: "reason", Label: T(ctx, "Why does it work now?"), Hint: T(ctx, "At least 10 characters. It can’t be changed later."), Rows: 3, Value: p.Ask.Values["reason"]}.With(p.Ask.Errors)
}

func (p SuppressionPage) askFields(ctx context.Context) []Field {
	if p.Ask.Consent {
		return p.consent().inOrder(ctx, p.Base)
	}
	return []Field{p.reasonField(ctx), {Name: "checked"}}
}

func (p SuppressionsPage) nav() string {
	if p.Desk {
		return "all-suppressions"
	}
	return "suppressions"
}

func (p SuppressionsPage) title(ctx context.Context) string {
	if p.Desk {
		return T(ctx, "All suppressions")
	}
	return T(ctx, "Suppressions")
}

func (r SuppressionRow) needs() string {
	if r.Needs == "" {
		return "agreement"
	}
	return r.Needs
}
