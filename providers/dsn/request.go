package dsn

import (
	"regexp"
	"strings"

	"undelivered/models"
)

// unsubscribeSubject is the subject of a mail that a mail program writes for its owner who wants no more: the
// one that our own List-Unsubscribe asks for, or the same word in other languages.
var unsubscribeSubject = regexp.MustCompile(
	`(?i)^\s*((re|aw|fwd?)\s*:\s*)*(please )?(list-?)?(unsubscri(be|bed|ption)( me| request)?|opt[ -]?out|remove( me)?|abbestellen|abmelden|abmeldung|austragen|` +
		`désabonner|désabonnement|désinscription|darse de baja|baja|cancelar (la )?suscripci[oó]n|cancelar (inscrição|assinatura)|descadastrar|disiscri(vi|zione)|cancella(mi|zione iscrizione)|` +
		`afmelden|uitschrijven|wypisz( mnie)?|rezygnacja|отписаться|отписка|退订|取消订阅|退訂|配信停止|購読解除|수신 ?거부|구독 ?취소|avregistrera|avmeld|abonelikten çık)\b?[.! ]*(request|[:-].{0,80})?$`,
)

// isUnsubscribe says whether the mail asks for no more mails like the one that it answers.
func (r *reader) isUnsubscribe() bool {
	return !r.isReport() && !r.nullSender() &&
		unsubscribeSubject.MatchString(headerWords(r.header.get("subject")))
}

// unsubscribe is the event of such a mail. Only one that shows which message it answers counts; anybody else
// could have written it. A mail to an address that everybody knows names its sender, who must be found by
// what was sent to him.
func (r *reader) unsubscribe() []models.Event {
	e := r.event(r.header.get("from"), "unsubscribe", r.returnedHeader())
	e.Type, e.Reason, e.Diagnostic = models.Unsubscribed, "unsubscribed", firstWords(r.text())
	return []models.Event{e}
}

// refused are the reasons for which a list or a group gives a message back without a report.
var refused = map[string]bool{
	"sender-restricted-group": true,
	"recipient-blocked-us":    true,
	"challenge-response":      true,
	"too-large":               true,
	"spam-content":            true,
	"attachment":              true,
	"virus":                   true,
}

// keeper are the names under which lists and groups answer.
var keeper = regexp.MustCompile(
	`(?i)[-_.+](admin|owner|request|bounces?|moderator|manager)@|listserv|majordomo|mailman|listmaster|sympa|ezmlm|postmaster|groups?\b`,
)

// isRefusal says whether a list or group answers our message by saying that it was not passed on.
func (r *reader) isRefusal() bool { return r.answersUs() && refused[r.refusalReason().ID] }

func (r *reader) refusalReason() models.Reason {
	if challenge.MatchString(headerWords(r.header.get("subject")) + "\n" + firstWords(r.text())) {
		challenged, _ := models.ReasonByID("challenge-response")
		return challenged
	}
	if !keeper.MatchString(r.header.get("from")) && !keeper.MatchString(r.header.get("return-path")) {
		return models.Reason{}
	}
	words := oneLine(headerWords(r.header.get("subject")) + ". " + cutReturned(r.text()))
	return models.MatchReason(models.Evidence{Channel: models.Email, Text: words, Returned: true})
}

// refusal is the event of such an answer.
func (r *reader) refusal() []models.Event {
	reason := r.refusalReason()
	recipient := ""
	if listed := mentioned(cutReturned(r.text()), r); len(listed) == 1 {
		recipient = listed[0]
	}
	if recipient == "" && reason.ID == "challenge-response" {
		recipient = r.header.get("from")
	}
	e := r.event(recipient, "refusal", r.returnedHeader())
	e.Type, e.Reason = reason.EventType(), reason.ID
	e.Diagnostic = firstWords(strings.TrimSpace(cutReturned(r.text())))
	return []models.Event{e}
}
