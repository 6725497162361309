package handlers

import (
	"strings"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// longestProof is how much of a reply stands beside the cause; all of it is under what the provider said.
const longestProof = 240

// proofOf is how sure the cause of a failure is and what shows it; the zero Proof where nobody outside has
// said anything.
func proofOf(st report.NotificationDetail) views.Proof {
	e, connection := decidingReport(st)
	if !e.Type.Failure() || e.Reason == "" {
		return views.Proof{}
	}
	provider := st.Connections[connection].Provider
	if provider == "smtp" {
		provider = models.ByMail
	}
	v := models.Judge(e, provider)
	p := views.Proof{Sure: v.Sureness(), Heard: models.HeardIn(e)}
	if len(v.Clues) > 0 && (v.Clues[0].Kind == "provider" || v.Clues[0].Kind == "reader") {
		p.Provider = providerName(st.Connections[connection])
	}
	if p.Heard.By == "" && p.Heard.Codes != "" && p.Provider == "" {
		p.Heard.By = models.DomainOf(e.Channel, e.Recipient)
	}
	p.Heard.Words = clipped(p.Heard.Words, longestProof)
	return p
}

func clipped(words string, most int) string {
	if len(words) <= most {
		return words
	}
	return strings.ToValidUTF8(words[:most], "") + "…"
}

// decidingReport is what gives the present status: an event, or the refusal of a hand-over.
func decidingReport(st report.NotificationDetail) (e models.Event, connection string) {
	id := decidingEvent(st)
	for _, e := range st.Events {
		if e.ID == id && id != "" {
			return e, e.ConnectionID
		}
	}
	last := toldOf(st)
	if last.OwnState != models.Rejected || last.Diagnostic == "" {
		return models.Event{}, ""
	}
	reason, _ := models.ReasonByID(last.OwnReason)
	return models.Event{
		Type:         reason.EventType(),
		Channel:      last.Channel,
		Recipient:    last.Recipient,
		Reason:       last.OwnReason,
		Diagnostic:   last.Diagnostic,
		SMTPCode:     models.ReplyCode(last.Diagnostic),
		EnhancedCode: models.EnhancedStatus(last.Diagnostic),
	}, last.ConnectionID
}
