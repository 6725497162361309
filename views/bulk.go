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
// POST /undelivered/resend: request_id, the fields of the query (or id, many; all=1), count when TypeCount, texts=1 ·
// POST /undelivered/clear: the same with outcome.
type BulkQuestion struct {
	Base
	Query     ReportQuery
	Total     int // that are chosen
	Send      int // that will be sent
	Capped    bool
	LeftOut   []LeftOut
	Texts     int  // customers of those that are sent who have agreed to texts
	TextsOn   bool // the box is ticked
	TypeCount bool // the person types the number
	Outcome   string
	Warning   string // a key of the catalogue: the complaint rate is near its limit
	Errors    Errors
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
	State    string // running, paused, done, stopped, undoing, undone
	Person   string
	At       time.Time
	Total    int
	Done     int // worked off
	Sent     int // queued or cleared
	LeftOut  []LeftOut
	Rows     []BulkRow
	Poll     int
	Newer    string
	Older    string
	Problem  string // why it stopped
	UndoTill time.Time
}

// BulkRow is the result of one item.
type BulkRow struct {
	ID       string
	Title    string
	Customer string
	State    string       // waiting, sent, cleared, refused
	Guard    models.Guard // why it was refused
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

func (q BulkQuestion) back() string {
	query := q.Query
	query.IDs, query.All = nil, false
	return ReportURL(query)
}

func (q BulkQuestion) count(ctx context.Context, n int) Field {
	return Field{Name: "count", Label: T(ctx, "Type {n} to confirm", "n", strconv.Itoa(n)), InputMode: "numeric"}.With(q.Errors)
}

func (q BulkQuestion) outcome(ctx context.Context) Field {
	return Field{Name: "outcome", Label: T(ctx, "Why are you clearing them?"), Value: q.Outcome, Options: outcomeOptions(ctx)}.With(q.Errors)
}

func (p BulkPage) running() bool { return p.State == "running" || p.State == "undoing" }

// undo says whether it can still be taken back as a whole.
func (p BulkPage) undo() bool { return p.UndoTill.After(p.Now) }

func (p BulkPage) leftOut() int {
	n := 0
	for _, l := range p.LeftOut {
		n += l.N
	}
	return n
}

func (p BulkPage) pollURL() string { return BulkURL(p.ID) + "?poll=" + strconv.Itoa(p.Poll+1) }

func (p BulkPage) badge(ctx context.Context, r BulkRow) Badge {
	tone := map[string]look{"sent": {"blue", "send"}, "cleared": {"plain", "check"}, "refused": {"red", "x"}, "undone": {"plain", "undo-2"}}
	return badgeOf(ctx, tone, "bulk.", r.State)
}

// ImportPage is the round trip of a corrected CSV: upload, preview, result.
//
// POST /import (multipart): request_id, file · then request_id, token, apply=1, resend=1.
type ImportPage struct {
	Base
	Token   string // of the preview
	Rows    []ImportRow
	Total   int
	Changes int
	Wrong   int
	Applied bool
	Resend  ReportQuery // what can be resent after it
	Errors  Errors
}

// ImportRow is one change of the file and its check.
type ImportRow struct {
	Line     int
	Customer string
	Field    string // a key of the catalogue: channel.email.field, …
	Old, New string
	State    string // ok, same, wrong, conflict, opted_out
	Problem  models.Problem
}

func (p ImportPage) badge(ctx context.Context, r ImportRow) Badge {
	tone := map[string]look{"ok": {"green", "check"}, "same": {"plain", "circle-slash"}, "wrong": {"red", "circle-alert"}, "conflict": {"amber", "triangle-alert"}, "opted_out": {"plum", "ban"}}
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
	Errors   Errors
}

// NewViewPage keeps the filters of the report under a name. POST /views: request_id, name, shared=1 and the fields of
// the query · /views/{id}/delete: request_id.
type NewViewPage struct {
	Base
	Query  ReportQuery
	Says   string // the filters in words
	Name   string
	Shared bool
	Saved  []SavedView
	Errors Errors
}

// own are the views that the person may delete.
func (p NewViewPage) own() []SavedView {
	return slices.DeleteFunc(slices.Clone(p.Saved), func(v SavedView) bool { return !v.Own })
}
