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
		return T(ctx, "{provider} does not show its list. Its entries come from its reports.", "provider", c.Provider)
	case c.Failed != "" || c.There+c.Here > 0:
		return ""
	case c.At.IsZero():
		return T(ctx, "Not compared with the list of {provider} yet. It is done every night.", "provider", c.Provider)
	}
	return T(ctx, "Compared with the list of {provider} {when}: they are the same.", "provider", c.Provider, "when", b.Ago(ctx, c.At))
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
	Times             int       // the how-manieth listing that was
	Lapses            time.Time // when nobody acts; zero: it does not
	ReadBack          time.Time // the list was read again, and the entry was gone
	Proven            time.Time // by the next delivery
	Link              string    // the customer's own confirmation is waited for by it; staff hand it over
}

// AskForm is what a request needs.
type AskForm struct {
	Consent     bool // the customer's agreement, not just a reason
	ByHand      bool // the provider has no interface for it
	Approval    bool // somebody else has to approve it
	SupportOnly bool // and that is support: it has happened before
	After       time.Time
	Values      map[string]string
	Errors      Errors
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

func (p SuppressionPage) checkedField(ctx context.Context) Field {
	return Field{Name: "checked", Label: T(ctx, "I have checked that the address is right."), Value: p.Ask.Values["checked"]}.With(p.Ask.Errors)
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
