package views

import (
	"context"
	"net/url"
	"time"

	"undelivered/models"
)

// SuppressionsPage is the list of what providers will not send to: an account's, or with Desk all that
// support may see. Its search is a GET form with list, q, provider, sort.
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
	Unlisted    bool      // its list can't be read
}

// failure says why a list could not be read.
func (c ComparisonLine) failure(ctx context.Context) string {
	if id := "compare." + c.Failed; Has(id) {
		return T(ctx, id, "provider", c.Provider)
	}
	return T(ctx, "{provider} says: “{words}”", "provider", c.Provider, "words", c.Failed)
}

// quiet says of a list how it was compared last, where nothing has to be done about it; empty: something has.
func (c ComparisonLine) quiet(ctx context.Context, b Base) string {
	switch {
	case c.Unlisted:
		return T(ctx, "{provider} does not show its list. Its entries come from its reports.", "provider",
			c.Provider)
	case c.Failed != "" || c.There+c.Here > 0:
		return ""
	case c.At.IsZero():
		return T(ctx, "Not compared with the list of {provider} yet. It is done every night.", "provider",
			c.Provider)
	}
	return T(ctx, "Compared with the list of {provider} {when}: they are the same.", "provider", c.Provider,
		"when", b.Ago(ctx, c.At))
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
	Agreement  bool      // asking needs the customer's agreement
	Needs      string    // why not: key under suppression.needs (agreement, support, change)
	Times      int       // how often it has been listed
	Cleared    time.Time // zero: it is still on the list
	Likely     string    // what the address was probably meant to be
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
		out = append(out,
			Tab{T(ctx, id), p.url(SuppressionQuery{List: list}), p.Counts[list], p.Query.List == list, 0})
	}
	if p.Query.List == "there" || p.Query.List == "here" {
		out = append(out, Tab{T(ctx, "list."+p.Query.List), p.url(p.Query), p.Total, true, 0})
	}
	return out
}

func (p SuppressionsPage) sorts(ctx context.Context) []Option {
	return []Option{
		{"", T(ctx, "Newest first")},
		{"since", T(ctx, "Oldest first")},
		{"dropped", T(ctx, "Most dropped first")},
	}
}

func (p SuppressionsPage) pager(ctx context.Context) Pager {
	return Pager{
		Text:  T(ctx, "Showing {n} of {total}", "n", Count(len(p.Rows)), "total", Count(p.Total)),
		Newer: p.Newer,
		Older: p.Older,
	}
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

// handTo is the customer, for whom a link is meant.
func (r SuppressionRow) handTo(ctx context.Context) string {
	if r.Customer == "" {
		return T(ctx, "the customer")
	}
	return FirstName(r.Customer)
}

func (r SuppressionRow) needs() string {
	if r.Needs == "" {
		return "agreement"
	}
	return r.Needs
}

// SuppressionQuery is the state of a list of suppressions as its address says it.
type SuppressionQuery struct {
	List     string // bounce, complaint, unsubscribe, asked; empty: all
	Q        string
	Provider string
	Sort     string // -since (newest first, the default), since, dropped
	After    string
	Before   string
}

// Values is the query as the fields of an address.
func (q SuppressionQuery) Values() url.Values {
	return filled(map[string]string{"list": q.List, "q": q.Q, "provider": q.Provider, "sort": q.Sort,
		"after": q.After, "before": q.Before})
}
