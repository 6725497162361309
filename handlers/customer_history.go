package handlers

import (
	"cmp"
	"context"
	"slices"

	"undelivered/models"
	"undelivered/views"
)

// historyOf are the lines of the log that belong to a customer's history, as the page names them. Those of
// requests go by the words of the log. What happened to addresses is told by the addresses themselves: when
// it happened, not when we heard of it.
var historyOf = map[string]string{
	"consent.record": "consent", "customer.address": "corrected", "customer.rename": "renamed",
	"customer.main":  "main",
	"customer.label": "labelled", "customer.add": "created", "customer.erase": "erased",
	"customer.export": "exported",
	"request.ask":     "", "request.confirm": "", "request.approve": "", "request.decline": "",
	"request.question": "", "request.answer": "",
	"request.done": "", "request.refused": "", "request.by_hand": "", "request.lapse": "",
	"request.withdraw": "", "request.erase": "",
}

// byCustomerKind names an opt-out by the customer's own act.
var byCustomerKind = map[models.Cause]string{
	models.CauseStop:         "stopped",
	models.CauseUnsubscribed: "unsubscribed",
	models.CauseComplaint:    "complaint",
	models.CauseStaff:        "told_stop",
}

// customerHistory is what happened to a customer's details, the newest first.
func (h *Handlers) customerHistory(ctx context.Context, a models.Actor, id string,
	names map[string]string) ([]views.HistoryRow, error) {
	lines, err := h.Store.Customer.CustomerHistory(ctx, a, id, shownHistory)
	if err != nil {
		return nil, err
	}
	var rows []views.HistoryRow
	for _, line := range lines {
		if row, shown := customerLine(ctx, line); shown {
			rows = append(rows, row)
		}
	}
	optOuts, listed, err := h.Store.Consent.AddressPast(ctx, a, id)
	for _, o := range optOuts {
		rows = append(rows, optOutRows(ctx, o)...)
	}
	for _, entry := range listed {
		rows = append(rows, views.HistoryRow{
			Kind:     "listed",
			Channel:  entry.Channel,
			Provider: names[entry.ConnectionID],
			At:       entry.ListedAt,
		})
		if entry.ClearedAt != nil {
			rows = append(rows, views.HistoryRow{
				Kind:     "unlisted",
				Channel:  entry.Channel,
				Provider: names[entry.ConnectionID],
				At:       *entry.ClearedAt,
			})
		}
	}
	slices.SortStableFunc(rows, func(a, b views.HistoryRow) int { return b.At.Compare(a.At) })
	return rows[:min(len(rows), shownHistory)], err
}

// optOutRows are an opt-out and, where there was one, its lifting. That of an erasure goes without saying.
func optOutRows(ctx context.Context, o models.OptOut) []views.HistoryRow {
	if o.Cause == models.CauseErased {
		return nil
	}
	row := views.HistoryRow{
		Kind:    "opted_out",
		Channel: o.Channel,
		Person:  o.SetByName,
		At:      o.OccurredAt,
		Text:    views.T(ctx, "cause."+string(o.Cause)),
	}
	if reason, known := models.ReasonByID(o.Why); known {
		row.Text += ": " + reason.Title
	}
	if own := byCustomerKind[o.Cause]; own != "" {
		row.Kind, row.Text = own, o.Note
	}
	rows := []views.HistoryRow{row}
	if o.LiftedAt != nil {
		rows = append(
			rows,
			views.HistoryRow{Kind: "opted_in", Channel: o.Channel, Person: o.LiftedByName, At: *o.LiftedAt,
				Text: views.T(ctx, "history.corrected.text", "person", o.LiftedByName)},
		)
	}
	return rows
}

func customerLine(ctx context.Context, line models.AuditEntry) (views.HistoryRow, bool) {
	kind, shown := historyOf[line.Action]
	row := views.HistoryRow{
		Kind:    kind,
		Channel: models.Channel(line.ObjectName),
		Person:  line.ActorName,
		At:      line.At,
		Text:    line.Reason,
	}
	if line.Erased { // what it said is gone: who did what, and when, is not
		row.Kind, row.Text = cmp.Or(kind, line.Action), views.T(ctx, "history.corrected.text", "person",
			line.ActorName)
		return row, shown
	}
	switch kind {
	case "":
		row.Kind, row.Text = line.Action, views.Why(ctx, line.Reason)
	case "consent":
		if shown = line.After != "told_staff"; shown { // the opt-out has a line of its own
			row.Text = views.T(ctx, "{how}. {words}", "how", views.T(ctx, "how."+line.After), "words",
				views.Evidence(ctx, line.Reason))
		}
	case "corrected":
		row.Kind, row.Text = changeOf(ctx, line)
	case "renamed", "main":
		row.Text = fromTo(ctx, line)
	default:
		row.Text = views.T(ctx, "history.corrected.text", "person", line.ActorName)
	}
	return row, shown
}

// changeOf tells an address that was added or taken away from one that was changed.
func changeOf(ctx context.Context, line models.AuditEntry) (kind, text string) {
	switch {
	case line.Before == "":
		return "address_added", views.T(ctx, "By {person}, {address}.", "person", line.ActorName, "address",
			line.After)
	case line.After == "":
		return "address_removed", views.T(ctx, "By {person}, {address}.", "person", line.ActorName, "address",
			line.Before)
	}
	return "corrected", fromTo(ctx, line)
}

func fromTo(ctx context.Context, line models.AuditEntry) string {
	return views.T(ctx, "By {person}, from {before} to {after}.", "person", line.ActorName, "before",
		dash(line.Before), "after", dash(line.After))
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
