// Package providers is the table of those who carry messages for the businesses: one row a provider, one
// folder a provider. Form, capability list, webhook address, exam and documentation follow from the row.
package providers

import (
	"undelivered/providers/awssms"
	"undelivered/providers/bird"
	"undelivered/providers/brevo"
	"undelivered/providers/generic"
	"undelivered/providers/mailgun"
	"undelivered/providers/mailjet"
	"undelivered/providers/messagebird"
	"undelivered/providers/plivo"
	"undelivered/providers/postmark"
	"undelivered/providers/resend"
	"undelivered/providers/sendgrid"
	"undelivered/providers/ses"
	"undelivered/providers/simulator"
	"undelivered/providers/smtp"
	"undelivered/providers/sparkpost"
	"undelivered/providers/telnyx"
	"undelivered/providers/twilio"
	"undelivered/providers/vonage"
	"undelivered/providers/wire"
)

// All is the table, in the order of the settings page: mail, texts, then what is not a service.
func All() []wire.Provider {
	return []wire.Provider{
		sendgrid.Provider,
		postmark.Provider,
		mailgun.Provider,
		ses.Provider,
		resend.Provider,
		brevo.Provider,
		mailjet.Provider,
		sparkpost.Provider,
		smtp.Provider,
		twilio.Provider,
		vonage.Provider,
		telnyx.Provider,
		plivo.Provider,
		messagebird.Provider,
		bird.Provider,
		awssms.Provider,
		generic.Provider,
		simulator.Provider,
	}
}

// ByCode returns the row with that code, as it stands in the webhook's address.
func ByCode(code string) (wire.Provider, bool) {
	for _, p := range All() {
		if p.Code == code {
			return p, true
		}
	}
	return wire.Provider{}, false
}
