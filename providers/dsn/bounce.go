package dsn

import (
	"regexp"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// mailer are the names under which mail systems write.
var mailer = regexp.MustCompile(
	`(?i)mailer-?daemon|post_?master|mail[ -]?delivery[ -]?(sub)?system|mail ?administrator|mms administrator|` +
		`system administrator|mail system|internet mail service|\bmdaemon\b|mail-?server|mailsystem|mail transport|delivery ?status|\bbounce[sd]?\b|系统退信|退信|系統管理員`,
)

// failureSubject are the subjects under which they do, in the languages that most of them speak.
var failureSubject = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`undeliver|delivery[ -]status|failure notice|returned mail|returned (to|message)|delivery (has |was )?(fail|problem|error|delay|incomplete)`,
	`deliver(y|ing|ed)? .{0,20}fail|fail(ed|ure)?:? .{0,20}deliver|mail delivery failed|non-?delivery|delivery (report|notification|failure)`,
	`(could|can|was|were|has|have)( ?not|n't) (be(en)? )?(delivered|sent)|delayed mail|warning: (could not send|message)|mail (system )?error|message (not delivered|blocked|delayed|rejected)`,
	`bounced? (mail|message)|mail bounce|returning message|rejected mail|mail rejected|nondeliverable|delivery unsuccessful|unable to deliver|notification.{0,10}fail|permanent (delivery )?(failure|error)|user unknown|host unknown|unknown user`,
	`unzustellbar|nicht zustellbar|zustellung.{0,30}(fehl|nicht|verz)|nicht zugestellt|fehlgeschlagen|zurückgesandt`,
	`non remis|échec|echec|non distribu|non délivr|retour de courrier|impossible de remettre`,
	`no se (pudo|puede|ha podido)? ?entreg|no entregad|devuelto|fallo en la entrega|error (de|en la) entrega|no se pudo enviar`,
	`não (foi )?entreg|nao entreg|falha na entrega|devolvid|falha no envio|não pôde ser`,
	`mancat[ao] (recapito|consegna)|non recapitabile|impossibile recapitare|non consegnat|consegna .{0,10}fallita`,
	`onbestelbaar|niet (be|af)geleverd|kan niet worden|niet bezorgd|bezorging mislukt|aflevering mislukt`,
	`niedostarcz|nie dostarcz|nie można dostarczyć|zwrot|niedoręcz|nieudane dostarcz`,
	`недостав|не доставлен|не удалось доставить|ошибка доставки|возвра|недоставлен`,
	`退信|退回|无法投递|无法送达|投递失败|未送达|傳送失敗|無法傳遞|邮件发送失败|发送失败`,
	`配信(不能|できません|エラー|失敗)|送信(エラー|できません)|宛先不明|お届けできません|未達|不達`,
	`배달(되지| ?실패)|반송|전송 ?실패|전달되지`,
	`teslim edilemedi|iletilemedi|kunde inte levereras|kunne ikke leveres|olevererbart|ulevert|toimitus epäonnistui|nedoručiteln|kézbesíthetetlen|nelivrat`,
}, "|"))

// isBounce says whether the mail is a report about a delivery.
func (r *reader) isBounce() bool {
	if r.isReport() {
		return true
	}
	if _, ok := r.object(); ok {
		return false // a notification of a service: it is read as its post
	}
	from, subject := headerWords(r.header.get("from")), headerWords(r.header.get("subject"))
	mailed, failed := mailer.MatchString(from), failureSubject.MatchString(subject)
	switch {
	case mailed && failed:
		return true
	case awaySubject.MatchString(subject):
		return false
	case mailed:
		return r.fails()
	case r.nullSender():
		return failed || r.fails() && !r.saysAutomatic()
	}
	return failed && r.fails() && r.answersUs()
}

// isReport says whether the mail is marked as a report about a delivery.
func (r *reader) isReport() bool {
	if _, ok := r.find("message/delivery-status", "message/global-delivery-status"); ok {
		return true
	}
	return r.kind == "multipart/report" && strings.EqualFold(r.params["report-type"], "delivery-status") ||
		r.header.get("x-failed-recipients") != "" || hasReport(r.text())
}

// nullSender says whether the mail came from nobody, or from a mailer, as reports do.
func (r *reader) nullSender() bool {
	path, known := r.header["return-path"]
	if !known {
		return false // a mail that was piped to us has no such line
	}
	sender := strings.Trim(path[0], " <>")
	return sender == "" || mailer.MatchString(sender)
}

// fails says whether the text tells of a failure: a reply code, or words that the dictionary knows.
func (r *reader) fails() bool {
	human := cutReturned(r.text())
	return replyStart.MatchString(human) || says(oneLine(human))
}

// says whether the dictionary finds anything in the words.
func says(words string) bool {
	v := models.Weigh(models.Evidence{Channel: models.Email, Text: words, Returned: true})
	return !v.Reason.ByDefault && v.Reason.Status() != models.Autoresponder
}

// answersUs says whether the mail names a message of ours, or came to a proven bounce address.
func (r *reader) answersUs() bool {
	attempt, messageID := r.marks(r.returnedHeader())
	return attempt != "" || messageID != ""
}

func hasReport(text string) bool {
	return reportLine.MatchString(text)
}

var reportLine = regexp.MustCompile(`(?im)^[\t >|]{0,8}Final-Recipient:`)

// bounces reads the report, or the text where there is none.
func (r *reader) bounces() []models.Event {
	var events []models.Event
	for _, p := range r.parts {
		if strings.HasSuffix(p.kind, "delivery-status") {
			events = append(events, r.report(p.body)...)
		}
	}
	if len(events) == 0 {
		if text := r.text(); hasReport(text) {
			events = r.report([]byte(text[reportStart(text):]))
		}
	}
	if len(events) == 0 {
		events = r.fromText()
	}
	return events
}

// reportStart is where a report inside a text begins.
func reportStart(text string) int {
	if at := reportHead.FindStringIndex(text); at != nil {
		return at[0]
	}
	return reportLine.FindStringIndex(text)[0]
}

var reportHead = regexp.MustCompile(`(?im)^[\t >|]{0,8}Reporting-MTA:`)

// inner is the bounce that another mail encloses: a gateway or a list has put it there.
func (r *reader) inner() (*reader, bool) {
	if r.depth >= maxDepth || r.isReport() {
		return nil, false
	}
	for _, p := range r.parts {
		if p.kind != "message/rfc822" && p.kind != "message/global" {
			continue
		}
		m := takeApart(p.body)
		in := &reader{
			mail:       m,
			raw:        r.raw,
			settings:   r.settings,
			envelopeTo: r.envelopeTo,
			depth:      r.depth + 1,
			outer:      r,
		}
		if len(m.header) > 0 &&
			(in.isReport() || mailer.MatchString(headerWords(m.header.get("from"))) && in.isBounce()) {
			return in, true
		}
	}
	return nil, false
}

// isOurs says whether an address is the one that we write from, or that the mail came to: it is never the one
// that could not be reached.
func (r *reader) isOurs(address string) bool {
	if _, ours := wire.BouncedAttempt(r.settings, address); ours {
		return true
	}
	for _, own := range r.own() {
		if own != "" && strings.EqualFold(own, address) {
			return true
		}
	}
	return false
}

// own are the addresses of ours.
func (r *reader) own() []string {
	returned := r.returnedHeader()
	all := []string{
		wire.Address(r.settings["from"]),
		wire.Address(r.settings["bounce_address"]),
		wire.Address(r.envelopeTo),
		wire.Address(returned.get("from")),
		wire.Address(returned.get("sender")),
		wire.Address(returned.get("return-path")),
	}
	for ; r != nil; r = r.outer {
		for _, name := range []string{"to", "delivered-to", "x-original-to", "from"} {
			all = append(all, wire.Address(r.header.get(name)))
		}
	}
	return all
}
