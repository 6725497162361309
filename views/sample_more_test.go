package views

import (
	"github.com/a-h/templ"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/report"
)

func suppressionPages() map[string]templ.Component {
	rows := []SuppressionRow{
		{ID: "x1", Address: "ruth.calloway@linnet.example", Channel: models.Email, CustomerID: "c1", Customer: "Ruth Calloway", Kind: "complaint", Reason: "Marked an email as spam", Provider: "SendGrid", Since: day(16, 9, 0), Dropped: 2, Request: "requested"},
		{ID: "x2", Address: "m.whyte@btinternet.example", Channel: models.Email, CustomerID: "c2", Customer: "Margaret Whyte", Kind: "bounce", Reason: "There is no such mailbox", Provider: "SendGrid", Since: day(19, 9, 0), MayAsk: true},
		{ID: "x3", Address: "+447700900562", Channel: models.SMS, Customer: names[2], Kind: "unsubscribe", Reason: "Replied STOP", Provider: "Twilio", Since: day(14, 9, 0), Dropped: 1},
		{ID: "x4", Address: "keith.amos@fenpost.example", Channel: models.Email, Customer: names[3], Kind: "complaint", Provider: "SendGrid", Since: day(1, 9, 0), Request: "declined"},
		{ID: "x5", Address: "b.ferreira@tidepool.example", Channel: models.Email, Customer: "Bruno Ferreira", Kind: "bounce", Provider: "SendGrid", Since: day(1, 9, 0), Request: "done", Needs: "support"}}
	counts := map[string]int{"": 41, "bounce": 27, "complaint": 6, "unsubscribe": 8, "asked": 3}
	one := SuppressionPage{Base: base(), SuppressionRow: rows[1], List: "Bounces", SeenAt: now, Words: "550", DroppedNow: []AlsoRow{{ID: "n1", Title: "Invoice", At: now}}, CausedBy: AlsoRow{ID: "n2", Title: "Reminder"},
		Requests: []RequestLine{{ID: "q1", State: "declined", Person: "Helen Marsh", At: day(1, 9, 0), Answer: "Not yet.", Question: "Which invoice was it?", Asked: "Tom Okafor",
			ListedAgain: day(3, 9, 0), Times: 2, ReadBack: day(2, 9, 0), Proven: day(2, 10, 0), Link: "https://undelivered.example/agree/abcdefghijklmnopqrstuvwxyz0123456789abcdefg", Lapses: day(30, 9, 0)}}}
	bounce, complaint := one, one
	bounce.Ask = &AskForm{Errors: Errors{"reason": {Key: "error.evidence"}}}
	complaint.Ask = &AskForm{Consent: true, Approval: true, ByHand: "Postmark has no interface for this.", After: day(1, 9, 0)}
	done := one
	done.Request = "done"
	open := &RequestView{RequestRow: RequestRow{ID: "q1", Address: "ruth.calloway@linnet.example", Channel: models.Email, Account: "Marlow Street Dental", Kind: "complaint", At: day(19, 15, 12), State: "requested"},
		Number: "1043", Customer: "Ruth Calloway", Story: Story{Kind: "complaint", Channel: models.Email, Name: "Ruth Calloway", Provider: "SendGrid", Title: "Invoice 4388", Date: day(16, 18, 3), Dropped: 2},
		Quote: "She rang about her invoice. She pressed the spam button by mistake while clearing her inbox and wants to keep getting our emails.", Recorded: "Recorded by Helen Marsh, Manager, on 19 Nov 2026 at 15:12. Confirmed by phone with the customer on 19 Nov.",
		Checks:  []CheckLine{{"ok", "The agreement is recorded.", "By phone, on a date after the complaint."}, {"warn", "This account’s complaint rate is 0.12%.", "Above the 0.10% at which we warn."}, {"no", "Listed before.", ""}},
		Facts:   []Fact{{"Provider", "SendGrid, Marlow main key"}, {"List", "Spam reports"}, {"Added", "16 Nov 2026, 18:03"}},
		AskedBy: "Helen Marsh", Dropped: 2, Provider: "SendGrid", Earlier: one.Requests}
	queue := RequestsPage{Base: desk(), Counts: map[string]int{"waiting": 7, "mine": 2, "done": 58, "declined": 11}, Open: open,
		Rows: []RequestRow{open.RequestRow, {"q2", "+447700900744", models.SMS, "Alder Grove School", "unsubscribe", day(20, 8, 0), "requested"}, {"q3", "j.oduya@harrowgate.example", models.Email, names[2], "bounce", day(20, 13, 30), "requested"}}}
	own, hand := queue, queue
	ownOpen, handOpen := *open, *open
	ownOpen.Own, handOpen.State, handOpen.ByHand = true, "by_hand", "Dear support"
	own.Open, hand.Open = &ownOpen, &handOpen
	waits, barred, choose := queue, queue, queue
	waitsOpen, barredOpen := *open, *open
	waitsOpen.Waits, waitsOpen.Link, barredOpen.Barred, barredOpen.Lapses = true, one.Requests[0].Link, true, day(30, 9, 0)
	waits.Open, barred.Open, choose.Open = &waitsOpen, &barredOpen, nil
	return map[string]templ.Component{
		"suppressions": Suppressions(SuppressionsPage{Base: base(), Counts: counts, Rows: rows, Total: 41, Older: "/suppressions?after=x", MayCompare: true, Comparisons: []ComparisonLine{{"SendGrid", now, "", 1, 2, false}, {"Postmark", now, "no answer", 0, 0, false},
			{Provider: "Brevo", Failed: "key_refused"}, {Provider: "Mailgun", At: now}, {Provider: "Amazon SES"}, {Provider: "Own server", Unlisted: true}}, Providers: []Option{{"k1", "SendGrid"}}}),
		"suppressions-none": Suppressions(SuppressionsPage{Base: base()}), "suppressions-desk": Suppressions(SuppressionsPage{Base: desk(), Desk: true, Counts: counts, Rows: rows}),
		"suppression-bounce": Suppression(bounce), "suppression-complaint": Suppression(complaint), "suppression-done": Suppression(done), "suppression": Suppression(one),
		"suppressions-support": Requests(queue), "requests-own": Requests(own), "requests-by-hand": Requests(hand), "requests-waits": Requests(waits), "requests-barred": Requests(barred), "requests-choose": Requests(choose), "requests-none": Requests(RequestsPage{Base: desk()}),
		"support-accounts": SupportAccounts(AccountsPage{Base: desk(), Rows: []AccountRow{{"a1", "Marlow Street Dental", 128, 2, day(30, 9, 0)}}}), "support-accounts-none": SupportAccounts(AccountsPage{Base: desk()}),
		"support-events": SupportEvents(EventsPage{Base: desk(), Rows: []EventRow{{"v1", "Marlow", "SendGrid", "parked", "{}", now, 3, models.Email, ""}, {"v2", "Marlow", "SMTP", "no_reason", "554 nope", now, 0, models.Email, "user-unknown"}, {"v3", "Marlow", "SMTP", "no_reason", "554 why", now, 0, models.Email, ""}}, Reasons: map[models.Channel][]OptionGroup{models.Email: sampleReport().Reasons},
			Proposals: []ProposalRow{{"p1", "SendGrid", "599 the moon is too full", "mailbox-full", "Your customer’s mailbox is full", 12, "Sam Porter", now}}}),
		"support-events-none": SupportEvents(EventsPage{Base: desk()}),
	}
}

func insightPages() map[string]templ.Component {
	check := DomainCheck{"reminders.marlowstreet.example", day(20, 13, 50), []CheckLine{{"ok", "SPF passes.", "SendGrid is allowed to send for this domain."}, {"ok", "DKIM passes.", "Emails are signed with a 2048-bit key."}, {"no", "DMARC is missing.", "Add this record to your DNS."}},
		"_dmarc.reminders.marlowstreet.example  TXT\nv=DMARC1; p=none; rua=mailto:dmarc@marlowstreet.example"}
	rows := []AnalysisRow{{Name: "There is no such mailbox", URL: "/undelivered?reason=user-unknown", Status: models.HardBounce, Now: 30, Before: 33, Fixed: 12}, {Name: "Your customer's mailbox is full", Status: models.MailboxError, Now: 17, Before: 15, Fixed: 3},
		{Name: "The phone company stopped the text", URL: "/undelivered", Status: models.Blocked, Channel: models.SMS, Now: 3, Before: 6}}
	domains := []AnalysisRow{{Name: "gmail.com", URL: "/undelivered?domain=gmail.com", Now: 22, Sent: 2310, Delivered: 2200}, {Name: "gmial.com", Now: 6, Sent: 6, Meant: "gmail.com"}, {Name: ""}}
	return map[string]templ.Component{
		"analysis":        Analysis(AnalysisPage{Base: base(), Rows: rows, Domains: []string{check.Domain}, Worth: []WorthLook{{"btinternet.com refused 9 emails on 12 November.", "It was a fault at their end and has passed.", "/undelivered", "Resend these 9"}}, Outcomes: []AnalysisRow{{Name: "reached", Now: 4, URL: "/undelivered?outcome=reached"}, {Name: "phoned", Now: 2, URL: "/undelivered"}}}),
		"analysis-domain": Analysis(AnalysisPage{Base: base(), By: "domain", Range: "7d", Rows: domains, More: 12}), "analysis-none": Analysis(AnalysisPage{Base: base(), By: "kind"}),
		"analysis-day": Analysis(AnalysisPage{Base: base(), By: "day", Days: dashboard().Days, Rows: []AnalysisRow{{Name: "2026-11-20", Now: 3}}}),
		"domain":       Domain(DomainPage{base(), check}),
		"activity": Activity(ActivityPage{Base: base(), People: []Option{{"p1", "Helen Marsh"}}, Kinds: []Option{{"notification", "Notifications"}}, Errors: Errors{"from": {Key: "error.range"}},
			Rows: []ActivityRow{{At: now, Person: "Helen Marsh", Action: "notification.clear", Object: "Invoice 4471", ObjectURL: "/notifications/n1", Before: "failed", After: "phoned", Reason: "She will pay by card."}, {At: day(19, 9, 0), Person: names[2], Support: true, Account: "Marlow", Action: "address.opt_in", Object: names[3], Before: "complaint", Network: "192.0.2.1"}, {At: now, Action: "something.new", After: "manager"}}}),
		"activity-none": Activity(ActivityPage{Base: desk(), Desk: true}),
		"help-keys":     Shortcuts(HelpPage{base()}), "help-statuses": StatusesHelp(HelpPage{base()}), "help-statuses-gate": StatusesHelp(HelpPage{}), "help-access": Accessibility(HelpPage{}),
		"components": Gallery(base()),
	}
}

func connectionPages() map[string]templ.Component {
	rows := []ConnectionRow{{ID: "k1", Name: "SendGrid", UsedFor: "Email", State: "receiving", Last: dashboard().Feeds[0].Last, Today: 1204, Can: "both", Address: "https://undelivered.example/hooks/sendgrid/c7f1k2"},
		{ID: "k2", Name: "Twilio", UsedFor: "Text messages", State: "refused", Last: now, Today: 88, Refused: 3, Can: "resend", Address: "https://undelivered.example/hooks/twilio/p93aa7", Stopped: "The key was refused."},
		{ID: "k3", Name: "Bounce mailbox", UsedFor: "Email sent through your own server", State: "quiet", Last: day(18, 16, 22), Can: "reports", PerDay: 6, Address: "bounces@in.undelivered.example"}, {ID: "k4", Name: "Generic API", UsedFor: "Anything else you send with", State: "unused", Can: "reports"}}
	form := ConnectionForm{Base: base(), Provider: "sendgrid", Title: "SendGrid", Fields: []Field{{Name: "set.api_key", Label: "API key", Type: "password"}, {Name: "set.region", Label: "Region", Options: []Option{{"eu", "EU"}}}}, Errors: Errors{"set.api_key": {Key: "error.required"}}}
	change := form
	change.ID, change.Name, change.Row, change.Result = "k1", "SendGrid", rows[0], []CheckLine{{"ok", "The key works.", ""}}
	return map[string]templ.Component{
		"settings-account":     AccountSettings(AccountPage{Base: base(), Name: "Marlow Street Dental", Zone: "Europe/London", Country: "GB", Locale: "en-GB", Errors: Errors{"name": {Key: "error.name_missing"}}}),
		"settings-people":      PeopleSettings(PeoplePage{Base: base(), Link: "https://x.example/sign-in/link?token=1", People: []PersonRow{{ID: "p1", Name: "Helen Marsh", Email: "helen@x.example", Role: "owner", Self: true}, {ID: "p2", Name: names[2], Email: "w@x.example", Role: "viewer", Invited: true, Locked: true}}, Errors: Errors{"email": {Key: "error.email_at"}}}),
		"settings-keys":        KeysSettings(KeysPage{Base: base(), Token: "und_x", Keys: []people.Key{{ID: "y1", Name: "Practice system", Hint: "x7f2", CreatedAt: now}}}),
		"settings-widget":      WidgetSettings(WidgetSettingsPage{Base: base(), Keys: []WidgetKeyRow{{Key: people.Key{ID: "y1", Name: "Intranet"}, Frame: "<iframe>"}}}),
		"me":                   Me(MePage{Base: base(), Name: "Helen Marsh", HasWord: true, Sessions: []SessionRow{{ID: "s1", Agent: "Firefox", Here: true}, {ID: "s2"}}, WordErrors: Errors{"old": {Key: "error.password_old"}}}),
		"settings-connections": SettingsConnections(ConnectionsSettings{base(), rows}), "settings-connections-none": SettingsConnections(ConnectionsSettings{Base: base()}),
		"connection-choose": SettingsConnection(ConnectionForm{Base: base(), Providers: []ProviderChoice{{"sendgrid", "SendGrid", "Email"}}}), "connection-new": SettingsConnection(form), "connection": SettingsConnection(change),
		"settings-domains": SettingsDomains(DomainsSettings{base(), []DomainCheck{{Domain: "a.example"}, {Domain: "b.example", Record: "v=DMARC1"}}}), "settings-domains-none": SettingsDomains(DomainsSettings{Base: base()}),
		"settings-alerts": SettingsAlerts(AlertsSettings{Base: base(), Digest: "daily", Stopped: true}),
	}
}

func bulkPages() map[string]templ.Component {
	q := BulkQuestion{Base: base(), Query: report.Filter{Statuses: []models.Status{models.HardBounce}, All: true}, Total: 611, Send: 580, Ways: []OtherWays{{models.SMS, true, 4, 0, 7, "/undelivered"}, {models.Email, false, 2, 3, 0, ""}}, SendURL: "/undelivered", Show: "opted_out", Rows: []BulkRow{{"n1", "Invoice", names[3], "refused", models.GuardOptedOut, "", ""}, {"n2", "Invoice", "Jane", "ready", "", models.SMS, ""}}, TypeCount: true, LeftOut: []LeftOut{{models.GuardSameRefusal, 29, "/undelivered"}, {models.GuardOptedOut, 2, ""}}}
	none := q
	none.Send, none.Query = 0, report.Filter{IDs: []string{"n1", "n2"}}
	none.Errors = Errors{"count": {Key: "error.count", Values: map[string]string{"n": "580"}}}
	page := BulkPage{Base: base(), ID: "b1", Kind: "resend", State: "running", Person: "Helen Marsh", At: now, Total: 611, Done: 200, Sent: 190, LeftOut: q.LeftOut, Rows: []BulkRow{{"n1", "Invoice", "Priya Raman", "sent", "", models.SMS, "delivered"}, {"n2", "Invoice", names[3], "refused", models.GuardOptedOut, "", ""}, {"n3", "Invoice", names[2], "waiting", "", "", ""}, {"n4", "Invoice", names[1], "sent", "", "", "failed"}}}
	paused, cleared := page, page
	paused.State, paused.Rows = "paused", nil
	cleared.Kind, cleared.State = "clear", "done"
	many, checking, checked := q, page, page
	many.Check, many.Ways, many.Show = true, nil, ""
	checking.State, checking.PollURL, checking.ThisURL = "checking", "/bulk/b1?poll=1", "/bulk/b1"
	checked.State, checked.Question, checked.Show, checked.AllURL = "checked", q, "opted_out", "/bulk/b1"
	checked.Question.Job = "b1"
	rows := []ImportRow{{2, "Priya Raman", "channel.email.field", "praman@gmial.com", "praman@gmail.com", "ok", models.Problem{}}, {3, names[3], "channel.sms.field", "", "x", "wrong", models.Problem{Key: "error.phone"}}, {4, "Wen Li", "channel.email.field", "a", "a", "conflict", models.Problem{}}}
	agree := AgreePage{Token: "t", Business: "Marlow Street Dental", Address: "+447700900562", Channel: models.SMS, Country: "GB", Words: "I agree to text messages about my appointments."}
	used := agree
	used.State = "used"
	return map[string]templ.Component{
		"bulk-resend": BulkResend(q), "bulk-resend-none": BulkResend(none), "bulk-clear": BulkClear(q), "bulk-many": BulkResend(many), "bulk-checking": Bulk(checking), "bulk-checked": Bulk(checked), "bulk": Bulk(page), "bulk-paused": Bulk(paused), "bulk-cleared": Bulk(cleared),
		"import": Import(ImportPage{Base: base(), Errors: Errors{"file": {Key: "error.file"}}}), "import-preview": Import(ImportPage{Base: base(), ID: "t", Rows: rows, Total: 3, Changes: 1, Wrong: 1, Older: "/import/t?after=100"}), "import-done": Import(ImportPage{Base: base(), ID: "t", Applied: true, Changes: 2, Done: 2, Rows: rows, OnlyBad: true, Resend: report.Filter{IDs: []string{"n1"}}}),
		"import-half": Import(ImportPage{Base: base(), ID: "t", Applied: true, Changes: 5, Done: 2, Rows: rows, Total: 6, Wrong: 1}), "import-same": Import(ImportPage{Base: base(), ID: "t", Total: 6}),
		"agree": Agree(agree), "agree-used": Agree(used),
		"view-new":    NewView(NewViewPage{Base: base(), Query: q.Query, Saved: sampleReport().Saved, Errors: Errors{"name": {Key: "error.name_missing"}}}),
		"suggestions": Suggestions(SuggestionsPage{Base: base(), Corrected: 2, Rows: []SuggestionRow{{Suggestion{"s1", "praman@gmial.com", "praman@gmail.com"}, "c1", "Priya Raman", 2, 1}, {Suggestion{"s2", "x", "x@y.example"}, "c2", names[3], 1, 2}}}), "suggestions-none": Suggestions(SuggestionsPage{Base: base()}),
	}
}
