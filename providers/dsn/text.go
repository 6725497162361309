package dsn

import (
	"regexp"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// spoken is what the other server said in a transcript: the last lines that begin with <<<.
func spoken(text string, last int) string {
	var said []string
	for _, line := range strings.Split(text, "\n") {
		if words, ok := strings.CutPrefix(strings.TrimSpace(line), "<<< "); ok {
			said = append(said, strings.TrimSpace(words))
		}
	}
	return strings.Join(said[max(0, len(said)-last):], " ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// replyStart is where a reply of a mail server begins: its code, or an enhanced status.
var replyStart = regexp.MustCompile(
	`(?:^|[^\w.@-])[45][0-5]\d[ -][#(<\["']{0,2}(?:[45]\.\d{1,3}\.\d{1,3}|[^\s\d]{2})|[#(\s:][45]\.\d{1,3}\.\d{1,3}[\s)>:.-]`,
)

// decisive are the words of a text that decide: what the other server said, else the block with its reply,
// else all. What the mailer adds above and below is its own.
func decisive(text string) string {
	if said := spoken(text, 3); letters(said) >= 4 {
		return said
	}
	for _, block := range blankLine.Split(text, -1) {
		if replyStart.MatchString(" "+block) && says(oneLine(block)) {
			return innerReply(oneLine(block))
		}
	}
	return innerReply(oneLine(text))
}

var blankLine = regexp.MustCompile(`\r?\n[ \t>]*\r?\n`)

// quotedReply is a reply that a gateway quotes: 554-'5.7.1 …'.
var quotedReply = regexp.MustCompile(`([45]\d\d)[- ]'([^']{6,})'`)

// innerReply is the reply that another one quotes; the words around it are the gateway's, the same for each
// refusal.
func innerReply(words string) string {
	if m := quotedReply.FindStringSubmatch(words); m != nil {
		return m[1] + " " + m[2]
	}
	return words
}

// stillTrying are the words of a warning: the mail may still arrive.
var stillTrying = regexp.MustCompile(
	`(?i)(you )?(do not|don't) need to (resend|take any action)|no (further )?action is required|will (be retried|retry)|will (continue|keep) (to )?(trying|try|attempt)|` +
		`this is a warning (message )?only|warning: (message|could not send)|still being retried|message .{0,40}delayed|delivery .{0,20}delayed|delayed mail|has been delayed|will try again|try to deliver .{0,40}(again|until)|` +
		`not (yet )?been delivered yet|only a warning|wird weiter(hin)? versucht|noch nicht zugestellt|verzögert|a été retardée|nouvelles? tentatives?|se (seguirá|continuará) intentando|será reintentad|verrà riprovat|ritardat|vertraagd|opóźnion|задерж|повторн(ые|ая) попытк|延迟|将继续尝试|遅延|再送を(試み|続け)`,
)

// overNow are the words of a report that only looks like a warning.
var overNow = regexp.MustCompile(
	`(?i)expired|giving up|gave up|given up|no longer be (tried|attempted|retried)|will not be (tried|retried|re-attempted)|permanent(ly)? (fail|error|fatal)|undeliverable|could not be delivered (for|after)|failed permanently|delivery has failed`,
)

// fromText reads a bounce without a report.
func (r *reader) fromText() []models.Event {
	returned := r.returnedHeader()
	human := r.human(returned)
	subject := headerWords(r.header.get("subject"))
	late := (stillTrying.MatchString(human) || stillTrying.MatchString(subject)) &&
		!overNow.MatchString(human)
	var events []models.Event
	for _, p := range r.failed(human, returned) {
		e := r.event(p.address, "text", returned)
		e.Diagnostic = p.text
		if late {
			events = append(events, wire.Deferral(e, models.ByMail))
		} else {
			events = append(events, wire.Failure(e, models.ByMail))
		}
	}
	return events
}

// human is the text of the mail without the returned message, and without what it echoes of it.
func (r *reader) human(returned fields) string {
	text := cutReturned(r.text())
	if !replyStart.MatchString(text) && !says(oneLine(text)) {
		text = cutReturned(r.allText())
	}
	return withoutEchoes(text, headerWords(returned.get("subject")))
}

// echoLine is a line about the returned message, in the languages of mail programs.
var echoLine = regexp.MustCompile(
	`(?im)^[\t >*]{0,12}(subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|temat|тема|主题|主旨|标题|件名|제목|konu|ämne|emne|message-id|sent|gesendet|envoyé|enviado|inviato|verzonden|wysłano|发送时间)[ \t]*[:：].*(\n[ \t]{12,}\S.*)*$`,
)

// withoutEchoes leaves out the lines about the returned message, and its subject wherever it is quoted.
func withoutEchoes(text, subject string) string {
	text = echoLine.ReplaceAllString(text, "")
	if letters(subject) >= 8 {
		text = strings.ReplaceAll(text, subject, "")
	}
	return text
}

// failed lists the recipients of a text bounce, each with its words. There is always one: an unknown
// recipient is found by our marks.
func (r *reader) failed(human string, returned fields) []paragraph {
	whole := decisive(human)
	listed := r.notOurs(paragraphs(human))
	if names := r.failedNames(); len(names) > 0 {
		for i, name := range names {
			names[i].text = whole
			for _, p := range listed {
				if strings.EqualFold(p.address, name.address) && p.text != "" {
					names[i].text = p.text
				}
			}
		}
		return names
	}
	if len(listed) == 0 {
		listed = []paragraph{{r.someRecipient(human, returned), whole}}
	}
	if len(listed) == 1 && !says(listed[0].text) && says(whole) {
		listed[0].text = whole // some systems give the reason first and the address after it
	}
	return listed
}

// notOurs leaves out what says nothing and what is about an address of ours.
func (r *reader) notOurs(listed []paragraph) []paragraph {
	var out []paragraph
	for _, p := range listed {
		if p.text != "" && !r.isOurs(p.address) {
			out = append(out, p)
		}
	}
	if len(out) == 0 && len(listed) == 1 && !r.isOurs(listed[0].address) {
		return listed
	}
	return out
}

// someRecipient is the recipient where the text has no line of his own: the one of the returned message, or
// the one address that the text names.
func (r *reader) someRecipient(human string, returned fields) string {
	if sole := soleRecipient(returned); sole != "" && !r.isOurs(sole) {
		return sole
	}
	if named := mentioned(human, r); len(named) > 0 {
		return named[0]
	}
	return ""
}

// anAddress finds the addresses in a text.
var anAddress = regexp.MustCompile(`[^\s<>"'()\[\]@:;,=*]+@[\p{L}\p{N}][\p{L}\p{N}.-]*[\p{L}\p{N}]`)

// staffed are the addresses of people who help, not of recipients.
var staffed = regexp.MustCompile(
	`(?i)^(post_?master|abuse|mailer-daemon|no-?reply|support|help(desk)?|hostmaster|antispam|administrator|sysadmin)@`,
)

// mentioned are the addresses that a text names, without ours and those of people who help.
func mentioned(text string, r *reader) []string {
	var all []string
	for _, address := range anAddress.FindAllString(text, maxParts) {
		address = plainAddress(strings.Trim(address, ".-"))
		if !staffed.MatchString(address) && !r.isOurs(address) && !containsFold(all, address) {
			all = append(all, address)
		}
	}
	return all
}

func containsFold(all []string, s string) bool {
	for _, one := range all {
		if strings.EqualFold(one, s) {
			return true
		}
	}
	return false
}

// failedNames are the recipients that Exim and Google name in the header.
func (r *reader) failedNames() []paragraph {
	var names []paragraph
	for _, line := range r.header["x-failed-recipients"] {
		for _, address := range strings.Split(line, ",") {
			if address = plainAddress(address); strings.Contains(address, "@") && len(names) < maxParts {
				names = append(names, paragraph{address: address})
			}
		}
	}
	return names
}
