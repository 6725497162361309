package providers

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"undelivered/models"
)

// refusals write a refusal with the other server's words and status as each provider of email tells it.
var refusals = map[string]func(reply, status string) string{
	"sendgrid": func(reply, status string) string {
		return fmt.Sprintf(
			`[{"event":"bounce","type":"bounce","email":"ruth@mill.example","timestamp":1793696400,"sg_event_id":"e1","sg_message_id":"m1.x","reason":%s,"status":%q}]`,
			quoted(reply),
			status,
		)
	},
	"postmark": func(reply, _ string) string {
		return fmt.Sprintf(
			`{"RecordType":"Bounce","Type":"Unknown","ID":7,"MessageID":"m1","Email":"ruth@mill.example","BouncedAt":"2026-11-03T09:00:00Z","Details":%s}`,
			quoted(reply),
		)
	},
	"mailgun": func(reply, status string) string {
		return fmt.Sprintf(
			`{"signature":{},"event-data":{"event":"failed","severity":"permanent","reason":"generic","id":"e1","timestamp":1793696400,"recipient":"ruth@mill.example","message":{"headers":{"message-id":"m1"}},"delivery-status":{"code":%d,"message":%s,"enhanced-code":%q}}}`,
			models.ReplyCode(reply),
			quoted(reply),
			status,
		)
	},
	"ses": func(reply, status string) string {
		return fmt.Sprintf(
			`{"notificationType":"Bounce","mail":{"messageId":"m1","destination":["ruth@mill.example"]},"bounce":{"bounceType":"Transient","bounceSubType":"General","timestamp":"2026-11-03T09:00:00Z","feedbackId":"f1","bouncedRecipients":[{"emailAddress":"ruth@mill.example","action":"failed","status":%q,"diagnosticCode":%s}]}}`,
			status,
			quoted("smtp; "+reply),
		)
	},
	"resend": func(reply, _ string) string {
		return fmt.Sprintf(
			`{"type":"email.bounced","created_at":"2026-11-03T09:00:00Z","data":{"email_id":"m1","to":["ruth@mill.example"],"bounce":{"type":"Permanent","subType":"General","message":%s}}}`,
			quoted(reply),
		)
	},
	"brevo": func(reply, _ string) string {
		return fmt.Sprintf(
			`{"event":"hard_bounce","email":"ruth@mill.example","message-id":"<m1@relay.example>","ts_epoch":1793696400000,"reason":%s}`,
			quoted(reply),
		)
	},
	"mailjet": func(reply, _ string) string {
		return fmt.Sprintf(
			`{"event":"bounce","time":1793696400,"MessageID":19421777835146490,"email":"ruth@mill.example","hard_bounce":true,"blocked":false,"error_related_to":"","error":"","comment":%s}`,
			quoted(reply),
		)
	},
	"sparkpost": func(reply, _ string) string {
		return fmt.Sprintf(
			`[{"msys":{"message_event":{"type":"out_of_band","bounce_class":"1","event_id":"e1","rcpt_to":"ruth@mill.example","transmission_id":"m1","timestamp":"1793696400","raw_reason":%s}}}]`,
			quoted(reply),
		)
	},
	"generic": func(reply, status string) string {
		return fmt.Sprintf(
			`{"id":"e1","notification_ref":"r1","to":"ruth@mill.example","type":"failed","occurred_at":"2026-11-03T09:00:00Z","enhanced_code":%q,"diagnostic":%s}`,
			status,
			quoted(reply),
		)
	},
}

func quoted(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// soleEvent reads a proven post of one event.
func soleEvent(t *testing.T, code, body string) models.Event {
	t.Helper()
	p, _ := ByCode(code)
	reading, err := p.Reread(post(code, []byte(body)))
	if err != nil || len(reading.Events) != 1 || reading.Events[0].State == models.EventParked {
		t.Fatalf("%s: %+v, %v", code, reading.Events, err)
	}
	return reading.Events[0]
}

// atOnce says whether an event opts its address out.
func atOnce(e models.Event) bool {
	reason, _ := models.ReasonByID(e.Reason)
	return models.Status(e.Type).Info().OptOut == models.OptOutAtOnce && reason.Suppress == "yes"
}

// A refusal is read alike whoever brings it: the other server's words and status decide what is wrong, and
// whether the address is; one that comes after a delivery is no automatic reply.
func TestFieldRefusals(t *testing.T) {
	for _, c := range []struct {
		reply, status string
		reasons       string // those that are right
		optsOut       bool
	}{
		{"550 5.1.1 <ruth@mill.example>: Recipient address rejected: User unknown in local recipient table",
			"5.1.1", "user-unknown", true},
		{"550 5.1.1 no such user (host antispamcloud.mill.example)", "5.1.1", "user-unknown", true},
		{"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "5.1.10",
			"user-unknown access-denied-recipient", true},
		{"552 5.2.2 <ruth@mill.example>: mailbox is full", "5.2.2", "mailbox-full", false},
		{"554 5.2.2 Über Quota: Das Postfach ist voll", "5.2.2", "mailbox-full", false},
		{"550 5.7.1 <ruth@mill.example>: Recipient address rejected: Denied by policy", "5.7.1", "policy",
			false},
		{"550 5.7.1 Message rejected due to local policy", "5.7.1", "policy content-rejected", false},
		{"554 5.7.1 Service unavailable; Client host [192.0.2.4] blocked using zen.spamhaus.org", "5.7.1",
			"ip-blocklist", false},
		{"550 5.5.0 Requested action not taken", "5.5.0",
			"other-permanent policy protocol-error address-doubtful mailbox-unavailable", false},
		{"550 5.1.1 user unknown (in reply to end of DATA command)", "5.1.1", "address-doubtful", false},
	} {
		for code, write := range refusals {
			e := soleEvent(t, code, write(c.reply, c.status))
			if !strings.Contains(" "+c.reasons+" ", " "+e.Reason+" ") || !e.Type.Failure() ||
				e.AfterDelivery != "" {
				t.Errorf("%s, %s: %s %s, after a delivery %q", code, c.reply, e.Type, e.Reason,
					e.AfterDelivery)
			}
			if optsOut := atOnce(e); optsOut && !c.optsOut {
				t.Errorf("%s, %s: opts the address out as %s", code, c.reply, e.Reason)
			} else if c.optsOut && !optsOut && code != "ses" && code != "sparkpost" && code != "mailjet" {
				t.Errorf("%s, %s: %s %s opts nobody out", code, c.reply, e.Type, e.Reason)
			}
		}
	}
}

// replies write an automatic answer as each provider tells it: as one, or in the clothes of a bounce.
var replies = map[string][]string{
	"sendgrid": {refusals["sendgrid"]("Auto-Reply: I am out of the office until Monday", ""),
		refusals["sendgrid"]("Réponse automatique : absent", "")},
	"postmark": {
		`{"RecordType":"Bounce","Type":"AutoResponder","ID":8,"MessageID":"m1","Email":"ruth@mill.example","BouncedAt":"2026-11-03T09:00:00Z","Details":"I am away"}`,
	},
	"mailgun": {refusals["mailgun"]("Out of office: I am on holiday", ""),
		refusals["mailgun"]("Abwesenheitsnotiz: bis Montag", "")},
	"brevo": {
		`{"event":"soft_bounce","email":"ruth@mill.example","message-id":"<m1@relay.example>","ts_epoch":1793696400000,"reason":"Out of office: back on Monday"}`,
	},
	"mailjet": {
		`{"event":"bounce","time":1793696400,"MessageID":1,"email":"ruth@mill.example","hard_bounce":false,"error":"","comment":"Automatic reply: I am out of the office"}`,
	},
	"sparkpost": {
		`[{"msys":{"message_event":{"type":"out_of_band","bounce_class":"60","event_id":"e1","rcpt_to":"ruth@mill.example","transmission_id":"m1","timestamp":"1793696400","raw_reason":"I am away until Monday"}}}]`,
	},
	"generic": {
		`{"id":"e1","notification_ref":"r1","to":"ruth@mill.example","type":"failed","diagnostic":"Automatic reply: I am out of the office"}`,
	},
	"ses": {
		`{"notificationType":"Bounce","mail":{"messageId":"m1","destination":["ruth@mill.example"]},"bounce":{"bounceType":"Transient","bounceSubType":"General","timestamp":"2026-11-03T09:00:00Z","feedbackId":"f1","bouncedRecipients":[{"emailAddress":"ruth@mill.example"}]}}`,
		`{"eventType":"Bounce","mail":{"messageId":"m1","destination":["ruth@mill.example"]},"bounce":{"bounceType":"Transient","bounceSubType":"General","timestamp":"2026-11-03T09:00:00Z","feedbackId":"f1","bouncedRecipients":[{"emailAddress":"ruth@mill.example","action":"","status":"","diagnosticCode":null}]}}`,
	},
	"resend": {
		`{"type":"email.bounced","created_at":"2026-11-03T09:00:00Z","data":{"email_id":"m1","to":["ruth@mill.example"],"bounce":{"type":"Transient","subType":"General","message":"The recipient's email provider sent a general bounce message. You might be able to send a message to the same recipient in the future if the issue that caused the message to bounce is resolved."}}}`,
	},
}

// An automatic answer that comes in the clothes of a bounce makes nothing undelivered that was delivered, and
// opts nobody out.
func TestFieldAutomaticReplies(t *testing.T) {
	for code, bodies := range replies {
		for _, body := range bodies {
			e := soleEvent(t, code, body)
			after := e.Type
			if e.AfterDelivery != "" {
				after = e.AfterDelivery
			}
			if after != models.EventType(models.Autoresponder) || atOnce(e) {
				t.Errorf("%s: %s %s, after a delivery %s", code, e.Type, e.Reason, after)
			}
		}
	}
}
