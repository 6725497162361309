package dsn

import (
	"bytes"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// verdict is what one kind of feedback means.
type verdict struct {
	kind   models.EventType // empty: no event
	reason string
	alert  string
}

// verdicts are the kinds of feedback (RFC 5965). A report about our own set-up is never a complaint.
var verdicts = map[string]verdict{
	"abuse": {kind: models.Complaint, reason: "complaint"},
	"other": {kind: models.Complaint, reason: "complaint"},
	"":      {kind: models.Complaint, reason: "complaint"},
	"fraud": {
		kind:   models.Complaint,
		reason: "complaint-fraud",
		alert:  "A mail of yours was reported as fraud.",
	},
	"virus": {
		kind:   models.Complaint,
		reason: "complaint-fraud",
		alert:  "A mail of yours was reported as carrying a virus.",
	},
	"opt-out":      {kind: models.Unsubscribed, reason: "unsubscribed"},
	"opt-out-list": {kind: models.Unsubscribed, reason: "unsubscribed"},
	"not-spam":     {kind: models.Unrecognised, reason: "complaint-not-spam"},
	"auth-failure": {
		alert: "A mail service reports that your mail failed its authentication checks (SPF, DKIM).",
	},
	"dmarc": {alert: "A mail service reports that your mail failed DMARC."},
}

// complaint reads a complaint, when the mail is one.
func (r *reader) complaint() (wire.Reading, bool) {
	returned, _ := r.returned()
	p, ok := r.find("message/feedback-report")
	if !ok {
		return r.junkReport(returned)
	}
	rep, _ := splitHeader(bytes.TrimLeft(p.body, "\r\n"))
	v, known := verdicts[strings.ToLower(rep.get("feedback-type"))]
	if !known {
		v = verdicts["other"]
	}
	reading := wire.Reading{Alert: v.alert}
	if v.kind == "" {
		return reading, true
	}
	for _, recipient := range namedRecipients(rep) {
		e := r.event(recipient, "feedback", returned)
		e.Type, e.Reason = v.kind, v.reason
		e.ProviderCode = rep.get("feedback-type")
		if id, ok := wire.BouncedAttempt(r.settings, rep.get("original-mail-from")); ok {
			e.AttemptRef = id
		}
		for _, at := range []string{rep.get("received-date"), rep.get("arrival-date")} {
			if t := timeOf(at); !t.IsZero() {
				e.OccurredAt = t
			}
		}
		reading.Events = append(reading.Events, e)
	}
	return reading, true
}

// namedRecipients are the recipients of a report, each once; many services hide them: then there is one
// without a name.
func namedRecipients(rep fields) []string {
	var all []string
	for _, value := range append(rep["original-rcpt-to"], rep["removal-recipient"]...) {
		for _, one := range strings.Split(value, ",") {
			address := wire.Address(one)
			hidden := !strings.Contains(address, "@") ||
				strings.Contains(strings.ToLower(address), "redacted")
			if !hidden && !slices.Contains(all, address) && len(all) < maxParts {
				all = append(all, address)
			}
		}
	}
	if len(all) == 0 {
		all = []string{""}
	}
	return all
}

// junkReport reads Microsoft's way of complaining: the whole message attached, and no report.
func (r *reader) junkReport(returned fields) (wire.Reading, bool) {
	subject := strings.ToLower(r.header.get("subject"))
	recipient := wire.Address(returned.get("x-hmxmroriginalrecipient"))
	if recipient == "" && !strings.HasPrefix(subject, "complaint about message from") || len(returned) == 0 {
		return wire.Reading{}, false
	}
	e := r.event(recipient, "feedback", returned)
	e.Type, e.Reason = models.Complaint, "complaint"
	return wire.Reading{Events: []models.Event{e}}, true
}
