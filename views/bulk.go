package views

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"undelivered/models"
)

// BulkQuestion is the dry run before many are resent or cleared.
//
// POST /undelivered/resend: request_id, the fields of the query (or id, many; all=1), instead (many), and of=, sends=
// with the numbers shown · POST /undelivered/clear: the same with outcome, and count when TypeCount · of a check
// POST /bulk/{id}/start: request_id, count, instead · /bulk/{id}/cancel.
type BulkQuestion struct {
	Base
	Query     ReportQuery
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

// BulkPage is the progress and the result of many at once.
// POST /bulk/{id}/pause, /resume, /undo: request_id. Poll counts how often it has refreshed itself.
type BulkPage struct {
	Base
	ID       string
	Kind     string // resend, clear
	State    string // checking, checked, running, paused, done, stopped, undoing, undone
	Person   string
	At       time.Time
	Total    int
	Done     int // worked off
	Sent     int // queued or cleared
	LeftOut  []LeftOut
	Ways     []OtherWays
	Rows     []BulkRow
	Show     string // what Rows are: sent, a channel, or a guard; empty: all
	Poll     int
	PollURL  string
	ThisURL  string
	AllURL   string // of all rows
	Newer    string
	Older    string
	Problem  string // why it stopped
	UndoTill time.Time
	Question BulkQuestion // of a check that is done
}

// BulkRow is the result of one item.
type BulkRow struct {
	ID       string
	Title    string
	Customer string
	State    string       // ready, waiting, sent, cleared, refused, undone
	Guard    models.Guard // why it was refused
	Way      models.Channel
	Now      string // of what was sent: where it stands by now
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
	return Field{Name: "count", Label: T(ctx, "Type {n} to confirm", "n", strconv.Itoa(n)), Value: q.Count, InputMode: "numeric"}.With(q.Errors)
}

func (q BulkQuestion) outcome(ctx context.Context) Field {
	return Field{Name: "outcome", Label: T(ctx, "Why are you clearing them?"), Value: q.Outcome, Options: outcomeOptions(ctx)}.With(q.Errors)
}

func (p BulkPage) running() bool {
	return p.State == "running" || p.State == "undoing" || p.State == "checking"
}

// check says whether nothing has been confirmed yet.
func (p BulkPage) check() bool { return p.State == "checking" || p.State == "checked" }

func (p BulkPage) title(ctx context.Context) string {
	if p.check() {
		return T(ctx, "bulk.ask."+p.Kind)
	}
	return T(ctx, "bulk."+p.Kind)
}

// undo says whether it can still be taken back as a whole.
func (p BulkPage) undo() bool { return p.UndoTill.After(p.Now) }

// says is where it stands, in one sentence.
func (p BulkPage) says(ctx context.Context) string {
	values := []any{"done", Count(p.Done), "total", Count(p.Total), "sent", Count(p.Sent), "out", Count(p.leftOut())}
	if p.check() {
		return T(ctx, "bulk.progress."+p.State, values...)
	}
	return T(ctx, "bulk.progress."+p.Kind, values...)
}

// shown is how many items the rows are part of.
func (p BulkPage) shown() int {
	switch {
	case p.Show == "":
		return p.Total
	case p.Show == "sent" && p.check():
		return p.Sent
	case p.Show == "sent":
		return p.Total - p.leftOut()
	}
	for _, w := range p.Ways {
		if string(w.Channel) == p.Show {
			return w.Sent
		}
	}
	for _, l := range p.LeftOut {
		if string(l.Guard) == p.Show {
			return l.N
		}
	}
	return len(p.Rows)
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

func (p BulkPage) leftOut() int {
	n := 0
	for _, l := range p.LeftOut {
		n += l.N
	}
	return n
}

func (r BulkRow) badge(ctx context.Context) Badge {
	switch r.Now {
	case "waiting", "delivered", "presumed", "unknown", "cleared":
		return StateBadge(ctx, r.Now)
	case "failed":
		return StateBadge(ctx, "returned")
	}
	tone := map[string]look{"ready": {"blue", "send"}, "sent": {"blue", "send"}, "cleared": {"plain", "check"}, "refused": {"red", "x"}, "undone": {"plain", "undo-2"}}
	return badgeOf(ctx, tone, "bulk.", r.State)
}

// ImportPage is the round trip of a corrected CSV: upload, preview, result.
//
// POST /import (multipart): request_id, file · POST /import/{id}/apply: request_id, resend=1.
type ImportPage struct {
	Base
	ID      string // of the file that was checked; empty: none yet
	Rows    []ImportRow
	Total   int
	Changes int
	Done    int // changes that are made
	Wrong   int
	Applied bool
	Resend  ReportQuery // what can be resent after it
	OnlyBad bool        // Rows are those that can't be taken
	Newer   string
	Older   string
	Errors  Errors
}

// ImportRow is one change of the file and its check.
type ImportRow struct {
	Line     int
	Customer string
	Field    string // a key of the catalogue: channel.email.field, …
	Old, New string
	State    string // ok, done, wrong, conflict, opted_out
	Problem  models.Problem
}

func (p ImportPage) left() int { return p.Changes - p.Done }

func (p ImportPage) verb(ctx context.Context) string {
	if p.Applied {
		return N(ctx, "import.go_on", p.left())
	}
	return N(ctx, "import.apply", p.left())
}

func (r ImportRow) badge(ctx context.Context) Badge {
	tone := map[string]look{"ok": {"blue", "pencil"}, "done": {"green", "check"}, "wrong": {"red", "circle-alert"}, "conflict": {"amber", "triangle-alert"}, "opted_out": {"plum", "ban"}}
	return badgeOf(ctx, tone, "import.", r.State)
}

// AgreePage is the customer's own confirmation, by a link that staff hand over. State: ask, done, used.
// POST /agree/{token}: name, sure=1.
type AgreePage struct {
	Token    string
	State    string
	Business string
	Address  string
	Channel  models.Channel
	Country  string
	Words    string // what is agreed to
	Name     string
	Sure     string // 1: the box was ticked
	Errors   Errors
}

// NewViewPage keeps the filters of the report under a name. POST /views: request_id, name, shared=1 and the fields of
// the query · /views/{id}/delete: request_id.
type NewViewPage struct {
	Base
	Query  ReportQuery
	Name   string
	Shared bool
	Saved  []SavedView
	Errors Errors
}

// own are the views that the person may delete.
func (p NewViewPage) own() []SavedView {
	return slices.DeleteFunc(slices.Clone(p.Saved), func(v SavedView) bool { return !v.Own })
}
