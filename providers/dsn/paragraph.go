package dsn

import (
	"regexp"
	"strings"
)

// paragraph is what a text says about one recipient.
type paragraph struct {
	address, text string
}

// addressLine is a line that begins with an address, perhaps after a label: the beginning of a paragraph.
// Exchange goes on with "on" and a date.
var addressLine = regexp.MustCompile(
	`^[\t >*•-]{0,12}(?:(\p{L}[\p{L} '/.-]{0,48}?)[ \t]*[:：][ \t]*)?["'<(\[]{0,2}(?:mailto:)?([^\s<>"'()\[\]@:;,]+@[^\s<>"'()\[\]@:;,]+[^\s<>"'()\[\]@:;,.])[">')\]]{0,2}[ \t]*` +
		`(?:[:：;,]|\.\.\.|$|(?:on|am|le|el|il|op|em|dnia|в|den|den\.) +[^@]{0,16}\d[\d/.,: ]*.*$)[ \t]*(.*)$`,
)

// addressAndReason is a line with an address, a blank and the reason.
var addressAndReason = regexp.MustCompile(
	`^[\t >*•-]{0,12}<?([^\s<>"'()\[\]@:;,]+@[^\s<>"'()\[\]@:;,]+[^\s<>"'()\[\]@:;,.])>?[ \t]+(?:[-–=(]+[ \t]*)?(\S.*)$`,
)

// replyAndAddress is a line of a transcript: the reply, the address, the words.
var replyAndAddress = regexp.MustCompile(
	`^[\t ]{0,4}([45]\d\d(?:[ -][45]\.\d{1,3}\.\d{1,3})?)[ -]<?([^\s<>"'()@:;,]+@[^\s<>"'()@:;,]+[^\s<>"'()@:;,.])>?(?:\.\.\.|:)[ \t]*(.*)$`,
)

// plainLabels only say that an address follows; any other label is the reason ("Unknown user: x@y").
var plainLabels = labels(
	`to|recipient|recipients|address|recipient address|rcpt to|email|e-mail|mailbox|user|failed recipient|failed recipients|intended recipient|final recipient|original recipient|` +
		`an|empfänger|adresse|à|destinataire|destinataires|para|destinatario|destinatarios|destinatário|a|destinatari|aan|ontvanger|do|odbiorca|adresat|кому|получатель|адресат|收件人|收件者|接收者|宛先|受信者|送信先|받는 사람|수신자|alıcı|kime|till|mottagare|til|modtager|mottaker`,
)

// otherLabels begin lines about somebody else.
var otherLabels = labels(
	`from|sender|reply to|reply-to|original sender|mail from|date|subject|cc|bcc|contact|please contact|envelope from|envelope-from|return-path|return path|message-id|message id|for assistance|questions|support|postmaster|administrator|` +
		`von|absender|de|expéditeur|remitente|remetente|da|mittente|van|afzender|od|nadawca|от|отправитель|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|gönderen|från|fra|avsändare|afsender`,
)

func labels(names string) map[string]bool {
	all := map[string]bool{"": false}
	for _, name := range strings.Split(names, "|") {
		all[name] = true
	}
	return all
}

// paragraphs tells the recipients of a text apart. An address without words of its own shares the next one's.
// A line "To:" counts only when nothing else does: it may be an echo of our own header.
func paragraphs(text string) []paragraph {
	var found, echoes []paragraph
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		p, label, begins := beginning(line)
		switch {
		case begins && len(found) < maxParts && label == "to":
			echoes = append(echoes, p)
		case begins && len(found) > 0 && strings.EqualFold(found[len(found)-1].address, p.address):
			found[len(found)-1].text += "\n" + line // a wrapped line that repeats the address
		case begins && len(found) < maxParts:
			found = append(found, p)
		case len(found) > 0:
			found[len(found)-1].text += "\n" + line
		case len(echoes) > 0:
			echoes[len(echoes)-1].text += "\n" + line
		}
	}
	if len(found) == 0 {
		found = echoes
	}
	return together(shared(found))
}

// beginning reads a line as the beginning of a paragraph.
func beginning(line string) (p paragraph, label string, ok bool) {
	if m := replyAndAddress.FindStringSubmatch(line); m != nil {
		return paragraph{plainAddress(m[2]), m[1] + " " + m[3]}, "", true
	}
	if m := addressLine.FindStringSubmatch(line); m != nil {
		label = strings.ToLower(m[1])
		if otherLabels[label] {
			return p, label, false
		}
		p = paragraph{address: plainAddress(m[2]), text: m[3]}
		if label != "" && !plainLabels[label] {
			p.text = m[1] + " " + m[3]
		}
		return p, label, true
	}
	if m := addressAndReason.FindStringSubmatch(line); m != nil &&
		(replyStart.MatchString(" "+m[2]) || says(m[2])) {
		return paragraph{plainAddress(m[1]), m[2]}, "", true
	}
	return p, "", false
}

// shared gives every paragraph its words, on one line.
func shared(found []paragraph) []paragraph {
	next := ""
	for i := len(found) - 1; i >= 0; i-- {
		text := strings.TrimSpace(found[i].text)
		if text == "" {
			text = next
		}
		next = text
		found[i].text = decisive(text)
	}
	return found
}

// together makes one paragraph of those about the same recipient: the list of names and the transcript below
// it.
func together(found []paragraph) []paragraph {
	var out []paragraph
	at := map[string]int{}
	for _, p := range found {
		key := strings.ToLower(p.address)
		i, seen := at[key]
		switch {
		case !seen:
			at[key] = len(out)
			out = append(out, p)
		case !says(out[i].text) && says(p.text):
			out[i].text = p.text
		}
	}
	return out
}
