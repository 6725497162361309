package demo

import (
	"undelivered/models"
	"undelivered/providers/simulator"
)

// mishap is one way in which a message fails, as each provider says it. A provider without words for it does
// not carry the message.
type mishap struct {
	often    int // how often, of all mishaps of its channel
	event    simulator.Event
	sendgrid map[string]any
	postmark map[string]any
	mailgun  map[string]any
	ses      map[string]any
}

type fields = map[string]any

// typo is the place of the mistyped address in the table.
const typo = 1

var emailMishaps = []mishap{
	{
		often: 16,
		event: said(models.HardBounce, "user-unknown", 550, "5.1.1",
			"550 5.1.1 The email account that you tried to reach does not exist", "bounce"),
		sendgrid: fields{
			"event":                 "bounce",
			"type":                  "bounce",
			"status":                "5.1.1",
			"bounce_classification": "Invalid Address",
			"reason":                "550 5.1.1 The email account that you tried to reach does not exist",
		},
		postmark: fields{
			"RecordType": "Bounce",
			"Type":       "HardBounce",
			"TypeCode":   1,
			"Inactive":   true,
			"Details":    "smtp;550 5.1.1 User unknown",
		},
		mailgun: fields{
			"event":    "failed",
			"severity": "permanent",
			"reason":   "bounce",
			"delivery-status": fields{
				"code":          550,
				"enhanced-code": "5.1.1",
				"message":       "5.1.1 The email account that you tried to reach does not exist",
			},
		},
		ses: returned("Permanent", "General", "smtp; 550 5.1.1 user unknown"),
	},
	{
		often: 14,
		event: said(models.HardBounce, "domain-unknown", 550, "5.1.2", "550 5.1.2 Domain not found", ""),
		sendgrid: fields{
			"event":                 "bounce",
			"type":                  "bounce",
			"status":                "5.1.2",
			"bounce_classification": "Invalid Address",
			"reason":                "550 5.1.2 Domain not found: no MX record",
		},
		mailgun: fields{
			"event":    "failed",
			"severity": "permanent",
			"reason":   "generic",
			"delivery-status": fields{
				"code":          498,
				"enhanced-code": "5.1.2",
				"message":       "No MX for domain: Domain not found",
			},
		},
	},
	{
		often: 10,
		event: said(models.MailboxError, "mailbox-full", 552, "5.2.2", "552 5.2.2 The mailbox is full", ""),
		mailgun: fields{
			"event":    "failed",
			"severity": "permanent",
			"reason":   "bounce",
			"delivery-status": fields{
				"code":          552,
				"enhanced-code": "5.2.2",
				"message":       "5.2.2 The mailbox is full and can't accept messages now",
			},
		},
		ses: returned("Transient", "MailboxFull", "smtp; 552 5.2.2 mailbox full"),
	},
	{
		often: 8,
		event: said(models.SoftBounce, "receiver-down", 451, "4.4.1",
			"451 4.4.1 No answer from host; gave up after 72 hours", ""),
		postmark: fields{
			"RecordType": "Bounce",
			"Type":       "SoftBounce",
			"TypeCode":   4096,
			"Inactive":   false,
			"Details":    "smtp;451 4.4.1 No answer from host",
		},
	},
	{
		often: 6,
		event: said(models.InvalidStatus, "address-malformed", 0, "", "the address is not written correctly",
			""),
		sendgrid: fields{"event": "dropped", "reason": "Invalid"},
		postmark: fields{
			"RecordType": "Bounce",
			"Type":       "BadEmailAddress",
			"TypeCode":   100000,
			"Inactive":   false,
			"Details":    "The address is not a valid email address.",
		},
	},
	{often: 8, event: simulator.Event{Type: models.Complaint, Reason: "complaint", Suppressed: "complaint"},
		sendgrid: fields{"event": "spamreport"},
		postmark: fields{
			"RecordType": "SpamComplaint",
			"Type":       "SpamComplaint",
			"TypeCode":   512,
			"Inactive":   true,
		},
		mailgun: fields{"event": "complained"},
		ses:     fields{"eventType": "Complaint", "complaint": fields{"complaintFeedbackType": "abuse"}}},
	{
		often: 6,
		event: said(models.Spammed, "spam-content", 554, "5.7.1", "554 5.7.1 Message rejected as spam", ""),
	},
	{
		often: 7,
		event: said(models.Dropped, "dropped-bounce", 0, "",
			"the address is on the suppression list (bounce)", "bounce"),
		sendgrid: fields{"event": "dropped", "reason": "Bounced Address"},
		ses: returned(
			"Permanent",
			"OnAccountSuppressionList",
			"Amazon SES did not send the message to this address because it is on the suppression list for "+
				"your account",
		),
	},
	{
		often: 8,
		event: said(models.Blocked, "policy", 550, "5.7.1", "550 5.7.1 Message rejected by local policy", ""),
		sendgrid: fields{
			"event":                 "bounce",
			"type":                  "blocked",
			"status":                "5.7.1",
			"bounce_classification": "Reputation",
			"reason":                "550 5.7.1 Service refused: the sending IP has a poor reputation",
		},
		mailgun: fields{
			"event":    "failed",
			"severity": "permanent",
			"reason":   "generic",
			"delivery-status": fields{
				"code":          550,
				"enhanced-code": "5.7.1",
				"message":       "5.7.1 Message rejected by local policy",
			},
		},
	},
	{
		often: 7,
		event: said(models.Autoresponder, "auto-reply", 0, "", "I am out of the office until Monday", ""),
		postmark: fields{
			"RecordType": "Bounce",
			"Type":       "AutoResponder",
			"TypeCode":   32,
			"Inactive":   false,
			"Details":    "Out of office: I am away until Monday",
		},
	},
	{
		often: 8,
		event: said(models.NotDelivered, "expired", 451, "4.4.7",
			"451 4.4.7 Message expired: delivery time expired", ""),
	},
}

// unauthenticated is what befalls every email while the sending domain has lost its records.
var unauthenticated = mishap{
	event: said(models.Blocked, "unauthenticated", 550, "5.7.26",
		"550 5.7.26 Your email has been blocked because the sender is unauthenticated", ""),
	mailgun: fields{
		"event":    "failed",
		"severity": "permanent",
		"reason":   "generic",
		"delivery-status": fields{
			"code":          550,
			"enhanced-code": "5.7.26",
			"message":       "5.7.26 Your email has been blocked because the sender is unauthenticated",
		},
	},
}

var textMishaps = []mishap{
	{
		often: 7,
		event: text(models.InvalidStatus, "sms-unknown-number", "30005", "Unknown destination handset"),
	},
	{often: 7, event: text(models.InvalidStatus, "sms-landline", "30006", "Landline or unreachable carrier")},
	{
		often: 9,
		event: text(models.MailboxError, "sms-unreachable", "30003", "Unreachable destination handset"),
	},
	{often: 6, event: text(models.Blocked, "sms-spam-filter", "30007", "Message filtered")},
	{
		often: 3,
		event: text(models.Dropped, "sms-opted-out", "21610", "Attempt to send to unsubscribed recipient"),
	},
	{often: 4, event: text(models.NotDelivered, "sms-expired", "30036", "Validity period expired")},
	{often: 3, event: text(models.NotDelivered, "sms-unknown-error", "30008", "Unknown error")},
	{often: 2, event: simulator.Event{Type: models.Complaint, Channel: models.SMS, Reason: "complaint"}},
}

// returned is a bounce as Amazon tells it.
func returned(kind, more, words string) fields {
	return fields{
		"eventType": "Bounce",
		"bounce":    fields{"bounceType": kind, "bounceSubType": more, "diagnosticCode": words},
	}
}

// said is an event about an email, with the words of the server.
func said(s models.Status, reason string, code int, enhanced, words, suppressed string) simulator.Event {
	return simulator.Event{
		Type:         models.EventType(s),
		Channel:      models.Email,
		Reason:       reason,
		SMTPCode:     code,
		EnhancedCode: enhanced,
		Detail:       words,
		Suppressed:   suppressed,
	}
}

func text(s models.Status, reason, code, words string) simulator.Event {
	return simulator.Event{
		Type:      models.EventType(s),
		Channel:   models.SMS,
		Reason:    reason,
		ErrorCode: code,
		Detail:    words,
	}
}

// says says whether the provider has words for the mishap.
func (m mishap) says(provider string) bool {
	if provider == "twilio" {
		return m.event.ErrorCode != ""
	}
	words := map[string]fields{
		"sendgrid": m.sendgrid,
		"postmark": m.postmark,
		"mailgun":  m.mailgun,
		"ses":      m.ses,
	}
	own, real := words[provider]
	return !real || own != nil
}
