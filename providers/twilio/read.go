package twilio

import (
	"fmt"
	"net/url"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// progress are the statuses that are no failure.
var progress = map[string]models.EventType{
	"accepted": models.Accepted, "scheduled": models.Accepted, "queued": models.Accepted,
	"sending": models.Accepted,
	"sent":    models.Sent, "delivered": models.Delivered, "read": models.Opened,
}

// failures are the statuses of a final failure.
var failures = map[string]bool{"undelivered": true, "failed": true, "canceled": true}

// emptyTwiML is the answer to a text of a customer: say nothing.
const emptyTwiML = `<?xml version="1.0" encoding="UTF-8"?><Response></Response>`

// reread reads a callback: the status of a text of ours, or a text of a customer.
func reread(r wire.Request) (wire.Reading, error) {
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	sid := wire.Pick(form.Get("MessageSid"), form.Get("SmsSid"))
	status := wire.Pick(form.Get("MessageStatus"), form.Get("SmsStatus"))
	if sid == "" || status == "" {
		return wire.Reading{}, fmt.Errorf("%w: no message id or no status", wire.ErrUnreadable)
	}
	if status == "received" {
		in := wire.Inbound{From: number(form.Get("From")), To: number(form.Get("To")), Text: form.Get("Body"),
			Keyword: form.Get("OptOutType"), ID: key(sid, status, ""), Raw: r.Body}
		return wire.Reading{
			Inbound:     []wire.Inbound{in},
			ContentType: "text/xml",
			Body:        []byte(emptyTwiML),
		}, nil
	}
	e := unified(sid, status, form.Get("ErrorCode"), "")
	e.Recipient, e.AttemptRef, e.Raw = number(form.Get("To")), r.Query.Get("n"), r.Body
	if form.Get("To") != e.Recipient {
		e = overWhatsApp(e)
	}
	return wire.Reading{Events: []models.Event{e}}, nil
}

// unified puts a status into our words. Twilio gives no time of it: rank decides.
func unified(sid, status, code, text string) models.Event {
	e := models.Event{DedupeKey: key(sid, status, code), ProviderMessageID: sid, Channel: models.SMS,
		ProviderCode: code, Diagnostic: text, ByRank: true, Type: models.Unrecognised}
	if t, ok := progress[status]; ok {
		e.Type = t
		return e
	}
	if failures[status] {
		return wire.TextFailure(e, "twilio", code)
	}
	return e
}

func key(sid, status, code string) string { return sid + "|" + status + "|" + code }

// whatsApp stands before numbers that are written to over WhatsApp.
const whatsApp = "whatsapp:"

func number(to string) string { return strings.TrimPrefix(strings.TrimSpace(to), whatsApp) }

// overWhatsApp is an event of a message that went over WhatsApp: what it says of the number there says
// nothing of texts, so that it never counts against the number.
func overWhatsApp(e models.Event) models.Event {
	if reason, known := models.ReasonByID(e.Reason); known &&
		(reason.Suppress != "no" || e.Type == models.EventType(models.Dropped)) {
		e = wire.As(e, "whatsapp-unreachable")
		e.SuppressionKind = ""
	}
	return e
}
