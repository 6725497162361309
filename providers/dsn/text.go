package dsn

import (
	"regexp"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// paragraph is what a text says about one recipient.
type paragraph struct {
	address, text string
}

// addressLine is a line that begins with an address, perhaps after a label: the beginning of a paragraph. Exchange
// goes on with "on" and a date.
var addressLine = regexp.MustCompile(`^[\t >]{0,8}(?:([A-Za-z][A-Za-z ]{1,40}?)[ \t]*:[ \t]*)?["'<(]{0,2}([^\s<>"'()@:;,]+@[^\s<>"'()@:;,]+[^\s<>"'()@:;,.])[">')]{0,2}[ \t]*(?:[:;,]|\.\.\.|$|on \d[\d/.]*.*$)[ \t]*(.*)$`)

// plainLabels only say that an address follows; any other label is the reason ("Unknown user: x@y").
var plainLabels = map[string]bool{"": true, "to": true, "recipient": true, "address": true, "recipient address": true, "rcpt to": true}

// otherLabels begin lines about somebody else.
var otherLabels = map[string]bool{"from": true, "sender": true, "reply to": true, "original sender": true, "mail from": true,
	"date": true, "subject": true, "cc": true, "bcc": true, "contact": true, "please contact": true, "envelope from": true}

// paragraphs tells the recipients of a text apart. An address without words of its own shares the next one's. A line
// "To:" counts only when nothing else does: it may be an echo of our own header.
func paragraphs(text string) []paragraph {
	var found, echoes []paragraph
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		m := addressLine.FindStringSubmatch(line)
		if m != nil && !otherLabels[strings.ToLower(m[1])] && len(found) < maxParts {
			p := paragraph{address: m[2], text: m[3]}
			if !plainLabels[strings.ToLower(m[1])] {
				p.text = m[1] + " " + m[3]
			}
			if strings.EqualFold(m[1], "to") {
				echoes = append(echoes, p)
			} else {
				found = append(found, p)
			}
			continue
		}
		if len(found) > 0 {
			found[len(found)-1].text += "\n" + line
		} else if len(echoes) > 0 {
			echoes[len(echoes)-1].text += "\n" + line
		}
	}
	if len(found) == 0 {
		found = echoes
	}
	return shared(found)
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
		if said := spoken(text, 3); said != "" {
			text = said
		}
		found[i].text = oneLine(text)
	}
	return found
}

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

// stillTrying are the words of a warning: the mail may still arrive.
var stillTrying = regexp.MustCompile(`(?i)you do not need to resend|will (be retried|retry)|will (continue|keep) (trying|to try)|this is a warning (message )?only|warning: (message|could not send)|still being retried|message .{0,40}delayed|delivery .{0,20}delayed|will try again`)

// fromText reads a bounce without a report.
func (r *reader) fromText() []models.Event {
	text := r.text()
	returned, ok := r.returned()
	if !ok {
		returned = afterReturned(text)
	}
	human := cutReturned(text)
	late := stillTrying.MatchString(human) || stillTrying.MatchString(r.header.get("subject"))
	var events []models.Event
	for _, p := range r.failed(human, returned) {
		e := r.event(p.address, "text", returned)
		e.Diagnostic = p.text
		if late {
			events = append(events, wire.Deferral(e, ""))
		} else {
			events = append(events, wire.Failure(e, ""))
		}
	}
	return events
}

// failed lists the recipients of a text bounce, each with its words. There is always one: an unknown recipient is
// found by our marks.
func (r *reader) failed(human string, returned fields) []paragraph {
	listed := paragraphs(human)
	whole := wire.Pick(spoken(human, 3), oneLine(human))
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
	var own []paragraph
	for _, p := range listed {
		if _, ours := wire.BouncedAttempt(r.settings, p.address); p.text != "" && !ours {
			own = append(own, p)
		}
	}
	if len(own) == 0 {
		own = []paragraph{{wire.Pick(soleRecipient(returned), onlyAddress(listed)), whole}}
	}
	if len(own) == 1 && !says(own[0].text) && says(whole) {
		own[0].text = whole // some systems give the reason first and the address after it
	}
	return own
}

// says whether the dictionary finds anything in the words.
func says(words string) bool {
	return !models.MatchReason(models.Evidence{Channel: models.Email, Text: words}).ByDefault
}

// failedNames are the recipients that Exim and Google name in the header.
func (r *reader) failedNames() []paragraph {
	var names []paragraph
	for _, line := range r.header["x-failed-recipients"] {
		for _, address := range strings.Split(line, ",") {
			if address = wire.Address(address); strings.Contains(address, "@") && len(names) < maxParts {
				names = append(names, paragraph{address: address})
			}
		}
	}
	return names
}

func onlyAddress(listed []paragraph) string {
	if len(listed) == 1 {
		return listed[0].address
	}
	return ""
}
