package views

import (
	"context"
	"net/url"
	"strconv"

	"undelivered/models"
	"undelivered/models/report"
)

// BulkQuestion is the dry run before many are resent or cleared.
//
// POST /undelivered/resend: request_id, the fields of the query (or id, many; all=1), instead (many), and
// of=, sends= with the numbers shown · POST /undelivered/clear: the same with outcome, and count when
// TypeCount · of a check POST /bulk/{id}/start: request_id, count, instead · /bulk/{id}/cancel.
type BulkQuestion struct {
	Base
	Query     report.Filter
	Job       string // of a check that is to be confirmed
	Total     int    // that are chosen
	Send      int    // that will be sent
	Check     bool   // too many to say at once: they are checked first
	LeftOut   []LeftOut
	Ways      []OtherWays
	SendURL   string // shows those that are sent
	TypeCount bool   // the person types the number
	Count     string // typed already
	Outcome   string
	Warning   string // a key of the catalogue: the complaint rate is near its limit
	Show      string // what Rows are: sent, a channel, or a guard
	Rows      []BulkRow
	Errors    Errors
}

// OtherWays is what may go by the customer's other channel, or does when On.
type OtherWays struct {
	Channel models.Channel
	On      bool
	Sent    int // of those that are sent
	Out     int // of those that are left out otherwise
	Parts   int // of texts, as networks count them
	URL     string
}

// LeftOut is one reason for refusing some of many.
type LeftOut struct {
	Guard models.Guard
	N     int
	URL   string // shows these
}

// fields are the query as hidden fields; chosen rows by their ids.
func (q BulkQuestion) fields() url.Values {
	v := q.Query.Values()
	for _, name := range []string{"after", "before", "per", "sort"} {
		v.Del(name)
	}
	if len(q.Query.IDs) > 0 {
		return url.Values{"id": v["id"]}
	}
	return v
}

type hiddenField struct{ name, value string }

func (q BulkQuestion) hidden() []hiddenField {
	var out []hiddenField
	v := q.fields()
	for _, name := range sortedKeys(v) {
		for _, value := range v[name] {
			out = append(out, hiddenField{name, value})
		}
	}
	return out
}

func (q BulkQuestion) action() string {
	if q.Job != "" {
		return BulkStartURL(q.Job)
	}
	return BulkResendURL()
}

// byAddress are those that go to the address that failed, or to the one on file now.
func (q BulkQuestion) byAddress() int {
	n := q.Send
	for _, w := range q.Ways {
		if w.On {
			n -= w.Sent
		}
	}
	return n
}

// says is the second line of the box: how many it is about.
func (w OtherWays) says(ctx context.Context, q BulkQuestion) string {
	text := N(ctx, "bulk.way_some", q.Send, "e", Count(w.Sent))
	switch {
	case w.Sent == 0 && (w.Out == 0 || w.On):
		return T(ctx, "None of these notifications")
	case w.Sent == 0:
		return N(ctx, "bulk.way_only_out", w.Out)
	case w.Out > 0 && !w.On:
		return text + ", " + N(ctx, "bulk.way_out", w.Out)
	}
	return text
}

// resendTitle is the question: how many of those that were chosen go out.
func (q BulkQuestion) resendTitle(ctx context.Context) string {
	switch {
	case q.Send > 0:
		return N(ctx, "bulk.question", q.Total, "a", Count(q.Send))
	case q.sendable():
		return N(ctx, "bulk.question_way", q.Total)
	}
	return N(ctx, "bulk.question_none", q.Total)
}

// shows names the rows that are shown; asks: nothing has been confirmed yet.
func shows(ctx context.Context, show string, asks bool) string {
	switch {
	case show == "":
		return T(ctx, "Every notification")
	case show == "sent" && asks:
		return T(ctx, "bulk.show.ready")
	case show == "sent":
		return T(ctx, "bulk.show.sent")
	case models.Channel(show).Valid():
		return T(ctx, "bulk.show."+show)
	}
	return T(ctx, "Left out: {why}", "why", T(ctx, "guard."+show+".few"))
}

func (q BulkQuestion) back() string {
	query := q.Query
	query.IDs, query.All = nil, false
	return ReportURL(query)
}

func (q BulkQuestion) count(ctx context.Context, n int) Field {
	return Field{
		Name:      "count",
		Label:     T(ctx, "Type {n} to confirm", "n", strconv.Itoa(n)),
		Value:     q.Count,
		InputMode: "numeric",
	}.With(q.Errors)
}

func (q BulkQuestion) outcome(ctx context.Context) Field {
	return Field{
		Name:    "outcome",
		Label:   T(ctx, "Why are you clearing them?"),
		Value:   q.Outcome,
		Options: outcomeOptions(ctx),
	}.With(q.Errors)
}

// sendable says whether anything can be sent, as it is or by the other channel.
func (q BulkQuestion) sendable() bool {
	n := q.Send
	for _, w := range q.Ways {
		n += w.Out
	}
	return n > 0
}

func (q BulkQuestion) verb(ctx context.Context) string {
	if q.Send == 0 {
		return T(ctx, "Resend")
	}
	return T(ctx, "Resend {a}", "a", Count(q.Send))
}

func number(n int) string { return strconv.Itoa(n) }
