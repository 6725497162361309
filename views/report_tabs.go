package views

import (
	"context"
	"slices"
	"strings"

	"undelivered/models"
)

func (p ReportPage) tabs(ctx context.Context) []Tab {
	out := []Tab{{T(ctx, "All"), ReportURL(ReportQuery{}), p.Number, p.isView(ReportQuery{}), 0}}
	for _, f := range Families {
		q := ReportQuery{Status: StatusesOf(f)}
		out = append(out, Tab{FamilyLabel(ctx, f), ReportURL(q), p.Tabs[f], p.isView(q), 0})
	}
	waiting, due := ReportQuery{State: "waiting"}, ReportQuery{View: "due"}
	out = append(out, Tab{T(ctx, "state.waiting"), ReportURL(waiting), p.Waiting, p.isView(waiting), 0},
		Tab{T(ctx, "Next 48 hours"), ReportURL(due), p.Due, p.isView(due), models.DueCap})
	for _, work := range []struct {
		q ReportQuery
		n int
	}{{ReportQuery{Assigned: models.Me}, p.Work.Mine}, {ReportQuery{View: "hold"}, p.Work.Hold}, {ReportQuery{View: "snoozed"}, p.Work.Snoozed}} {
		if on := p.isView(work.q); on || work.n > 0 {
			out = append(out, Tab{T(ctx, "view."+work.q.View+work.q.Assigned), ReportURL(work.q), work.n, on, 0})
		}
	}
	for _, v := range p.Saved {
		q := v.Query
		q.Saved = v.ID
		out = append(out, Tab{v.Name, ReportURL(q), v.N, p.Query.Saved == v.ID, models.CountCap})
	}
	cleared := ReportQuery{State: "cleared"}
	return append(out, Tab{T(ctx, "state.cleared"), ReportURL(cleared), -1, p.isView(cleared), 0})
}

// isView says whether the page shows just this view, whatever its window, order and page.
func (p ReportPage) isView(q ReportQuery) bool {
	same := func(a, b []models.Status) bool {
		a, b = slices.Clone(a), slices.Clone(b)
		slices.Sort(a)
		slices.Sort(b)
		return slices.Equal(a, b)
	}
	state := func(s string) string { return strings.TrimSuffix(s, "open") }
	return p.Query.View == q.View && p.Query.Saved == "" && p.Query.Assigned == q.Assigned && state(p.Query.State) == q.State && same(p.Query.Status, q.Status) &&
		p.Query.Channel == "" && p.Query.Reason == "" && p.Query.Domain == "" && p.Query.Q == "" &&
		p.Query.Customer == "" && p.Query.Connection == "" && p.Query.Kind == "" && p.Query.Outcome == "" && !p.Query.Free
}

func (p ReportPage) ranges(ctx context.Context) []Tab {
	var out []Tab
	for _, days := range []string{"7", "30", "90"} {
		on := p.Query.Range == days+"d" || (days == "30" && p.Query.Range == "" && !p.Query.Dates())
		out = append(out, Tab{Label: N(ctx, "count.days", int(days[0]-'0')*pow10(len(days)-1)), URL: ReportURL(p.Query.InRange(days + "d")), Current: on && !p.Query.Dates()})
	}
	return out
}

func pow10(n int) int {
	out := 1
	for range n {
		out *= 10
	}
	return out
}
