package views

import (
	"github.com/a-h/templ"

	"undelivered/models"
)

func requestPages() map[string]templ.Component {
	open := openRequest()
	queue := RequestsPage{
		Base:   desk(),
		Counts: map[string]int{"waiting": 7, "mine": 2, "done": 58, "declined": 11},
		Open:   open,
		Rows: []RequestRow{
			open.RequestRow,
			{"q2", "+447700900744", models.SMS, "Alder Grove School", "unsubscribe", day(20, 8, 0),
				"requested"},
			{"q3", "j.oduya@harrowgate.example", models.Email, names[2], "bounce", day(20, 13, 30),
				"requested"},
		},
	}
	own, hand := queue, queue
	ownOpen, handOpen := *open, *open
	ownOpen.Own, handOpen.State, handOpen.ByHand = true, "by_hand", "Dear support"
	own.Open, hand.Open = &ownOpen, &handOpen
	waits, barred, choose := queue, queue, queue
	waitsOpen, barredOpen := *open, *open
	waitsOpen.Waits, waitsOpen.Link = true, suppressionPage().Requests[0].Link
	barredOpen.Barred, barredOpen.Lapses = true, day(30, 9, 0)
	waits.Open, barred.Open, choose.Open = &waitsOpen, &barredOpen, nil
	return map[string]templ.Component{
		"suppressions-support": Requests(queue), "requests-own": Requests(own),
		"requests-by-hand": Requests(hand), "requests-waits": Requests(waits),
		"requests-barred": Requests(barred), "requests-choose": Requests(choose),
		"requests-none": Requests(RequestsPage{Base: desk()}),
	}
}

func deskPages() map[string]templ.Component {
	return map[string]templ.Component{
		"support-accounts": SupportAccounts(AccountsPage{Base: desk(),
			Rows: []AccountRow{{"a1", "Marlow Street Dental", 128, 2, day(30, 9, 0)}}}),
		"support-accounts-none": SupportAccounts(AccountsPage{Base: desk()}),
		"support-events": SupportEvents(EventsPage{
			Base: desk(),
			Rows: []EventRow{{"v1", "Marlow", "SendGrid", "parked", "{}", now, 3, models.Email, ""},
				{"v2", "Marlow", "SMTP", "no_reason", "554 nope", now, 0, models.Email, "user-unknown"},
				{"v3", "Marlow", "SMTP", "no_reason", "554 why", now, 0, models.Email, ""}},
			Reasons: map[models.Channel][]OptionGroup{models.Email: sampleReport().Reasons},
			Proposals: []ProposalRow{
				{"p1", "SendGrid", "599 the moon is too full", "mailbox-full",
					"Your customer’s mailbox is full", 12, "Sam Porter", now},
			},
		}),
		"support-events-none": SupportEvents(EventsPage{Base: desk()}),
		"explain-none": SupportExplain(
			ExplainPage{Base: desk(), Providers: []Option{{"", "Recognise it"}, {"sendgrid", "SendGrid"}}},
		),
		"explain": SupportExplain(ExplainPage{
			Base:      desk(),
			Text:      "550 5.1.1 no such user",
			Providers: []Option{{"", "Recognise it"}},
			Told: &ExplainTold{Kind: "post", Provider: "SendGrid", Alert: "Out of credit.",
				Events: []ExplainEvent{
					{Type: "hard_bounce", Title: "There is no such mailbox",
						Recipient: "jo@mill.example", Message: "m1", Sure: "Certain (90 of 100)",
						Evidence: "550 5.1.1: no such user", OptsOut: "Hard bounce",
						Steps: []string{"the provider calls it: bounce"}},
					{Type: "delivered"},
				}},
		}),
		"explain-empty": SupportExplain(ExplainPage{Base: desk(),
			Providers: []Option{{"", "Recognise it"}}, Told: &ExplainTold{Kind: "mail"},
			Errors: Errors{"text": {Key: "error.text_missing"}}}),
		"wishes": Wishes(WishesPage{
			Base: base(),
			Rows: []WishRow{{"e1", "+447700900222", "can you stop by tomorrow", now, "c1", names[2]},
				{"e2", "+447700900333", names[3], now, "", ""}},
		}),
		"wishes-none": Wishes(WishesPage{Base: base()}),
	}
}

func openRequest() *RequestView {
	return &RequestView{
		RequestRow: RequestRow{ID: "q1", Address: "ruth.calloway@linnet.example", Channel: models.Email,
			Account: "Marlow Street Dental", Kind: "complaint", At: day(19, 15, 12),
			State: "requested"},
		Number:   "1043",
		Customer: "Ruth Calloway",
		Story: Story{Kind: "complaint", Channel: models.Email, Name: "Ruth Calloway",
			Provider: "SendGrid", Title: "Invoice 4388", Date: day(16, 18, 3), Dropped: 2},
		Quote: "She rang about her invoice. She pressed the spam button by mistake while clearing her " +
			"inbox and wants to keep getting our emails.",
		Recorded: "Recorded by Helen Marsh, Manager, on 19 Nov 2026 at 15:12. Confirmed by phone with the " +
			"customer on 19 Nov.",
		Checks: []CheckLine{{"ok", "The agreement is recorded.", "By phone, on a date after the complaint."},
			{"warn", "This account’s complaint rate is 0.12%.", "Above the 0.10% at which we warn."},
			{"no", "Listed before.", ""}},
		Facts: []Fact{{"Provider", "SendGrid, Marlow main key"}, {"List", "Spam reports"},
			{"Added", "16 Nov 2026, 18:03"}},
		AskedBy:  "Helen Marsh",
		Dropped:  2,
		Provider: "SendGrid",
		Earlier:  suppressionPage().Requests,
	}
}
