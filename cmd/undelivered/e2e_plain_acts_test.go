package main

import (
	"time"

	"undelivered/cmd/undelivered/demo"
)

const (
	owner   = "owner@marlow.example"
	manager = "manager@marlow.example"
	desk    = "support@undelivered.example"
	large   = "/undelivered/resend/confirm?all=1&q=Night+guard"
)

// plainActs are all that people do with a button, each after what it needs.
var plainActs = []act{
	{route: "/sign-in", way: []string{"/sign-in"},
		fields: form{"email": "viewer@marlow.example", "password": demo.Password}, says: "Dashboard"},
	{route: "/sign-out", way: []string{"/me"}, says: "signed out"},

	{route: "/gaps/:id/close", who: manager, way: []string{"/undelivered"}, says: "Saved"},
	{route: "/views", who: manager, way: []string{"/views/new?status=blocked"},
		fields: form{"name": "Blocked ones"}, says: "Saved"},
	{route: "/views/:id/delete", who: manager, way: []string{"/views/new"}, says: "View deleted"},

	{route: "/notifications/:id/note", who: manager, way: reportWith("channel=email"),
		fields: form{"note": "Rang, no answer."}, says: "Saved"},
	{route: "/notifications/:id/assign", who: manager, fields: form{"person": "*"}, says: "Saved"},
	{route: "/notifications/:id/snooze", who: manager,
		fields: form{"until": time.Now().AddDate(0, 0, 5).Format(time.DateOnly)}, says: "Saved"},
	{route: "/notifications/:id/clear", who: manager,
		way:    append(reportWith("status=spammed"), `main a[href$="/clear/confirm"]`),
		fields: form{"outcome": "phoned"}, says: "Cleared from the report"},
	{route: "/notifications/:id/reopen", who: manager, says: "Put back on the report"},
	{route: "/notifications/:id/resend", who: manager, way: reportWith("view=ready"), says: "is on its way"},
	{route: "/notifications/:id/cancel", who: manager, says: "Nothing was sent"},
	{route: "/notifications/:id/send-by-text", who: manager,
		way:  append(reportWith("channel=email"), `a[href$="/send-by-text/confirm"]`),
		says: "is on its way"},
	{route: "/notifications/:id/send-by-email", who: manager,
		way:  append(reportWith("channel=sms"), `a[href$="/send-by-email/confirm"]`),
		says: "is on its way"},
	{
		route: "/notifications/:id/arrived",
		who:   manager,
		await: "Broken off",
		way: []string{"/undelivered?view=unknown&q=Broken", anyNotification,
			`main a[href$="/resend/confirm"]`},
		fields: form{"note": "Confirmed on the phone."},
		says:   "Saved",
	},
	{route: "/suggestions/:id/accept", who: manager, way: []string{"/suggestions"}, says: "Saved"},
	{route: "/suggestions/:id/dismiss", who: manager, way: []string{"/suggestions"}, says: "Kept as it is"},
	{route: "/suggestions/:id/undismiss", who: manager, says: "It is suggested again"},
	{route: "/suggestions", who: manager, way: []string{"/suggestions"}, says: "corrected"},

	{route: "/undelivered/clear", who: manager,
		way:    []string{"/undelivered/clear/confirm?all=1&status=spammed"},
		fields: form{"outcome": "not_needed"}, says: "being cleared"},
	{route: "/undelivered/resend", who: manager, way: []string{large}, says: "of 501 checked"},
	{route: "/bulk/:id/cancel", who: manager, says: "Nothing was sent"},
	{route: "/undelivered/resend", who: manager, way: []string{large}, says: "of 501 checked"},
	{route: "/bulk/:id/start", who: manager, await: "Resend 501 of 501", fields: form{"count": "501"},
		says: "Each waits 10 seconds"},
	{route: "/bulk/:id/pause", who: manager, says: "Paused"},
	{route: "/bulk/:id/resume", who: manager, says: "At work"},
	{route: "/bulk/:id/undo", who: manager, says: "aken back"},

	{route: "/customers/:id", who: manager,
		way: []string{"/customers", anyCustomer, `a[href$="/edit"]`}, fields: form{"name": "Ada Lovelace"},
		says: "Saved"},
	{route: "/customers/:id/addresses", who: manager, way: []string{"", `a[href$="/addresses/new"]`},
		fields: form{"value": "ada@lovelace.example"}, says: "Saved"},
	{route: "/customers/:id/addresses/:aid/main", who: manager, way: []string{"", anyAddress}, says: "Saved"},
	{route: "/customers/:id/addresses/:aid", who: manager, way: []string{"", anyAddress},
		fields: form{"label": "at work"}, says: "Saved"},
	{route: "/customers/:id/addresses/:aid/opt-out", who: manager,
		way:    []string{"", `a[href$="/opt-out/confirm"]`},
		fields: form{"note": "Asked for it on the phone."}, says: "Opted out"},
	{route: "/customers/:id/addresses/:aid/opt-in", who: manager,
		way: []string{"", `a[href$="/opt-in"]`}, fields: agreement, says: "Opted in again"},
	{route: "/customers/:id/addresses/:aid/remove", who: manager, way: []string{"", anyAddress},
		says: "is the main address now"},
	{route: "/customers/:id/erase", who: owner,
		way:    []string{"/customers", anyCustomer, `a[href$="/erase/confirm"]`},
		fields: form{"name": "Ada Lovelace"}, says: "Erased"},

	{route: "/texts/:id", who: manager, way: []string{"/texts"}, button: `button[value="none"]`,
		says: "Nothing was changed"},

	{route: "/suppressions/compare", who: manager, way: []string{"/suppressions"}, says: "being compared"},
	{route: "/suppressions/:id/ask", who: manager,
		way:    []string{"/suppressions?list=bounce", `main a[href^="/suppressions/"]`},
		fields: form{"reason": "They read it back to us.", "checked": "on"}, says: "Asked"},
	{route: "/agree/:token", who: manager,
		way:    []string{"/suppressions", `td:last-child a:has(.badge), td:last-child a`, "pre.raw"},
		fields: form{"name": "Ada Lovelace", "sure": "on"}, says: "Your agreement is recorded"},
	{route: "/support/requests/:id/answer", who: manager,
		way:    []string{"/support/requests?list=mine", anyRequest},
		fields: form{"note": "On the form of the first of May."}, says: "Answered"},
	{route: "/support/requests/:id/decline", who: owner,
		way:    []string{"/support/requests", anyRequest},
		fields: form{"note": "Ask for it in writing first.", "d": "decline"}, says: "Declined"},
	{route: "/support/requests/:id/ask", who: desk, way: []string{"/support/requests", anyRequest},
		fields: form{"note": "Who answered the phone?"}, says: "Asked"},
	{route: "/support/requests/:id/approve", who: desk, way: []string{"/support/requests", anyRequest},
		says: "Approved"},
	{route: "/support/requests/:id/done", who: desk,
		way: []string{"/support/requests?list=by_hand", anyRequest}, says: "Saved"},
	{route: "/support/requests/:id/withdraw", who: manager,
		way: []string{"/support/requests?list=mine", anyRequest}, says: "Withdrawn"},
	{route: "/support/explain", who: desk, way: []string{"/support/explain"},
		fields: form{"text": "550 5.1.1 User unknown"}, says: "Explain a text"},
	{route: "/support/events/:id/replay", who: desk, way: []string{"/support/events"},
		says: "still can’t be read"},
	{route: "/support/events/:id/propose", who: desk, way: []string{"/support/events"},
		fields: form{"reason": "*"}, says: "Proposed"},
	{route: "/support/proposals/:id/withdraw", who: desk, way: []string{"/support/events"},
		says: "Taken back"},
	{route: "/me/account", who: desk, way: []string{"/support/accounts"}, button: "main button",
		says: "Dashboard"},

	{route: "/settings/account", who: owner, way: []string{"/settings/account"},
		fields: form{"name": "Marlow Street Dental Care"}, says: "Saved"},
	{route: "/analysis/domains/:domain/check", who: owner, way: []string{"/settings/domains"},
		says: "reminders.marlow.example"},
	{route: "/settings/alerts", who: owner, way: []string{"/settings/alerts"},
		fields: form{"digest": "weekly", "to": "owner@marlow.example"}, says: "Saved"},
	{route: "/settings/keys", who: owner, way: []string{"/settings/keys"},
		fields: form{"name": "Front desk"}, says: "Copy the key now"},
	{route: "/settings/keys/:id/revoke", who: owner,
		way: []string{"/settings/keys", `a[href$="/revoke/confirm"]`}, says: "Withdrawn"},
	{route: "/settings/widget", who: owner, way: []string{"/settings/widget"},
		fields: form{"name": "Intranet"}, says: "Saved"},
	{route: "/settings/widget/:id/origins", who: owner, way: []string{"/settings/widget"},
		fields: form{"origins": "https://intranet.marlow.example"}, says: "Saved"},
	{route: "/settings/widget/:id/revoke", who: owner,
		way: []string{"/settings/widget", `a[href$="/revoke/confirm"]`}, says: "Withdrawn"},
	{route: "/settings/connections", who: owner,
		way:    []string{"/settings/connections/new?provider=simulator"},
		fields: form{"name": "Second simulator", "set.signing_secret": "a secret of its own"},
		says:   "Saved"},
	{route: "/settings/connections/:id", who: owner,
		way: []string{"/settings/connections", anyConnection}, fields: form{"name": "Renamed"},
		says: "Saved"},
	{route: "/settings/connections/:id/test", who: owner, way: []string{"/settings/connections"},
		says: "can’t be tried before"},
	{route: "/settings/connections/:id/prefer", who: owner,
		way: []string{"/settings/connections", anyConnection}, says: "Saved"},
	{route: "/settings/connections/:id/stop", who: owner,
		way: []string{"/settings/connections", anyConnection}, says: "It was stopped by hand"},
	{route: "/settings/connections/:id/resume", who: owner,
		way: []string{"/settings/connections", anyConnection}, says: "Saved"},
	{route: "/settings/connections/:id/renew", who: owner,
		way:  []string{"/settings/connections", anyConnection, `a[href$="/renew/confirm"]`},
		says: "What was good before is still taken"},
	{route: "/settings/connections/:id/end-old", who: owner, says: "Saved"},
	{route: "/settings/connections/:id/remove", who: owner,
		way:  []string{"/settings/connections", anyConnection, `a[href$="/remove/confirm"]`},
		says: "Removed"},
	{route: "/settings/people", who: owner, way: []string{"/settings/people"},
		fields: form{"name": "Nora Fell", "email": "nora@marlow.example"}, says: "People and roles"},
	{route: "/sign-in/reset", who: owner, way: []string{"", "#link"},
		fields: form{"password": "a short sentence", "again": "a short sentence"}, says: "Dashboard"},
	{route: "/settings/people", who: owner + " again", way: []string{"/settings/people"},
		fields: form{"name": "Otto Fell", "email": "otto@marlow.example"}, says: "People and roles"},
	{route: "/settings/people/:id/invite", who: owner + " again", way: []string{"/settings/people"},
		says: "People and roles"},
	{route: "/settings/people/:id/role", who: owner + " again", way: []string{"/settings/people"},
		says: "Saved"},
	{route: "/settings/people/:id/remove", who: owner + " again",
		way:  []string{"/settings/people", `tr:has([action$="/invite"]) a[href$="/remove/confirm"]`},
		says: "Removed"},
	{route: "/settings/people/support", who: owner + " again", way: []string{"/settings/people"},
		says: "can’t see this account any more"},

	{route: "/me", who: manager, way: []string{"/me"}, fields: form{"theme": "dark"}, says: "Saved"},
	{route: "/sign-in", way: []string{"/sign-in"},
		fields: form{"email": manager, "password": demo.Password}, says: "Dashboard"},
	{route: "/me/sessions/:id/end", who: manager, way: []string{"/me"}, says: "That computer is signed out"},
	{route: "/me/password", who: manager, way: []string{"/me"},
		fields: form{"old": demo.Password, "password": "a short sentence", "again": "a short sentence"},
		says:   "Your password is set"},
	{route: "/sign-out/everywhere", who: owner + " again", way: []string{"/me"}, says: "You have signed out"},
}

type form = map[string]string

// The links of many pages.
const (
	anyNotification = `.report a.title`
	anyCustomer     = `main a[href^="/customers/cus_"]`
	anyAddress      = `main a[href*="/addresses/adr_"]`
	anyRequest      = `main a[href^="/support/requests/req_"]`
	anyConnection   = `main a[href^="/settings/connections/con_"]`
)

// report leads to each notification of a report.
func reportWith(query string) []string { return []string{"/undelivered?" + query, anyNotification} }

// agreement is the record of an agreement.
var agreement = form{"by": "Ada Lovelace", "how": "in_person",
	"date": time.Now().UTC().Format(time.DateOnly), "for": "all",
	"note": "Came by and asked for the reminders again.", "sure": "on"}
