package views

import (
	"context"
	"maps"
	"slices"

	"undelivered/models/report"
)

func (p ReportPage) tabs(ctx context.Context) []Tab {
	out := []Tab{{T(ctx, "All"), ReportURL(report.Filter{}), p.Number, p.Query.Shows(report.Filter{}), 0}}
	for _, f := range Families {
		q := report.Filter{Statuses: StatusesOf(f)}
		out = append(out, Tab{FamilyLabel(ctx, f), ReportURL(q), p.Tabs[f], p.Query.Shows(q), 0})
	}
	waiting, due := report.Filter{State: report.ShowWaiting}, report.Filter{View: report.ViewDue}
	out = append(out, Tab{T(ctx, "state.waiting"), ReportURL(waiting), p.Waiting, p.Query.Shows(waiting), 0},
		Tab{T(ctx, "Next 48 hours"), ReportURL(due), p.Due, p.Query.Shows(due), report.DueCap})
	for _, work := range []struct {
		q report.Filter
		n int
	}{{report.Filter{Assigned: report.Me}, p.Work.Mine}, {report.Filter{View: report.ViewHold}, p.Work.Hold},
		{report.Filter{View: report.ViewSnoozed}, p.Work.Snoozed}} {
		if on := p.Query.Shows(work.q); on || work.n > 0 {
			out = append(out,
				Tab{T(ctx, "view."+work.q.View+work.q.Assigned), ReportURL(work.q), work.n, on, 0})
		}
	}
	for _, v := range p.Saved {
		q := v.Query
		q.Saved = v.ID
		out = append(out, Tab{v.Name, ReportURL(q), v.N, p.Query.Saved == v.ID, report.CountCap})
	}
	cleared := report.Filter{State: report.ShowCleared}
	fixed := report.Filter{State: report.ShowFixed}
	return append(out, Tab{T(ctx, "state.cleared"), ReportURL(cleared), -1, p.Query.Shows(cleared), 0},
		Tab{T(ctx, "state.fixed"), ReportURL(fixed), -1, p.Query.Shows(fixed), 0})
}

// rangeWords are the windows that a list offers beside the account's own.
var rangeWords = map[int]string{7: "7d", 30: "30d", 90: "90d"}

func (p ReportPage) ranges(ctx context.Context) []Tab {
	return p.rangeTabs(ctx, p.lastDays(), p.Query.Dates(),
		func(word string) string { return ReportURL(p.Query.InRange(word)) })
}

// rangeTabs are the windows of a list, the account's own among them; it is the one without a word.
func (b Base) rangeTabs(ctx context.Context, shown int, dates bool, url func(word string) string) []Tab {
	words := maps.Clone(rangeWords)
	words[b.WindowDays] = ""
	var out []Tab
	for _, days := range slices.Sorted(maps.Keys(words)) {
		out = append(out,
			Tab{Label: N(ctx, "count.days", days), URL: url(words[days]), Current: days == shown && !dates})
	}
	return out
}
