package views

import (
	"github.com/a-h/templ"

	"undelivered/models"
)

func suppressionPages() map[string]templ.Component {
	rows, one := suppressionRows(), suppressionPage()
	counts := map[string]int{"": 41, "bounce": 27, "complaint": 6, "unsubscribe": 8, "asked": 3}
	bounce, complaint := one, one
	bounce.Ask = &AskForm{Errors: Errors{"reason": {Key: "error.evidence"}}}
	complaint.Ask = &AskForm{Consent: true, Approval: true, ByHand: "Postmark has no interface for this.",
		After: day(1, 9, 0)}
	done := one
	done.Request = "done"
	return map[string]templ.Component{
		"suppressions": Suppressions(SuppressionsPage{
			Base:       base(),
			Counts:     counts,
			Rows:       rows,
			Total:      41,
			Older:      "/suppressions?after=x",
			MayCompare: true,
			Comparisons: []ComparisonLine{{"SendGrid", now, "", 1, 2, false},
				{"Postmark", now, "no answer", 0, 0, false}, {Provider: "Brevo", Failed: "key_refused"},
				{Provider: "Mailgun", At: now}, {Provider: "Amazon SES"},
				{Provider: "Own server", Unlisted: true}},
			Providers: []Option{{"k1", "SendGrid"}},
		}),
		"suppressions-none": Suppressions(SuppressionsPage{Base: base()}),
		"suppressions-desk": Suppressions(
			SuppressionsPage{Base: desk(), Desk: true, Counts: counts, Rows: rows},
		),
		"suppression-bounce": Suppression(bounce), "suppression-complaint": Suppression(complaint),
		"suppression-done": Suppression(done), "suppression": Suppression(one),
	}
}

func suppressionRows() []SuppressionRow {
	return []SuppressionRow{
		{ID: "x1", Address: "ruth.calloway@linnet.example", Channel: models.Email,
			CustomerID: "c1", Customer: "Ruth Calloway", Kind: "complaint",
			Reason: "Marked an email as spam", Provider: "SendGrid", Since: day(16, 9, 0),
			Dropped: 2, Request: "requested"},
		{ID: "x2", Address: "m.whyte@btinternet.example", Channel: models.Email,
			CustomerID: "c2", Customer: "Margaret Whyte", Kind: "bounce",
			Reason: "There is no such mailbox", Provider: "SendGrid", Since: day(19, 9, 0),
			MayAsk: true},
		{ID: "x3", Address: "+447700900562", Channel: models.SMS, Customer: names[2],
			Kind: "unsubscribe", Reason: "Replied STOP", Provider: "Twilio", Since: day(14, 9, 0),
			Dropped: 1},
		{ID: "x4", Address: "keith.amos@fenpost.example", Channel: models.Email, Customer: names[3],
			Kind: "complaint", Provider: "SendGrid", Since: day(1, 9, 0), Request: "declined"},
		{ID: "x5", Address: "b.ferreira@tidepool.example", Channel: models.Email,
			Customer: "Bruno Ferreira", Kind: "bounce", Provider: "SendGrid", Since: day(1, 9, 0),
			Request: "done", Needs: "support"}}
}

func suppressionPage() SuppressionPage {
	return SuppressionPage{
		Base:           base(),
		SuppressionRow: suppressionRows()[1],
		List:           "Bounces",
		SeenAt:         now,
		Words:          "550",
		DroppedNow:     []AlsoRow{{ID: "n1", Title: "Invoice", At: now}},
		CausedBy:       AlsoRow{ID: "n2", Title: "Reminder"},
		Requests: []RequestLine{
			{ID: "q1", State: "declined", Person: "Helen Marsh", At: day(1, 9, 0),
				Answer: "Not yet.", Question: "Which invoice was it?", Asked: "Tom Okafor",
				ListedAgain: day(3, 9, 0), Times: 2, ReadBack: day(2, 9, 0), Proven: day(2, 10, 0),
				Link:   "https://undelivered.example/agree/abcdefghijklmnopqrstuvwxyz0123456789abcdefg",
				Lapses: day(30, 9, 0)},
		},
	}
}
