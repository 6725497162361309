package views

import (
	"github.com/a-h/templ"

	"undelivered/models"
)

func insightPages() map[string]templ.Component {
	check := DomainCheck{
		"reminders.marlowstreet.example",
		day(20, 13, 50),
		[]CheckLine{{"ok", "SPF passes.", "SendGrid is allowed to send for this domain."},
			{"ok", "DKIM passes.", "Emails are signed with a 2048-bit key."},
			{"no", "DMARC is missing.", "Add this record to your DNS."}},
		"_dmarc.reminders.marlowstreet.example  TXT\nv=DMARC1; p=none; rua=mailto:dmarc@marlowstreet.example",
	}
	rows := []AnalysisRow{
		{Name: "There is no such mailbox", URL: "/undelivered?reason=user-unknown",
			Status: models.HardBounce, Now: 30, Before: 33, Fixed: 12},
		{Name: "Your customer's mailbox is full", Status: models.MailboxError, Now: 17, Before: 15, Fixed: 3},
		{Name: "The phone company stopped the text", URL: "/undelivered", Status: models.Blocked,
			Channel: models.SMS, Now: 3, Before: 6},
	}
	domains := []AnalysisRow{
		{Name: "gmail.com", URL: "/undelivered?domain=gmail.com", Now: 22, Sent: 2310, Delivered: 2200},
		{Name: "gmial.com", Now: 6, Sent: 6, Meant: "gmail.com"},
		{Name: ""},
	}
	return map[string]templ.Component{
		"analysis": Analysis(AnalysisPage{
			Base:    base(),
			Rows:    rows,
			Domains: []string{check.Domain},
			Worth: []WorthLook{
				{"btinternet.com refused 9 emails on 12 November.",
					"It was a fault at their end and has passed.", "/undelivered", "Resend these 9"},
			},
			Outcomes: []AnalysisRow{{Name: "reached", Now: 4, URL: "/undelivered?outcome=reached"},
				{Name: "phoned", Now: 2, URL: "/undelivered"}},
		}),
		"analysis-domain": Analysis(
			AnalysisPage{Base: base(), By: "domain", Range: "7d", Rows: domains, More: 12},
		),
		"analysis-none": Analysis(AnalysisPage{Base: base(), By: "kind"}),
		"analysis-day": Analysis(AnalysisPage{Base: base(), By: "day", Days: dashboard().Days,
			Rows: []AnalysisRow{{Name: "2026-11-20", Now: 3}}}),
		"domain": Domain(DomainPage{base(), check}),
		"activity": Activity(ActivityPage{
			Base:   base(),
			People: []Option{{"p1", "Helen Marsh"}},
			Kinds:  []Option{{"notification", "Notifications"}},
			Errors: Errors{"from": {Key: "error.range"}},
			Rows: []ActivityRow{
				{At: now, Person: "Helen Marsh", Action: "notification.clear",
					Object: "Invoice 4471", ObjectURL: "/notifications/n1", Before: "failed",
					After: "phoned", Reason: "She will pay by card."},
				{At: day(19, 9, 0), Person: names[2], Support: true, Account: "Marlow",
					Action: "address.opt_in", Object: names[3], Before: "complaint", Network: "192.0.2.1"},
				{At: now, Action: "something.new", After: "manager"},
			},
		}),
		"activity-none": Activity(ActivityPage{Base: desk(), Desk: true}),
		"help-keys":     Shortcuts(HelpPage{base()}), "help-statuses": StatusesHelp(HelpPage{base()}),
		"help-statuses-gate": StatusesHelp(HelpPage{}), "help-access": Accessibility(HelpPage{}),
		"components": Gallery(base()),
	}
}
