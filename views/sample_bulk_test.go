package views

import (
	"github.com/a-h/templ"

	"undelivered/models"
	"undelivered/models/report"
)

func bulkPages() map[string]templ.Component {
	q := sampleQuestion()
	none := q
	none.Send, none.Query = 0, report.Filter{IDs: []string{"n1", "n2"}}
	none.Errors = Errors{"count": {Key: "error.count", Values: map[string]string{"n": "580"}}}
	page := samplePage(q)
	paused, cleared := page, page
	paused.State, paused.Rows = "paused", nil
	cleared.Kind, cleared.State = "clear", "done"
	many, checking, checked := q, page, page
	many.Check, many.Ways, many.Show = true, nil, ""
	checking.State, checking.PollURL, checking.ThisURL = "checking", "/bulk/b1?poll=1", "/bulk/b1"
	checked.State, checked.Question, checked.Show, checked.AllURL = "checked", q, "opted_out", "/bulk/b1"
	checked.Question.Job = "b1"
	agree := AgreePage{Token: "t", Business: "Marlow Street Dental", Address: "+447700900562",
		Channel: models.SMS, Country: "GB", Words: "I agree to text messages about my appointments."}
	used := agree
	used.State = "used"
	return map[string]templ.Component{
		"bulk-resend": BulkResend(q), "bulk-resend-none": BulkResend(none), "bulk-clear": BulkClear(q),
		"bulk-many": BulkResend(many), "bulk-checking": Bulk(checking), "bulk-checked": Bulk(checked),
		"bulk": Bulk(page), "bulk-paused": Bulk(paused), "bulk-cleared": Bulk(cleared),
		"agree": Agree(agree), "agree-used": Agree(used),
		"view-new": NewView(NewViewPage{Base: base(), Query: q.Query, Saved: sampleReport().Saved,
			Errors: Errors{"name": {Key: "error.name_missing"}}}),
		"suggestions": Suggestions(SuggestionsPage{
			Base:      base(),
			Corrected: 2,
			Rows: []SuggestionRow{
				{Suggestion{"s1", "praman@gmial.com", "praman@gmail.com"}, "c1", "Priya Raman", 2, 1},
				{Suggestion{"s2", "x", "x@y.example"}, "c2", names[3], 1, 2},
			},
		}),
		"suggestions-none": Suggestions(SuggestionsPage{Base: base()}),
	}
}

func sampleQuestion() BulkQuestion {
	return BulkQuestion{
		Base:    base(),
		Query:   report.Filter{Statuses: []models.Status{models.HardBounce}, All: true},
		Total:   611,
		Send:    580,
		Ways:    []OtherWays{{models.SMS, true, 4, 0, 7, "/undelivered"}, {models.Email, false, 2, 3, 0, ""}},
		SendURL: "/undelivered",
		Show:    "opted_out",
		Rows: []BulkRow{{"n1", "Invoice", names[3], "refused", models.GuardOptedOut, "", ""},
			{"n2", "Invoice", "Jane", "ready", "", models.SMS, ""}},
		TypeCount: true,
		LeftOut:   []LeftOut{{models.GuardSameRefusal, 29, "/undelivered"}, {models.GuardOptedOut, 2, ""}},
	}
}

func samplePage(q BulkQuestion) BulkPage {
	return BulkPage{
		Base:    base(),
		ID:      "b1",
		Kind:    "resend",
		State:   "running",
		Person:  "Helen Marsh",
		At:      now,
		Total:   611,
		Done:    200,
		Sent:    190,
		LeftOut: q.LeftOut,
		Rows: []BulkRow{{"n1", "Invoice", "Priya Raman", "sent", "", models.SMS, "delivered"},
			{"n2", "Invoice", names[3], "refused", models.GuardOptedOut, "", ""},
			{"n3", "Invoice", names[2], "waiting", "", "", ""},
			{"n4", "Invoice", names[1], "sent", "", "", "failed"}},
	}
}
