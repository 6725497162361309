package mailgun

import (
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// meanings say what each kind of event is for us.
var meanings = map[string]func(models.Event, item) models.Event{
	"accepted":     is(models.Accepted),
	"delivered":    is(models.Delivered),
	"opened":       is(models.Opened),
	"clicked":      is(models.Clicked),
	"failed":       failed,
	"rejected":     rejected,
	"complained":   about("complaint"),
	"unsubscribed": about("unsubscribe"),
}

func is(t models.EventType) func(models.Event, item) models.Event { return wire.Is[item](t) }

func about(kind string) func(models.Event, item) models.Event {
	return func(e models.Event, i item) models.Event {
		e.SuppressionKind = kind
		return wire.Failure(e, "mailgun", string(i.Event))
	}
}

// kinds are the lists on which an address stands after a final failure of the reason.
var kinds = map[string]string{"bounce": "bounce", "hardfail": "bounce", "suppress-bounce": "bounce",
	"suppress-complaint": "complaint", "suppress-unsubscribe": "unsubscribe"}

// droppedKinds are the lists that a mail was refused for, by the reason.
var droppedKinds = map[string]string{
	"dropped-bounce":       "bounce",
	"dropped-complaint":    "complaint",
	"dropped-unsubscribed": "unsubscribe",
}

func failed(e models.Event, i item) models.Event {
	e.ProviderCode = ""
	codes := []string{string(i.Reason)}
	if i.Status != nil {
		codes = append(codes, string(i.Status.Code))
		e = words(e, i)
	}
	if i.Severity == "temporary" {
		return wire.Deferral(e, "mailgun", codes...)
	}
	e = wire.Failure(e, "mailgun", codes...)
	if e.SuppressionKind = kinds[string(i.Reason)]; droppedKinds[e.Reason] != "" {
		// the old kind calls every refusal of its own a hard failure
		e.SuppressionKind = droppedKinds[e.Reason]
	}
	return e
}

// words takes the reply of the receiving server. Codes of 600 and above are Mailgun's own and no replies;
// after such a one the last reply says more.
func words(e models.Event, i item) models.Event {
	code, text := string(i.Status.Code), wire.Pick(string(i.Status.Message), string(i.Status.Description))
	if i.Status.LastMessage != "" {
		code, text = string(i.Status.LastCode), string(i.Status.LastMessage)
	}
	e.SMTPCode = models.ReplyCode(code)
	e.EnhancedCode = models.EnhancedStatus(string(i.Status.Enhanced))
	e.Diagnostic = text
	if e.SMTPCode > 0 && !strings.HasPrefix(text, code) {
		e.Diagnostic = code + " " + text
	}
	return e
}

// rejected is Mailgun's own refusal to send.
func rejected(e models.Event, i item) models.Event {
	e.Diagnostic = strings.TrimSpace(string(i.Reject.Reason + " " + i.Reject.Description))
	text := strings.ToLower(e.Diagnostic)
	switch {
	case strings.Contains(text, "sandbox"):
		return wire.Failure(e, "mailgun", "rejected:sandbox")
	case strings.Contains(text, "virus"):
		return wire.Failure(e, "mailgun", "reject:virus")
	case models.MatchReason(models.Evidence{Channel: models.Email, Text: text}).ByDefault:
		return wire.As(e, "not-sent-bad-request")
	}
	return wire.Soften(wire.Failure(e, "mailgun"), models.NotDelivered)
}
