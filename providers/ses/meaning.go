package ses

import (
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// meanings say what each kind of event is for us.
var meanings = map[string]func(models.Event, notice) models.Event{
	"Send":              is(models.Sent),
	"Delivery":          delivered,
	"Open":              is(models.Opened),
	"Click":             is(models.Clicked),
	"Bounce":            bounced,
	"Complaint":         complained,
	"DeliveryDelay":     delayed,
	"Reject":            rejected,
	"Rendering Failure": unmade,
	"Subscription":      subscribed,
}

func is(t models.EventType) func(models.Event, notice) models.Event { return wire.Is[notice](t) }

func delivered(e models.Event, n notice) models.Event {
	e.Type, e.ProviderCode, e.Diagnostic = models.Delivered, "", wire.Words(string(n.Delivery.Response))
	return e
}

// listed are the bounces after which, or because of which, the address is on the account's list. Amazon's
// list for all its customers is not among them: nobody can clear it.
var listed = map[string]bool{
	"Permanent/General":                  true,
	"Permanent/NoEmail":                  true,
	"Permanent/OnAccountSuppressionList": true,
}

// bounced reads a bounce by Amazon's types and the server's words. A temporary one without a cause, of a mail
// that had been delivered, is an automatic reply.
func bounced(e models.Event, n notice) models.Event {
	code := string(n.Bounce.Type + "/" + n.Bounce.SubType)
	e.ProviderCode = code
	if listed[code] {
		e.SuppressionKind = "bounce"
	}
	e = wire.Failure(e, "ses", code)
	if n.Bounce.Type == "Permanent" {
		return e
	}
	if code == "Transient/General" && strings.HasPrefix(e.EnhancedCode, "5.1.") &&
		models.ReplyCode(e.Diagnostic) >= 550 {
		return wire.Failure(e, "ses") // the server's own words say that it is final
	}
	e = wire.Soften(e, models.SoftBounce)
	if code == "Transient/General" {
		e.AfterDelivery = models.EventType(models.Autoresponder)
	}
	return e
}

// complained reads a complaint. "Not spam" is none, and a failed authentication is no complaint of the
// customer's.
func complained(e models.Event, n notice) models.Event {
	feedback := string(n.Complaint.Feedback)
	e.SuppressionKind = "complaint"
	switch {
	case n.Complaint.SubType == "OnAccountSuppressionList":
		return wire.Failure(e, "ses", "complaint:OnAccountSuppressionList")
	case feedback == "auth-failure":
		e.SuppressionKind = ""
		return e
	case feedback == "not-spam":
		e.SuppressionKind = ""
		return wire.Failure(e, "ses", "Complaint/not-spam")
	case feedback == "":
		return wire.Failure(e, "ses", "Complaint")
	}
	return wire.Failure(e, "ses", "Complaint/"+feedback, "Complaint")
}

func delayed(e models.Event, n notice) models.Event {
	e.ProviderCode = "delay:" + string(n.Delay.Type)
	return wire.Deferral(e, "ses", e.ProviderCode)
}

func rejected(e models.Event, n notice) models.Event {
	e.Diagnostic, e.ProviderCode = string(n.Reject.Reason), ""
	return wire.Failure(e, "ses", "Reject:"+string(n.Reject.Reason), "Reject:Bad content")
}

func unmade(e models.Event, n notice) models.Event {
	e.Diagnostic = string(n.Failure.ErrorMessage)
	return wire.Failure(e, "ses", "Rendering Failure")
}

// subscribed is a change of the customer's own wishes in a contact list.
func subscribed(e models.Event, n notice) models.Event {
	e.SuppressionKind, e.ProviderCode = "unsubscribe", ""
	switch {
	case n.Subscription.Now.out():
		return wire.Failure(e, "ses", "Subscription:OptOut")
	case n.Subscription.Before.out():
		e.Type = models.Resubscribed
		return e
	}
	e.SuppressionKind = ""
	return e
}
