package views

import (
	"time"

	"github.com/a-h/templ"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
)

var london = mustZone("Europe/London")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// now is the moment of the mock-ups: Friday 20 November 2026, 14:10 in London.
var now = time.Date(2026, 11, 20, 14, 10, 0, 0, london)

func day(d, h, m int) time.Time { return time.Date(2026, 11, d, h, m, 10, 0, london) }

// base is what Helen Marsh, owner of Marlow Street Dental, sees everywhere.
func base() Base {
	return Base{Person: Person{"p1", "Helen Marsh", "helen@marlowstreet.example"}, Role: models.Owner,
		Account:  AccountLink{"a1", "Marlow Street Dental", "GB"},
		Accounts: []AccountLink{{"a1", "Marlow Street Dental", "GB"}, {"a2", "Tui Road Vets", "NZ"}},
		Number:   128, Zone: london, Now: now, WindowDays: models.StandardDays, RequestID: "r1", Path: "/"}
}

func as(role models.Role) Base {
	b := base()
	b.Role = role
	return b
}

func desk() Base {
	b := as(models.Support)
	b.Person = Person{"p9", "Tom Okafor", "tom@support.example"}
	b.Account, b.Requests = AccountLink{Country: "GB"}, 7
	return b
}

var (
	noDomain = models.Reason{ID: "domain-unknown", Channel: models.Email, Retry: "after_fix", Who: "contact",
		Title: "The part after the @ does not exist",
		Text: "There is no mail domain of this name. It may be misspelled, or the company has given " +
			"it up.",
		Resolution: "Compare the address letter by letter with your customer's papers. Correct it. Resend."}
	noMailbox = models.Reason{ID: "user-unknown", Title: "There is no such mailbox", Retry: "after_fix",
		Who: "contact"}
	full = models.Reason{ID: "mailbox-full", Title: "Your customer's mailbox is full", Retry: "later",
		Who: "contact"}
)

// names are what breaks a layout: none, long, right to left, other scripts.
var names = []string{"", "Priya Raman",
	"Wolfeschlegelsteinhausenbergerdorff Nnamdi-Featherstonehaugh von und zu Hohenlohe", "مريم الحسيني",
	"דוד בן־גוריון", "王小明", "Zoë Ångström"}

func row(i int, name, address, title string, s models.Status, reason string) ReportRow {
	c := models.Email
	if address != "" && address[0] == '+' {
		c = models.SMS
	}
	return ReportRow{ID: string(rune('a' + i)), Title: title, Channel: c,
		CustomerID: "c1", Customer: name, CustomerRef: "MS-20418", Address: address, Status: s,
		State: "failed", Reason: reason,
		FailedAt: now.Add(-time.Duration(i) * 5 * time.Hour).Add(-2 * time.Hour), Tries: 1 + i%3}
}

func about(r ReportRow, what string) ReportRow {
	r.About = what
	return r
}

func reportRows() []ReportRow {
	rows := []ReportRow{
		row(0, "Priya Raman", "praman.willowbank14@gmial.com", "Appointment reminder", models.HardBounce,
			"The part after the @ does not exist"),
		row(1, "Daniel Okonkwo", "d.okonkwo@northmail.example", "Appointment reminder", models.HardBounce,
			"There is no such mailbox"),
		row(2, "Wen Li", "+447700900118", "Appointment reminder", models.InvalidStatus,
			"The number is not in use"),
		about(
			row(3, "Sofia Marchetti", "sofia.marchetti@@harbour.example", "Invoice 4471",
				models.InvalidStatus, "The address is not written correctly"),
			"£86.00 due 30 Nov",
		),
		row(4, "Aled Pritchard", "aled.pritchard@cwmnet.example", "Recall: check-up due", models.HardBounce,
			"There is no such mailbox"),
		row(5, "Grace Adeyemi", "grace.adeyemi@outlok.example", "Appointment confirmed", models.HardBounce,
			"The part after the @ does not exist"),
		row(6, "Tomasz Zieliński", "t.zielinski@post-box.example", "Treatment plan to sign",
			models.HardBounce, "There is no such mailbox"),
		about(
			row(7, names[2], "a.very.long.local.part.that.goes.on.and.on@an-equally-long-domain-name.example",
				"Invoice 4459", models.InvalidStatus, "The address is not written correctly"),
			"£240.00 overdue",
		),
		row(8, names[3], "maryam@hosseini.example", "تذكير بالموعد", models.Spammed,
			"Your customer marked the email as spam"),
	}
	rows[0].DueAt, rows[0].Brief.Likely = day(21, 9, 30), true
	rows[1].DueAt, rows[1].Corrected, rows[1].Chosen, rows[1].Brief.New = day(23, 11, 10), true, true, true
	rows[2].Brief = advice.Brief{Stand: advice.StandFailed, Refuse: models.GuardOptedOut}
	rows[3].Corrected, rows[3].Chosen, rows[3].Brief.New = true, true, true
	rows[4].State, rows[5].State, rows[6].State = "waiting", "unknown", "running"
	rows[7].OurSide, rows[7].Returned, rows[7].OnHold, rows[7].Assigned = true, true, true, names[2]
	return rows
}

func sampleReport() ReportPage {
	q := report.Filter{Statuses: []models.Status{models.HardBounce, models.InvalidStatus}}
	return ReportPage{
		Base:    base(),
		Query:   q,
		Total:   60,
		Window:  128,
		Number:  128,
		Rows:    reportRows(),
		Waiting: 4,
		Due:     5,
		Counts: map[models.Status]int{models.HardBounce: 41, models.InvalidStatus: 19,
			models.MailboxError: 26, models.SoftBounce: 3, models.Autoresponder: 2,
			models.NotDelivered: 1, models.Dropped: 27, models.Spammed: 6,
			models.Blocked: 3},
		Tabs: map[models.Family]int{models.FixAddress: 60, models.TryLater: 32, models.AskCustomer: 33,
			models.LookIntoIt: 3},
		Reasons: []OptionGroup{{"Hard bounce", []Option{{"user-unknown", "There is no such mailbox"}}}},
		Saved:   []SavedView{{ID: "v1", Name: "Invoices", N: 12, Own: true}},
		Older:   ReportURL(report.Filter{Statuses: q.Statuses, After: "x1"}),
	}
}

func emptyReport(q report.Filter, number int) ReportPage {
	return ReportPage{Base: base(), Query: q, Number: number}
}

func dashboard() DashboardPage {
	var days []DayCount
	for i, n := range []int{2, 1, 4, 1, 1, 4, 5, 3, 4, 3, 1, 0, 4, 5, 3, 4, 3, 1, 1, 5, 4, 6, 12, 5, 1, 1, 5,
		4, 4, 5, 2} {
		days = append(days, DayCount{Day: now.AddDate(0, 0, i-30), Email: n, SMS: i % 3})
	}
	return DashboardPage{Base: base(), Since: now.AddDate(0, 0, -30), Total: 128, Sent: 6742, Previous: 142,
		Email: ChannelCount{104, 5310}, SMS: ChannelCount{24, 1432}, Days: days, More: 3,
		Todo: []Todo{{Kind: "due", N: 5, URL: "/undelivered?view=due"},
			{Kind: "mistyped", N: 9, Like: "gmail.com for gmial.com", URL: "/suggestions"},
			{Kind: "ready", N: 11, URL: "/undelivered"}, {Kind: "complaints", N: 6, URL: "/suppressions"},
			{Kind: "dmarc", Name: "reminders.marlowstreet.example", URL: "/settings/domains"}},
		Statuses: sampleReport().Counts,
		Reasons: []ReasonCount{{noMailbox, models.HardBounce, 30, "/undelivered"},
			{full, models.MailboxError, 17, "/undelivered"},
			{noDomain, models.HardBounce, 11, "/undelivered"}},
		Domains: []DomainCount{{"gmail.com", 22, 2310, ""}, {"outlook.com", 17, 640, ""},
			{"gmial.com", 6, 6, "gmail.com"}},
		Feeds: []Feed{
			{"k1", "SendGrid", "Email reminders and recalls", "receiving", now.Add(-40 * time.Second)},
			{"k2", "Twilio", "Text messages", "receiving", now.Add(-3 * time.Minute)},
			{"k3", "Bounce mailbox", "Email sent through your own server", "quiet", day(18, 16, 22)},
			{"k4", "Generic API", "Anything else", "unused", time.Time{}},
		}}
}

func notification() NotificationPage {
	return NotificationPage{
		Base:       base(),
		ID:         "n1",
		Version:    3,
		Title:      "Appointment reminder",
		DueAt:      day(21, 9, 30),
		Channel:    models.Email,
		Address:    "praman.willowbank14@gmial.com",
		Status:     models.HardBounce,
		State:      "failed",
		FailedAt:   day(20, 12, 4),
		Reason:     noDomain,
		Suggestion: &Suggestion{"s1", "praman.willowbank14@gmial.com", "praman.willowbank14@gmail.com"},
		History: []HistoryRow{
			{Kind: "opted_out", At: day(20, 12, 4)},
			{Kind: "hard_bounce", Provider: "SendGrid", Text: "550 5.1.2, host not found.",
				At: day(20, 12, 4), Decides: true, Copies: 3},
			{Kind: "handed", Provider: "SendGrid", Try: 1, At: day(20, 12, 4)},
			{Kind: "created", At: day(20, 12, 4)},
		},
		Said: ProviderSaid{"SendGrid", "550 5.1.2", "n-7f3c2a91@reminders.marlowstreet.example",
			"550 5.1.2 host or domain name not found: gmial.com", "{}"},
		Content: Content{
			Subject:  "Your appointment tomorrow at 09:30",
			FromName: "Marlow Street Dental",
			From:     "hello@reminders.marlowstreet.example",
			Kept:     true,
			HasHTML:  true,
			Text: "Dear Priya,\n\nThis is a reminder of your check-up with Dr Salim on Saturday 21 " +
				"November at 09:30. Please arrive five minutes early.\n\nMarlow Street Dental",
		},
		Contact: ContactForm{CustomerID: "c1", Name: "Priya Raman", Ref: "MS-20418",
			Since: time.Date(2023, 5, 1, 0, 0, 0, 0, london), Version: 2,
			Email: "praman.willowbank14@gmial.com", Phone: "+447700900418",
			EmailState: AddressState{State: "opted_out_failure"}, PhoneState: AddressState{State: "active"},
			PhoneNote: "Last text delivered 2 Nov"},
		Other: OtherWay{Channel: models.SMS, Address: "+447700900418", Offered: true, Parts: 2,
			Preview: "Reminder of your check-up on Sat 21 Nov, 09:30."},
		Also: []AlsoRow{{"n2", "Invoice 4402", models.Dropped, models.Email, day(12, 9, 0)},
			{"n3", "Appointment confirmed", models.HardBounce, models.Email, day(10, 9, 0)}},
		Work: WorkState{People: []Option{{"p1", "Helen Marsh"}}, Assigned: "p1"},
	}
}

// in is the notification in another state.
func in(state string, change func(*NotificationPage)) templ.Component {
	p := notification()
	p.State, p.StateBy, p.StateAt, p.StateProvider, p.StateText = state, "Helen Marsh", day(20, 13,
		0), "SendGrid", "phoned"
	if change != nil {
		change(&p)
	}
	p.advise(advice.Case{Stand: advice.Stand(p.State), Channel: p.Channel, Status: p.Status,
		Reason: p.Reason, FailedAt: p.FailedAt, Now: p.Now, Refusal: p.Refusal,
		Against: p.Against, Suggestion: p.Suggestion != nil, Other: p.Other.Offered,
		Work: p.MayWork(), Configure: p.IsOwner()})
	return Notification(p)
}

// advise asks the table as the handler does.
func (p *NotificationPage) advise(k advice.Case) {
	p.Advice = advice.Advise(k)
	p.Links = map[advice.Act]string{advice.ActOptIn: "/customers/c1",
		advice.ActAskClear: "/suppressions/s1/ask", advice.ActConnections: "/settings/connections",
		advice.ActSeeRequest: "/suppressions/s1", advice.ActDecide: "/notifications/n1/resend/confirm",
		advice.ActAsk: "/notifications/n1/resend/confirm"}
}
