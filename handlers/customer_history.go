package handlers

import (
	"context"

	"undelivered/models"
	"undelivered/views"
)

// historyOf are the lines of the log that belong to a customer's history, as the page names them. Those of requests
// and entries go by the words of the log.
var historyOf = map[string]string{
	"address.opt_out": "opted_out", "address.opt_in": "opted_in", "consent.record": "consent",
	"customer.address": "corrected", "customer.rename": "renamed", "customer.main": "main", "customer.label": "labelled",
	"customer.add": "created", "customer.erase": "erased", "customer.export": "exported",
	"request.ask": "", "request.confirm": "", "request.approve": "", "request.decline": "", "request.question": "", "request.answer": "",
	"request.done": "", "request.refused": "", "request.by_hand": "", "request.lapse": "",
	"suppression.list": "", "suppression.off": "",
}

// byCustomerKind names an opt-out by the customer's own act.
var byCustomerKind = map[models.Cause]string{models.CauseStop: "stopped", models.CauseUnsubscribed: "unsubscribed",
	models.CauseComplaint: "complaint", models.CauseStaff: "told_stop"}

func customerLine(ctx context.Context, line models.AuditEntry) (views.HistoryRow, bool) {
	kind, shown := historyOf[line.Action]
	row := views.HistoryRow{Kind: kind, Channel: models.Channel(line.ObjectName), Person: line.ActorName, At: line.At, Text: line.Reason}
	switch kind {
	case "":
		row.Kind = line.Action
	case "opted_out":
		row.Text = views.T(ctx, "cause."+line.After)
		if own := byCustomerKind[models.Cause(line.After)]; own != "" {
			row.Kind, row.Text = own, line.Reason
		}
	case "opted_in":
		row.Text = views.T(ctx, "history.corrected.text", "person", line.ActorName)
	case "consent":
		if shown = line.After != "told_staff"; shown { // the opt-out has a line of its own
			row.Text = views.T(ctx, "{how}. {words}", "how", views.T(ctx, "how."+line.After), "words", line.Reason)
		}
	case "corrected":
		row.Kind, row.Text = changeOf(ctx, line)
	case "renamed", "main":
		row.Text = fromTo(ctx, line)
	case "labelled", "created", "erased", "exported":
		row.Text = views.T(ctx, "history.corrected.text", "person", line.ActorName)
	}
	return row, shown
}

// changeOf tells an address that was added or taken away from one that was changed.
func changeOf(ctx context.Context, line models.AuditEntry) (kind, text string) {
	switch {
	case line.Before == "":
		return "address_added", views.T(ctx, "By {person}, {address}.", "person", line.ActorName, "address", line.After)
	case line.After == "":
		return "address_removed", views.T(ctx, "By {person}, {address}.", "person", line.ActorName, "address", line.Before)
	}
	return "corrected", fromTo(ctx, line)
}

func fromTo(ctx context.Context, line models.AuditEntry) string {
	return views.T(ctx, "By {person}, from {before} to {after}.", "person", line.ActorName, "before", dash(line.Before), "after", dash(line.After))
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
