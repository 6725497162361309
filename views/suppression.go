package views

import (
	"context"
	"strconv"
	"time"
)

// SuppressionPage is one entry, with its requests and the form to ask for clearing it.
//
// POST /suppressions/{id}/ask: request_id and, after a bounce, reason and checked=1; after a complaint or an
// opt-out by, how, date, for, note, sure=1.
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
	Poll       int      // how often the page has refreshed itself
}

func (p SuppressionPage) pollURL() string {
	return SuppressionURL(p.ID) + "?poll=" + strconv.Itoa(p.Poll+1)
}

// RequestLine is one earlier or present request of an entry.
type RequestLine struct {
	ID, State, Person string
	At                time.Time
	Answer            string
	Question          string // asked back and not answered yet
	Asked             string // by whom
	ListedAgain       time.Time
	Times             int       // which listing in a row that was
	Lapses            time.Time // when nobody acts; zero: it does not
	ReadBack          time.Time // the list was read again, and the entry was gone
	Proven            time.Time // by the next delivery
	Link              string    // the customer's own confirmation is waited for by it; staff hand it over
}

// AskForm is what a request needs.
type AskForm struct {
	Consent     bool   // the customer's agreement, not just a reason
	ByHand      string // why a person has to clear it at the provider; empty: we do
	Approval    bool   // somebody else has to approve it
	SupportOnly bool   // and that is support: it has happened before
	After       time.Time
	Values      map[string]string
	Errors      Errors
}

// since says from when, and if it is over until when, the provider sent nothing.
func (p SuppressionPage) since(ctx context.Context) string {
	if p.Cleared.IsZero() {
		return T(ctx, "{provider} has not sent to it since {date}.", "provider", p.Provider, "date",
			p.LongDate(ctx, p.Since))
	}
	return T(ctx, "{provider} had it on its list from {from} to {to}.", "provider", p.Provider, "from",
		p.LongDate(ctx, p.Since), "to", p.LongDate(ctx, p.Cleared))
}

func (p SuppressionPage) consent() OptInForm {
	return OptInForm{Values: p.Ask.Values, Errors: p.Ask.Errors, After: p.Ask.After, Channel: p.Channel}
}

func (p SuppressionPage) reasonField(ctx context.Context) Field {
	return Field{
		Name:  "reason",
		Label: T(ctx, "Why does it work now?"),
		Hint:  T(ctx, "At least 10 characters. It can’t be changed later."),
		Rows:  3,
		Value: p.Ask.Values["reason"],
	}.With(p.Ask.Errors)
}

func (p SuppressionPage) checkedField(ctx context.Context) Field {
	return Field{
		Name:  "checked",
		Label: T(ctx, "I have checked that the address is right."),
		Value: p.Ask.Values["checked"],
	}.With(p.Ask.Errors)
}

func (p SuppressionPage) askFields(ctx context.Context) []Field {
	if p.Ask.Consent {
		return p.consent().inOrder(ctx, p.Base)
	}
	return []Field{p.reasonField(ctx), {Name: "checked"}}
}
