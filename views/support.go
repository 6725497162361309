package views

import (
	"context"
	"strconv"
	"time"

	"undelivered/models"
)

// RequestsPage is the queue of clear requests with one of them open beside it.
//
// Forms of the open request, besides request_id and version: POST …/approve: note, resend=1 · …/decline: note
// · …/ask: note · …/done: note, result=done|refused.
type RequestsPage struct {
	Base
	List   string // waiting (or empty), mine, by_hand, done, declined
	Counts map[string]int
	Rows   []RequestRow
	Open   *RequestView
	Gone   bool // what was asked for is not there, or its account does not let support in any more
}

// RequestRow is one request in the queue.
type RequestRow struct {
	ID      string
	Address string
	Channel models.Channel
	Account string
	Kind    string // as SuppressionRow
	At      time.Time
	State   string
}

// RequestView is one request with all that the decision needs.
type RequestView struct {
	RequestRow
	Version    int
	Number     string
	CustomerID string
	Customer   string
	Story      Story  // what happened
	Quote      string // the agreement or the reason, word for word
	ByReason   bool   // it is a reason, no agreement
	Recorded   string // "Recorded by Helen Marsh, Manager, on 19 Nov 2026 at 15:12. Confirmed by phone …"
	Checks     []CheckLine
	Facts      []Fact
	AskedBy    string // name
	Own        bool   // asked by the person who looks: somebody else has to approve it
	Question   string // asked back, for the one who asked to answer
	Answered   bool
	Offer      Offer // what was dropped, and can be sent again
	MayOpen    bool  // the customer's page can be opened from here
	Declining  bool  // the decision that was chosen
	Dropped    int
	ByHand     string // the text for the provider's support
	Provider   string
	Answer     string
	Earlier    []RequestLine
	Barred     bool      // only support decides it, and this person is not support
	Lapses     time.Time // when nobody acts; zero: it does not
	ToCustomer bool      // the text to be done by hand is for the customer
	Waits      bool      // for the customer's own confirmation: it can't be approved yet
	// somebody else approves it; else it goes on by itself once the customer has confirmed
	Second     bool
	Link       string // the customer's own confirmation is waited for by it; staff hand it over
	NoClearing string // why we can't take the entry off the list ourselves; empty: we can
	Poll       int    // how often the page has refreshed itself
	Next       string // id of the request after it in the queue; empty: it is the last
	Note       string
	Errors     Errors
}

// CheckLine is one thing that we have looked at: State is ok, warn or no.
type CheckLine struct{ State, Bold, Text string }

// Fact is one line of a list of facts.
type Fact struct{ Name, Value string }

// RequestLists are the lists of the queue, in order.
var RequestLists = []string{"waiting", "mine", "by_hand", "done", "declined"}

func (p RequestsPage) tabs(ctx context.Context) []Tab {
	var out []Tab
	for _, list := range RequestLists {
		url := list
		if list == "waiting" {
			url = ""
		}
		out = append(out, Tab{
			T(ctx, "queue."+list),
			RequestsURL(url),
			p.Counts[list],
			p.List == list || (p.List == "" && list == "waiting"),
			0,
		})
	}
	return out
}

// choosing says that support's look into an account is the person's own act.
func (p RequestsPage) choosing(ctx context.Context) string {
	if p.Role != models.Support {
		return ""
	}
	return T(ctx, "Opening one is a look into its account, and is recorded there as support’s.")
}

func (c CheckLine) icon() string {
	switch c.State {
	case "ok":
		return "circle-check"
	case "warn":
		return "triangle-alert"
	}
	return "circle-alert"
}

func (r RequestView) note(ctx context.Context) Field {
	return Field{
		ID:    "q-note",
		Name:  "note",
		Label: T(ctx, "Message to {person}", "person", FirstName(r.AskedBy)),
		Note:  T(ctx, "(optional when approving)"),
		Rows:  3,
		Value: r.Note,
	}.With(r.Errors)
}

// footOf names a request and says how long it waits, or since when it is there.
func (p RequestsPage) footOf(ctx context.Context, r RequestView) string {
	if r.State == "requested" || r.State == "by_hand" {
		text := T(ctx, "Request {number}, waiting {time}", "number", r.Number, "time",
			Span(ctx, p.Now.Sub(r.At)))
		if !r.Lapses.IsZero() {
			text += ". " + T(ctx, "It lapses on {date} if nobody acts.", "date", p.LongDate(ctx, r.Lapses))
		}
		return text
	}
	return T(ctx, "Request {number}, asked {when}", "number", r.Number, "when", p.When(ctx, r.At))
}

// handTo is the customer, for whom a link is meant.
func (r RequestView) handTo(ctx context.Context) string {
	return SuppressionRow{Customer: r.Customer}.handTo(ctx)
}

func (r RequestView) quoteTitle(ctx context.Context) string {
	if r.ByReason {
		return T(ctx, "Why it works now")
	}
	return T(ctx, "The customer’s confirmation")
}

// afterwards says what happens once the customer has confirmed.
func (r RequestView) afterwards(ctx context.Context) string {
	if r.Second {
		return T(ctx, "It can be approved once they have. The link is handed over by staff.")
	}
	return T(ctx, "It goes on by itself once they have. The link is handed over by staff.")
}

// skip leads to the next request of the queue, after the last one to the queue itself.
func (r RequestView) skip() string {
	if r.Next == "" {
		return RequestsURL("")
	}
	return RequestURL(r.Next)
}

// approving says what an approval does.
func (r RequestView) approving(ctx context.Context) string {
	if r.NoClearing != "" {
		return r.NoClearing + " " + T(
			ctx,
			"We prepare the text for its support, and somebody removes the entry by hand. Only then the "+
				"address is opted in again.",
		)
	}
	if r.Customer == "" {
		return T(ctx, "We remove the entry at {provider} and opt the address in again.", "provider",
			r.Provider)
	}
	return T(ctx, "We remove the entry at {provider} and opt {name} in again.", "provider", r.Provider,
		"name", FirstName(r.Customer))
}

// underWay says whether a clear request is in the hands of a worker: its page follows what happens.
func underWay(state string) bool { return state == "approved" || state == "running" }

func (r RequestView) pollURL() string { return RequestURL(r.ID) + "?poll=" + strconv.Itoa(r.Poll+1) }
