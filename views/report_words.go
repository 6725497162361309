package views

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/report"
)

// filters says in words what narrows the list: "hard bounce or invalid, last 30 days".
func (p ReportPage) filters(ctx context.Context) string {
	var parts []string
	var statuses []string
	for _, s := range p.Query.Statuses {
		statuses = append(statuses, strings.ToLower(StatusLabel(ctx, s, models.Email)))
	}
	if len(statuses) > 0 {
		parts = append(parts, orList(ctx, statuses))
	}
	if p.Query.Channel != "" {
		parts = append(parts, strings.ToLower(T(ctx, "channel."+string(p.Query.Channel))))
	}
	if title := p.reasonTitle(); title != "" {
		parts = append(parts, "“"+title+"”")
	}
	if p.Query.Domain != "" {
		parts = append(parts, p.Query.Domain)
	}
	if p.Query.Q != "" {
		parts = append(parts, "“"+p.Query.Q+"”")
	}
	parts = append(parts, p.linked(ctx)...)
	return strings.Join(append(parts, p.window(ctx)), ", ")
}

// FilterNames are the names of what a link narrows the list to.
type FilterNames struct{ Customer, Connection, Assigned string }

// linked says what a link or a view has narrowed the list to.
func (p ReportPage) linked(ctx context.Context) (parts []string) {
	q := p.Query
	for _, part := range []struct{ key, value string }{{"view." + q.View, q.View},
		{"view." + q.Assigned, only(q.Assigned, report.Me, report.Unassigned)},
		{"state." + q.State, only(q.State, report.ShowWaiting, report.ShowCleared, report.ShowFixed)},
		{"outcome." + q.Outcome, q.Outcome}} {
		if part.value != "" {
			parts = append(parts, strings.ToLower(T(ctx, part.key)))
		}
	}
	for _, name := range []string{p.Names.Customer, p.Names.Connection,
		strings.TrimPrefix(q.Kind, report.None), p.Names.Assigned} {
		if name != "" {
			parts = append(parts, name)
		}
	}
	if q.Free {
		parts = append(parts, T(ctx, "not put off"))
	}
	if q.Kind == report.None {
		parts = append(parts, T(ctx, "of no kind"))
	}
	return parts
}

// only is the value if it is one of these words.
func only(value string, words ...string) string {
	if slices.Contains(words, value) {
		return value
	}
	return ""
}

// window says which days the list covers.
func (p ReportPage) window(ctx context.Context) string {
	switch {
	case p.Query.Dates() && !p.From.IsZero():
		return T(ctx, "{from} to {to}", "from", p.FullDate(ctx, p.From), "to", p.FullDate(ctx, p.To))
	}
	return T(ctx, "last {days} days", "days", Count(p.lastDays()))
}

// lastDays is how far the list reaches back where no dates were chosen.
func (p ReportPage) lastDays() int {
	for days, word := range rangeWords {
		if p.Query.Range == word {
			return days
		}
	}
	return p.WindowDays
}

// reasonTitle is what the chosen reason is called; one that nobody knows is shown as it came.
func (p ReportPage) reasonTitle() string {
	if label := p.listedReason(); label != "" || p.Query.Reason == "" {
		return label
	}
	reason, _ := models.ReasonByID(p.Query.Reason)
	return cmp.Or(reason.Title, p.Query.Reason)
}

// listedReason is the chosen reason's label among those that occur; empty when it does not.
func (p ReportPage) listedReason() string {
	for _, g := range p.Reasons {
		for _, o := range g.Options {
			if o.Value == p.Query.Reason && o.Value != "" {
				return o.Label
			}
		}
	}
	return ""
}

func orList(ctx context.Context, words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + T(ctx, "or") + " " + words[len(words)-1]
}
