package resend

import (
	"undelivered/models"
	"undelivered/providers/wire"
)

// meanings say what each kind of event is for us.
var meanings = map[string]func(models.Event, post) models.Event{
	"email.sent":             is(models.Sent),
	"email.scheduled":        is(models.Accepted),
	"email.delivered":        is(models.Delivered),
	"email.opened":           is(models.Opened),
	"email.clicked":          is(models.Clicked),
	"email.delivery_delayed": delayed,
	"email.bounced":          bounced,
	"email.suppressed":       suppressed,
	"email.complained":       complained,
	"email.failed":           failed,
	"suppression.added":      added,
	"suppression.removed":    removed,
}

func is(t models.EventType) func(models.Event, post) models.Event { return wire.Is[post](t) }

func delayed(e models.Event, p post) models.Event {
	e.Diagnostic, e.ProviderCode = string(p.Data.Bounce.Message), ""
	if e.Diagnostic == "" { // without words there is nothing that could become the reason
		e.Type = models.Deferred
		return e
	}
	return wire.Deferral(e, "resend")
}

// bounced reads a bounce. One without a type is final, and says in its words when Resend had suppressed the
// address.
func bounced(e models.Event, p post) models.Event {
	kind := wire.Pick(string(p.Data.Bounce.Type), "Permanent")
	sub := kind + "/" + wire.Pick(string(p.Data.Bounce.SubType), "General")
	e.Diagnostic, e.ProviderCode = string(p.Data.Bounce.Message), sub
	if p.Data.Bounce.SubType == "Suppressed" || p.Data.Bounce.SubType == "OnAccountSuppressionList" {
		return suppressed(e, p)
	}
	if reason, known := reasons[sub]; known {
		return wire.As(e, reason)
	}
	advice := models.ReplyCode(e.Diagnostic) == 0 && models.EnhancedStatus(e.Diagnostic) == ""
	if kind != "Permanent" {
		if sub == "Transient/General" && advice { // Amazon's name for an automatic answer
			e.AfterDelivery = models.EventType(models.Autoresponder)
		}
		return wire.Soften(wire.Failure(e, "resend", sub, "Transient"), models.SoftBounce)
	}
	e.SuppressionKind = "bounce"
	if p.Data.Bounce.Type != "" && advice {
		return advised(e, sub, kind)
	}
	return wire.Failure(e, "resend", sub, kind)
}

// advised is a bounce whose words are Resend's own advice, and no reply of a server: its type decides.
func advised(e models.Event, codes ...string) models.Event {
	words := e.Diagnostic
	e.Diagnostic = ""
	e = wire.Failure(e, "resend", codes...)
	e.Diagnostic = wire.Words(words)
	return e
}

// reasons are those of Amazon's bounces, on which Resend stands and whose names it passes on.
var reasons = map[string]string{
	"Transient/MessageTooLarge":    "too-large",
	"Transient/ContentRejected":    "content-rejected",
	"Transient/AttachmentRejected": "attachment",
}

func suppressed(e models.Event, p post) models.Event {
	e.Diagnostic = wire.Words(wire.Pick(string(p.Data.Suppressed.Message), e.Diagnostic))
	e.SuppressionKind = "bounce"
	return wire.Failure(e, "resend", "email.suppressed")
}

func complained(e models.Event, p post) models.Event {
	e.SuppressionKind = "complaint"
	return wire.Failure(e, "resend", string(p.Type))
}

func failed(e models.Event, p post) models.Event {
	e.Diagnostic = wire.Words(string(p.Data.Failed.Reason))
	e = wire.Failure(e, "resend", string(p.Type))
	e.ProviderCode = wire.Pick(string(p.Data.Failed.Reason), e.ProviderCode)
	return e
}
