package views

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/resend"
)

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
	Done     int             // worked off
	Sent     int             // queued or cleared
	Gone     resend.BulkGone // of what was sent
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

// running says whether something is still to come: work that goes on, or news of what was sent.
func (p BulkPage) running() bool {
	return p.State == "running" || p.State == "undoing" || p.State == "checking" ||
		p.State != "paused" && p.Gone.OnWay > 0
}

// stateTitle is what the set is at: done is what has been heard of to the last.
func (p BulkPage) stateTitle(ctx context.Context) string {
	if p.State == "done" && p.Gone.OnWay > 0 {
		return T(ctx, "bulk.state.sent")
	}
	return T(ctx, "bulk.state."+p.State)
}

// outcomes say what became of what was sent, each where there is some.
func (p BulkPage) outcomes(ctx context.Context) []string {
	var all []string
	for _, part := range []struct {
		key string
		n   int
	}{{"delivered", p.Gone.Delivered}, {"back", p.Gone.Back}, {"unknown", p.Gone.Unknown},
		{"on_way", p.Gone.OnWay}, {"undone", p.Gone.Undone}} {
		if part.n > 0 && p.Kind == "resend" {
			all = append(all, N(ctx, "bulk.gone."+part.key, part.n))
		}
	}
	return all
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
	values := []any{
		"done",
		Count(p.Done),
		"total",
		Count(p.Total),
		"sent",
		Count(p.Sent),
		"out",
		Count(p.leftOut()),
	}
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
	tone := map[string]look{
		"ready":   {"blue", "send"},
		"sent":    {"blue", "send"},
		"cleared": {"plain", "check"},
		"refused": {"red", "x"},
		"undone":  {"plain", "undo-2"},
	}
	return badgeOf(ctx, tone, "bulk.", r.State)
}
