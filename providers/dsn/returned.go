package dsn

import (
	"regexp"
	"strings"
)

// returnedStart are the lines where the returned message begins. Its words must never decide anything.
var returnedStart = regexp.MustCompile(`(?im)^[\t >]{0,4}(` + strings.Join([]string{
	`[-=*_]+ *(this is a|below this line is a|the following is a|following (this line )?is a|here is a|included is a) ?copy of .*`,
	`(below|following|included|attached|here)( this line)? (is|are|follows) (a copy|the headers?|the (first|original)|the full) .*(message|mail|headers?).{0,20}`,
	`[-=*_]* *(the )?(original|unsent|returned|undelivered|bounced) (e-?mail|message|mail|text)( text| body)?( follows?| below| is (below|attached)|s|header|headers)?[.:]? *[-=*_]*`,
	`[-=*_]* *(start of )?(the )?(original |returned )?(message|mail)? ?headers?( of the (original )?message)?( follows?| below)?[.:]? *[-=*_]*`,
	`[-=*_]+ *the headers? of the original message .*`,
	`[-=*_]* *(message|mail) headers? follows?\.?.*`,
	`[-=*_]+ *(begin|start) .{0,20}(message|header).*`,
	`below is a copy of the original message:?.*`,
	`[-=*_]* *(ursprüngliche|originale?|weitergeleitete) ?-?nachricht.{0,20}|[-=*_]* *(kopie|kopfzeilen) (ihrer|der) .*nachricht.{0,20}`,
	`[-=*_]* *(message d'origine|message original|en-têtes du message|mensaje original|mensagem original|messaggio originale|oorspronkelijk(e)? bericht|oryginalna wiadomość|исходное (сообщение|письмо)|оригинал сообщения)[ :]*[-=*_]*`,
	`[-=*_]* *(原邮件|原始邮件|原信|原文|邮件原文|原始信件|元のメッセージ|オリジナルメッセージ|送信メール|원본 메시지).{0,12}`,
	`additional information`,
	`(message details|original message headers|reporting-mta|content-type: message/rfc822|return-path: ?<.*|mime-version: ?1\.0):?.*`,
	`received: ?from.*|received: ?\(qmail.*|received: ?by .*`,
}, "|") + `)\r?$`)

// uncut is how much of a text counts when nothing shows where the returned message begins.
const uncut = 6000

// cutReturned is the text without the returned message.
func cutReturned(text string) string {
	if at := returnedStart.FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	if len(text) > uncut {
		return strings.ToValidUTF8(text[:uncut], "")
	}
	return text
}

// afterReturned are the headers of a returned message that stands in the text.
func afterReturned(text string) fields {
	at := returnedStart.FindStringIndex(text)
	if at == nil {
		return nil
	}
	rest := text[at[0]:]
	if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(rest)), "received:") {
		_, after, _ := strings.Cut(rest, "\n")
		rest = after
	}
	f, _ := splitHeader([]byte(strings.TrimLeft(rest, "\r\n \t")))
	return f
}
