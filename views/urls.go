package views

import (
	"net/url"
	"strconv"

	"undelivered/models"
	"undelivered/models/report"
)

func at(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func seg(id string) string { return url.PathEscape(id) }

// DashboardURL is the first page.
func DashboardURL() string { return "/" }

// DashboardAllURL is the first page with every suggestion of what to do.
func DashboardAllURL() string { return "/?todo=all" }

// SignInURL is where people sign in; next is the page to go on to.
func SignInURL(next string) string {
	if next == "" || next == "/" {
		return "/sign-in"
	}
	return at("/sign-in", url.Values{"next": {next}})
}

// The other addresses of signing in and out.
func SignOutURL() string             { return "/sign-out" }
func SignOutEverywhereURL() string   { return "/sign-out/everywhere" }
func SignInLinkURL() string          { return "/sign-in/link" }
func SignInTokenURL(t string) string { return at("/sign-in/link", url.Values{"token": {t}}) }
func ResetURL() string               { return "/sign-in/reset" }
func ResetTokenURL(t string) string  { return at("/sign-in/reset", url.Values{"token": {t}}) }
func SingleSignOnURL() string        { return "/sign-in/oidc" }
func SwitchAccountURL() string       { return "/me/account" }
func MeURL() string                  { return "/me" }

// InvitationURL is where a person answers invitations; with the token of a link that one.
func InvitationURL(token string) string {
	if token == "" {
		return "/me/invitation"
	}
	return at("/me/invitation", url.Values{"token": {token}})
}
func StayURL() string          { return "/me/stay" }
func ShortcutsURL() string     { return "/help/shortcuts" }
func StatusesHelpURL() string  { return "/help/statuses" }
func PrivacyURL() string       { return "/help/privacy" }
func AccessibilityURL() string { return "/help/accessibility" }

// LiveURL is the news of the numbers, for a page that shows so many.
func LiveURL(number int) string { return "/live?was=" + strconv.Itoa(number) }

// SuggestionUndismissURL takes the dismissal of a suggestion back.
func SuggestionUndismissURL(id string) string { return "/suggestions/" + seg(id) + "/undismiss" }

// SearchURL finds customers, notifications and pages.
func SearchURL(q string) string { return at("/search", filled(map[string]string{"q": q})) }

// ReportURL is the report with its filters.
func ReportURL(q report.Filter) string { return at("/undelivered", q.Values()) }

// ReportCSVURL is the same query as CSV.
func ReportCSVURL(q report.Filter) string { return at("/undelivered.csv", q.Values()) }

// StatusURL is the report of some statuses.
func StatusURL(s ...models.Status) string { return ReportURL(report.Filter{Statuses: s}) }

// Many at once.
func BulkResendURL() string { return "/undelivered/resend" }
func BulkResendConfirmURL(q report.Filter) string {
	return at("/undelivered/resend/confirm", q.Values())
}
func BulkClearURL() string                       { return "/undelivered/clear" }
func BulkClearConfirmURL(q report.Filter) string { return at("/undelivered/clear/confirm", q.Values()) }
func BulkURL(id string) string                   { return "/bulk/" + seg(id) }
func BulkPauseURL(id string) string              { return "/bulk/" + seg(id) + "/pause" }
func BulkResumeURL(id string) string             { return "/bulk/" + seg(id) + "/resume" }
func BulkUndoURL(id string) string               { return "/bulk/" + seg(id) + "/undo" }
func BulkStartURL(id string) string              { return "/bulk/" + seg(id) + "/start" }
func BulkCancelURL(id string) string             { return "/bulk/" + seg(id) + "/cancel" }
func ImportURL() string                          { return "/import" }
func ImportFileURL(id string) string             { return "/import/" + seg(id) }
func ImportApplyURL(id string) string            { return "/import/" + seg(id) + "/apply" }
func ViewsURL() string                           { return "/views" }
func NewViewURL(q report.Filter) string          { return at("/views/new", q.First().Values()) }
func ViewDeleteURL(id string) string             { return "/views/" + seg(id) + "/delete" }

// NotificationURL is the page of one notification.
func NotificationURL(id string) string { return "/notifications/" + seg(id) }

// NotificationActURL is an act on one notification: resend, cancel, send-by-text, send-by-email, clear,
// reopen, arrived, note, assign, snooze.
func NotificationActURL(id, act string) string { return NotificationURL(id) + "/" + act }

// NotificationConfirmURL is the question before an act.
func NotificationConfirmURL(id, act string) string {
	return NotificationURL(id) + "/" + act + "/confirm"
}

// PreviewURL is the email as it was sent, for the sandboxed frame.
func PreviewURL(id string) string { return NotificationURL(id) + "/preview" }

// Customers.
func CustomersURL(q, after, before string) string {
	return at("/customers", filled(map[string]string{"q": q, "after": after, "before": before}))
}
func CustomerURL(id string) string             { return "/customers/" + seg(id) }
func CustomerEditURL(id string) string         { return CustomerURL(id) + "/edit" }
func CustomerExportURL(id string) string       { return CustomerURL(id) + "/export" }
func CustomerEraseURL(id string) string        { return CustomerURL(id) + "/erase" }
func CustomerEraseConfirmURL(id string) string { return CustomerURL(id) + "/erase/confirm" }
func AddressesURL(cust string) string          { return CustomerURL(cust) + "/addresses" }
func AddressNewURL(cust string) string         { return CustomerURL(cust) + "/addresses/new" }
func AddressURL(cust, id string) string        { return AddressesURL(cust) + "/" + seg(id) }
func AddressMainURL(cust, id string) string    { return AddressURL(cust, id) + "/main" }
func AddressRemoveURL(cust, id string) string  { return AddressURL(cust, id) + "/remove" }
func OptInURL(cust, id string) string          { return AddressURL(cust, id) + "/opt-in" }
func OptOutURL(cust, id string) string         { return AddressURL(cust, id) + "/opt-out" }
func OptOutConfirmURL(cust, id string) string {
	return AddressURL(cust, id) + "/opt-out/confirm"
}
func AgreeURL(token string) string { return "/agree/" + seg(token) }

// Suggestions.
func SuggestionsURL() string                { return "/suggestions" }
func SuggestionAcceptURL(id string) string  { return "/suggestions/" + seg(id) + "/accept" }
func SuggestionDismissURL(id string) string { return "/suggestions/" + seg(id) + "/dismiss" }

// Suppressions and clear requests.
func SuppressionsURL(q SuppressionQuery) string    { return at("/suppressions", q.Values()) }
func SuppressionsCSVURL(q SuppressionQuery) string { return at("/suppressions.csv", q.Values()) }
func SuppressionsCompareURL() string               { return "/suppressions/compare" }
func SuppressionURL(id string) string              { return "/suppressions/" + seg(id) }
func SuppressionAskURL(id string) string           { return "/suppressions/" + seg(id) + "/ask" }
func SupportSuppressionsURL(q SuppressionQuery) string {
	return at("/support/suppressions", q.Values())
}
func RequestsURL(list string) string {
	if list == "" {
		return "/support/requests"
	}
	return at("/support/requests", url.Values{"list": {list}})
}
func RequestURL(id string) string         { return "/support/requests/" + seg(id) }
func RequestActURL(id, act string) string { return RequestURL(id) + "/" + act }
func SupportAccountsURL() string          { return "/support/accounts" }
func SupportActivityURL() string          { return "/support/activity" }
func SupportEventsURL() string            { return "/support/events" }
func WishesURL() string                   { return "/texts" }
func WishURL(id string) string            { return "/texts/" + seg(id) }
func SupportExplainURL() string           { return "/support/explain" }
func EventReplayURL(id string) string     { return "/support/events/" + seg(id) + "/replay" }
func ProposalWithdrawURL(id string) string {
	return "/support/proposals/" + seg(id) + "/withdraw"
}
func EventProposeURL(id string) string { return "/support/events/" + seg(id) + "/propose" }

// AnalysisURL is the failure analysis by reason, domain, provider, day or kind.
func AnalysisURL(by, window string) string {
	v := url.Values{}
	if by != "" && by != "reason" {
		v.Set("by", by)
	}
	if window != "" {
		v.Set("range", window)
	}
	return at("/analysis", v)
}

// The other addresses of insight.
func AnalysisCSVURL(by, window string) string {
	return at("/analysis.csv", filled(map[string]string{"by": by, "range": window}))
}
func DomainURL(domain string) string      { return "/analysis/domains/" + seg(domain) }
func DomainCheckURL(domain string) string { return DomainURL(domain) + "/check" }

// ActivityURL is the audit log.
func ActivityURL(q ActivityQuery) string { return at("/activity", q.Values()) }

// ActivityCSVURL is the same query as CSV.
func ActivityCSVURL(q ActivityQuery) string { return at("/activity.csv", q.Values()) }

// Settings.
func SettingsURL(page string) string     { return "/settings/" + page }
func SupportAccessURL() string           { return "/settings/people/support" }
func PersonURL(id string) string         { return "/settings/people/" + seg(id) }
func PersonActURL(id, act string) string { return PersonURL(id) + "/" + act }
func ConnectionNewURL(provider string) string {
	if provider == "" {
		return "/settings/connections/new"
	}
	return at("/settings/connections/new", url.Values{"provider": {provider}})
}
func ConnectionURL(id string) string         { return "/settings/connections/" + seg(id) }
func ConnectionActURL(id, act string) string { return ConnectionURL(id) + "/" + act }

// CallbacksURL is an act on the secrets of callbacks.
func CallbacksURL(act string) string        { return "/settings/callbacks/" + act }
func KeyActURL(id, act string) string       { return "/settings/keys/" + seg(id) + "/" + act }
func WidgetKeyActURL(id, act string) string { return "/settings/widget/" + seg(id) + "/" + act }
func WidgetURL(key string) string           { return "/w/" + seg(key) }
