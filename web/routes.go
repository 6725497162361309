package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/handlers"
	"undelivered/handlers/api"
	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/resend"
	"undelivered/views"
)

// Group says who may come in.
type Group string

// The five groups.
const (
	Public   Group = "public"
	Hook     Group = "hook"    // providers
	API      Group = "api"     // programs with an account's key
	SignedIn Group = "signed"  // people
	Support  Group = "support" // support staff
)

// Route is one line of the table.
type Route struct {
	Group  Group
	Right  models.Right // in the account; empty: none is asked for
	Method string
	Path   string
	Handle echo.HandlerFunc
	Body   int64 // most bytes of a body; 0: the group's
}

const (
	get  = http.MethodGet
	post = http.MethodPost

	patch = http.MethodPatch
)

// Routes is the table of all routes.
func Routes(h *handlers.Handlers) []Route {
	a := &api.API{Pages: h}
	return slices.Concat(public(h, a), hooks(h), programs(a), signedIn(h), support(h))
}

func public(h *handlers.Handlers, a *api.API) []Route {
	return []Route{
		{Public, "", get, "/healthz", h.Alive, 0},
		{Public, "", get, "/readyz", h.Ready, 0},
		{Public, "", get, "/sign-in", h.SignInForm, 0},
		{Public, "", post, "/sign-in", h.SignIn, 0},
		{Public, "", get, "/sign-in/link", h.SignInLinkForm, 0},
		{Public, "", post, "/sign-in/link", h.SignInLink, 0},
		{Public, "", get, "/sign-in/reset", h.ResetForm, 0},
		{Public, "", post, "/sign-in/reset", h.Reset, 0},
		{Public, "", get, "/sign-in/oidc", h.SingleSignOn, 0},
		{Public, "", get, "/sign-in/oidc/callback", h.SingleSignOnBack, 0},
		{Public, "", post, "/sign-out", h.SignOut, 0},
		{Public, "", get, "/help/shortcuts", h.Help(views.Shortcuts), 0},
		{Public, "", get, "/help/statuses", h.Help(views.StatusesHelp), 0},
		{Public, "", get, "/help/accessibility", h.Help(views.Accessibility), 0},
		{Public, "", get, "/help/privacy", h.Privacy, 0},
		{Public, "", get, "/w/:key", h.Widget, 0},
		{Public, "", get, "/agree/:token", h.AgreeForm, 0},
		{Public, "", post, "/agree/:token", h.Agree, 0},
		{Public, "", get, "/api/v1/openapi.json", a.OpenAPI, 0},
	}
}

func hooks(h *handlers.Handlers) []Route {
	return []Route{
		{Hook, "", post, "/hooks/:provider/:token", h.Hook, 0},
		{Hook, "", get, "/hooks/:provider/:token", h.Hook, 0},
	}
}

func programs(a *api.API) []Route {
	return []Route{
		{API, models.See, get, "/api/v1/undelivered", a.Undelivered, 0},
		{API, models.See, get, "/api/v1/undelivered/count", a.Count, 0},
		{API, models.See, get, "/api/v1/events", a.Events, 0},
		{API, models.See, get, "/api/v1/suppressions", a.Suppressions, 0},
		{API, models.See, get, "/api/v1/notifications/:id", a.Notification, 0},
		{API, models.See, get, "/api/v1/customers/:id", a.Customer, 0},
		{API, models.See, post, "/api/v1/check", a.Check, 0},
		{API, models.Register, post, "/api/v1/notifications", a.Register, arrays},
		{API, models.Register, post, "/api/v1/events", a.AddEvents, arrays},
		{API, models.Register, post, "/api/v1/bounce-mails", a.AddBounceMail, delivery.MailLimit},
		{API, models.See, post, "/api/v1/explain", a.Explain, delivery.MailLimit},
		{API, models.Register, post, "/api/v1/callbacks", a.Callbacks, 0},
		{API, models.Work, post, "/api/v1/notifications/:id/resend", a.Resend, 0},
		{API, models.Work, post, "/api/v1/notifications/:id/clear", a.Clear, 0},
		{API, models.Work, post, "/api/v1/notifications/:id/reopen", a.Reopen, 0},
		{API, models.Work, patch, "/api/v1/customers/:id", a.EditCustomer, 0},
		{API, models.Work, post, "/api/v1/customers/:id/opt-out", a.OptOut, 0},
	}
}

// arrays is the largest body of a thousand items, in bytes.
const arrays = 32 << 20

func signedIn(h *handlers.Handlers) []Route {
	return slices.Concat(own(h), settings(h), report(h), bulkWork(h), notification(h), customers(h),
		suppressions(h))
}

// own is what every person may do for themselves.
func own(h *handlers.Handlers) []Route {
	return []Route{
		{SignedIn, "", post, "/sign-out/everywhere", h.SignOutEverywhere, 0},
		{SignedIn, "", get, "/help/gallery", h.Gallery, 0},
		{SignedIn, "", get, "/me", h.Me, 0},
		{SignedIn, "", post, "/me", h.SaveMe, 0},
		{SignedIn, "", post, "/me/account", h.SwitchAccount, 0},
		{SignedIn, "", get, "/me/invitation", h.Invitation, 0},
		{SignedIn, "", post, "/me/invitation", h.AnswerInvitation, 0},
		{SignedIn, "", post, "/me/stay", h.Stay, 0},
		{SignedIn, "", post, "/me/password", h.ChangePassword, 0},
		{SignedIn, "", post, "/me/sessions/:id/end", h.EndSession, 0},
	}
}

// settings are the owner's pages.
func settings(h *handlers.Handlers) []Route {
	const own = models.Configure
	return []Route{
		{SignedIn, own, get, "/settings/account", h.AccountSettings, 0},
		{SignedIn, own, post, "/settings/account", h.SaveAccount, 0},
		{SignedIn, own, get, "/settings/people", h.People, 0},
		{SignedIn, own, post, "/settings/people", h.AddPerson, 0},
		{SignedIn, own, post, "/settings/people/support", h.SupportAccess, 0},
		{SignedIn, own, post, "/settings/people/:id/role", h.SetRole, 0},
		{SignedIn, own, post, "/settings/people/:id/invite", h.InviteAgain, 0},
		{SignedIn, own, get, "/settings/people/:id/remove/confirm", h.AskRemovePerson, 0},
		{SignedIn, own, post, "/settings/people/:id/remove", h.RemovePerson, 0},
		{SignedIn, own, get, "/settings/domains", h.DomainsSettings, 0},
		{SignedIn, own, get, "/settings/connections", h.Connections, 0},
		{SignedIn, own, post, "/settings/connections", h.AddConnection, 0},
		{SignedIn, own, get, "/settings/connections/new", h.NewConnection, 0},
		{SignedIn, own, get, "/settings/connections/:id", h.Connection, 0},
		{SignedIn, own, post, "/settings/connections/:id", h.EditConnection, 0},
		{SignedIn, own, post, "/settings/connections/:id/test", h.TestConnection, 0},
		{SignedIn, own, post, "/settings/connections/:id/stop", h.PauseConnection, 0},
		{SignedIn, own, post, "/settings/connections/:id/resume", h.ResumeConnection, 0},
		{SignedIn, own, post, "/settings/connections/:id/prefer", h.PreferConnection, 0},
		{SignedIn, own, get, "/settings/connections/:id/remove/confirm", h.AskRemoveConnection, 0},
		{SignedIn, own, post, "/settings/connections/:id/remove", h.RemoveConnection, 0},
		{SignedIn, own, get, "/settings/connections/:id/renew/confirm", h.AskRenewConnection, 0},
		{SignedIn, own, post, "/settings/connections/:id/renew", h.RenewConnection, 0},
		{SignedIn, own, post, "/settings/connections/:id/end-old", h.EndOldConnection, 0},
		{SignedIn, own, post, "/settings/callbacks/renew", h.RenewCallbacks, 0},
		{SignedIn, own, post, "/settings/callbacks/end-old", h.EndOldCallbacks, 0},
		{SignedIn, own, get, "/settings/alerts", h.AlertsSettings, 0},
		{SignedIn, own, post, "/settings/alerts", h.SaveAlerts, 0},
		{SignedIn, own, get, "/settings/keys", h.KeysSettings, 0},
		{SignedIn, own, post, "/settings/keys", h.AddKey, 0},
		{SignedIn, own, get, "/settings/keys/:id/revoke/confirm", h.AskRevokeKey, 0},
		{SignedIn, own, post, "/settings/keys/:id/revoke", h.RevokeKey, 0},
		{SignedIn, own, get, "/settings/widget", h.WidgetSettings, 0},
		{SignedIn, own, post, "/settings/widget", h.AddWidget, 0},
		{SignedIn, own, post, "/settings/widget/:id/origins", h.EditWidget, 0},
		{SignedIn, own, get, "/settings/widget/:id/revoke/confirm", h.AskRevokeWidget, 0},
		{SignedIn, own, post, "/settings/widget/:id/revoke", h.RevokeWidget, 0},
	}
}

// report are the dashboard and the report.
func report(h *handlers.Handlers) []Route {
	return []Route{
		{SignedIn, models.See, get, "/", h.Dashboard, 0},
		{SignedIn, models.See, get, "/live", h.Live, 0},
		{SignedIn, models.See, get, "/search", h.Search, 0},
		{SignedIn, models.See, get, "/undelivered", h.Report, 0},
		{SignedIn, models.Work, get, "/undelivered.csv", h.ReportCSV, 0},
		{SignedIn, models.Work, get, "/analysis", h.Analysis, 0},
		{SignedIn, models.Work, get, "/analysis.csv", h.AnalysisCSV, 0},
		{SignedIn, models.Work, get, "/analysis/domains/:domain", h.Domain, 0},
		{SignedIn, models.Work, post, "/analysis/domains/:domain/check", h.CheckDomain, 0},
		{SignedIn, models.Work, post, "/gaps/:id/close", h.CloseGap, 0},
		{SignedIn, models.Work, get, "/views/new", h.NewView, 0},
		{SignedIn, models.Work, post, "/views", h.SaveView, 0},
		{SignedIn, models.Work, post, "/views/:id/delete", h.DeleteView, 0},
	}
}

// upload is the largest file that a person may send, in bytes, with what its form adds.
const upload = customer.ImportLimit + 1<<20

// bulkWork is what is done to many at once.
func bulkWork(h *handlers.Handlers) []Route {
	const work = models.Work
	return []Route{
		{SignedIn, work, get, "/undelivered/resend/confirm", h.ConfirmBulk(resend.BulkResend), 0},
		{SignedIn, work, post, "/undelivered/resend", h.StartBulk(resend.BulkResend), 0},
		{SignedIn, work, get, "/undelivered/clear/confirm", h.ConfirmBulk(resend.BulkClear), 0},
		{SignedIn, work, post, "/undelivered/clear", h.StartBulk(resend.BulkClear), 0},
		{SignedIn, work, get, "/suggestions", h.Suggestions, 0},
		{SignedIn, work, post, "/suggestions", h.AcceptSuggestions, 0},
		{SignedIn, work, get, "/import", h.ImportForm, 0},
		{SignedIn, work, post, "/import", h.Import, upload},
		{SignedIn, work, get, "/import/:id", h.ImportFile, 0},
		{SignedIn, work, post, "/import/:id/apply", h.ApplyImport, 0},
		{SignedIn, work, get, "/bulk/:id", h.Bulk, 0},
		{SignedIn, work, post, "/bulk/:id/start", h.StartChecked, 0},
		{SignedIn, work, post, "/bulk/:id/cancel", h.CancelCheck, 0},
		{SignedIn, work, post, "/bulk/:id/pause", h.PauseBulk, 0},
		{SignedIn, work, post, "/bulk/:id/resume", h.ResumeBulk, 0},
		{SignedIn, work, post, "/bulk/:id/undo", h.UndoBulk, 0},
	}
}

// support is the desk: across the accounts that let support in.
func support(h *handlers.Handlers) []Route {
	return []Route{
		{Support, "", get, "/support/events", h.SupportEvents, 0},
		{Support, "", post, "/support/events/:id/replay", h.ReplayEvent, 0},
		{Support, "", post, "/support/events/:id/propose", h.ProposeReason, 0},
		{Support, "", post, "/support/proposals/:id/withdraw", h.WithdrawProposal, 0},
		{Support, "", get, "/support/explain", h.SupportExplain, 0},
		{Support, "", post, "/support/explain", h.ExplainText, delivery.MailLimit},
		{Support, "", get, "/support/accounts", h.SupportAccounts, 0},
		{Support, "", get, "/support/suppressions", h.SupportSuppressions, 0},
		{Support, "", get, "/support/activity", h.SupportActivity, 0},
	}
}

// notification are the pages and acts of one notification.
func notification(h *handlers.Handlers) []Route {
	see, work := models.See, models.Work
	return []Route{
		{SignedIn, see, get, "/notifications/:id", h.Notification, 0},
		{SignedIn, see, get, "/notifications/:id/preview", h.Preview, 0},
		{SignedIn, work, post, "/notifications/:id/resend", h.Resend, 0},
		{SignedIn, work, get, "/notifications/:id/resend/confirm", h.ConfirmResend, 0},
		{SignedIn, work, post, "/notifications/:id/cancel", h.Cancel, 0},
		{SignedIn, work, post, "/notifications/:id/clear", h.Clear, 0},
		{SignedIn, work, get, "/notifications/:id/clear/confirm", h.ConfirmClear, 0},
		{SignedIn, work, post, "/notifications/:id/reopen", h.Reopen, 0},
		{SignedIn, work, post, "/notifications/:id/arrived", h.Arrived, 0},
		{SignedIn, work, get, "/notifications/:id/send-by-text/confirm", h.ConfirmOther(models.SMS), 0},
		{SignedIn, work, post, "/notifications/:id/send-by-text", h.SendOther(models.SMS), 0},
		{SignedIn, work, get, "/notifications/:id/send-by-email/confirm", h.ConfirmOther(models.Email), 0},
		{SignedIn, work, post, "/notifications/:id/send-by-email", h.SendOther(models.Email), 0},
		{SignedIn, work, post, "/notifications/:id/note", h.Note, 0},
		{SignedIn, work, post, "/notifications/:id/assign", h.Assign, 0},
		{SignedIn, work, post, "/notifications/:id/snooze", h.Snooze, 0},
		{SignedIn, work, post, "/customers/:id", h.EditCustomer, 0},
		{SignedIn, work, post, "/suggestions/:id/accept", h.AcceptSuggestion, 0},
		{SignedIn, work, post, "/suggestions/:id/dismiss", h.DismissSuggestion, 0},
		{SignedIn, work, post, "/suggestions/:id/undismiss", h.UndismissSuggestion, 0},
	}
}

// customers are the pages and acts of customers and their addresses.
func customers(h *handlers.Handlers) []Route {
	see, work := models.See, models.Work
	return []Route{
		{SignedIn, see, get, "/customers", h.Customers, 0},
		{SignedIn, see, get, "/customers/:id", h.Customer(""), 0},
		{SignedIn, work, get, "/customers/:id/edit", h.Customer("profile"), 0},
		{SignedIn, work, get, "/customers/:id/export", h.ExportCustomer, 0},
		{SignedIn, work, get, "/customers/:id/erase/confirm", h.ConfirmErase, 0},
		{SignedIn, work, post, "/customers/:id/erase", h.Erase, 0},
		{SignedIn, work, get, "/customers/:id/addresses/new", h.Customer("new"), 0},
		{SignedIn, work, post, "/customers/:id/addresses", h.AddAddress, 0},
		{SignedIn, work, get, "/customers/:id/addresses/:aid", h.Customer("address"), 0},
		{SignedIn, work, post, "/customers/:id/addresses/:aid", h.ChangeAddress, 0},
		{SignedIn, work, post, "/customers/:id/addresses/:aid/remove", h.RemoveAddress, 0},
		{SignedIn, work, post, "/customers/:id/addresses/:aid/main", h.MakeMain, 0},
		{SignedIn, work, get, "/customers/:id/addresses/:aid/opt-in", h.OptInForm, 0},
		{SignedIn, work, post, "/customers/:id/addresses/:aid/opt-in", h.OptIn, 0},
		{SignedIn, work, get, "/customers/:id/addresses/:aid/opt-out/confirm", h.ConfirmOptOut, 0},
		{SignedIn, work, post, "/customers/:id/addresses/:aid/opt-out", h.OptOut, 0},
	}
}

// suppressions are what providers will not send to, the requests to clear it, and the log. Who decides a
// request is support or a second manager: the handlers find out which.
func suppressions(h *handlers.Handlers) []Route {
	see, work := models.See, models.Work
	return []Route{
		{SignedIn, work, get, "/texts", h.Wishes, 0},
		{SignedIn, work, post, "/texts/:id", h.DecideWish, 0},
		{SignedIn, see, get, "/suppressions", h.Suppressions, 0},
		{SignedIn, models.Work, get, "/suppressions.csv", h.SuppressionsCSV, 0},
		{SignedIn, work, post, "/suppressions/compare", h.Reconcile, 0},
		{SignedIn, see, get, "/suppressions/:id", h.Suppression, 0},
		{SignedIn, work, get, "/suppressions/:id/ask", h.Suppression, 0},
		{SignedIn, work, post, "/suppressions/:id/ask", h.AskClear, 0},
		{SignedIn, models.Decide, get, "/support/requests", h.Requests, 0},
		{SignedIn, models.Decide, get, "/support/requests/:id", h.Request, 0},
		{SignedIn, models.Decide, post, "/support/requests/:id/approve", h.Approve, 0},
		{SignedIn, models.Decide, post, "/support/requests/:id/decline", h.Decline, 0},
		{SignedIn, models.Decide, post, "/support/requests/:id/ask", h.AskQuestion, 0},
		{SignedIn, models.Decide, post, "/support/requests/:id/answer", h.AnswerQuestion, 0},
		{SignedIn, models.Decide, post, "/support/requests/:id/withdraw", h.WithdrawRequest, 0},
		{SignedIn, models.Decide, post, "/support/requests/:id/done", h.SettleByHand, 0},
		{SignedIn, work, get, "/activity", h.Activity, 0},
		{SignedIn, work, get, "/activity.csv", h.ActivityCSV, 0},
	}
}
