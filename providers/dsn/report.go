package dsn

import (
	"regexp"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// report reads a delivery status (RFC 3464): one block about the message, one about each recipient.
func (r *reader) report(body []byte) []models.Event {
	about, recipients := blocks(body)
	returned := r.returnedHeader()
	var events []models.Event
	for _, block := range recipients {
		events = append(events, r.recipientEvent(about, block, returned))
	}
	return events
}

// blocks tells the blocks of a report apart. A second Final-Recipient begins a new one even without an empty
// line, and a report of one block only is about its recipient too.
func blocks(body []byte) (about fields, recipients []fields) {
	about = fields{}
	for body = apart(body); len(body) > 0 && len(recipients) < maxParts; {
		var block fields
		block, body = splitHeader(body)
		if block.get("final-recipient") != "" || block.get("original-recipient") != "" {
			recipients = append(recipients, block)
			continue
		}
		for name, values := range block {
			about[name] = append(about[name], values...)
		}
	}
	if len(recipients) == 0 && about.get("action")+about.get("status") != "" {
		recipients = []fields{about}
	}
	return about, recipients
}

// apart puts an empty line before each Final-Recipient that comes second in its block.
func apart(body []byte) []byte {
	var out []byte
	for seen := false; len(body) > 0; {
		line, rest := nextLine(body)
		body = rest
		switch {
		case len(line) == 0:
			seen = false
		case hasName(line, "final-recipient"):
			if seen {
				out = append(out, '\n')
			}
			seen = true
		}
		out = append(append(out, line...), '\n')
	}
	return out
}

func hasName(line []byte, name string) bool {
	return len(line) > len(name) && line[len(name)] == ':' &&
		strings.EqualFold(string(line[:len(name)]), name)
}

// recipientEvent reads what the report says about one recipient.
func (r *reader) recipientEvent(about, block, returned fields) models.Event {
	status := models.EnhancedStatus(" " + block.get("status") + " ")
	action := actionOf(block.get("action"))
	e := r.event(r.meant(block, returned), action+" "+status, returned)
	if id := fromXtext(about.get("original-envelope-id")); id != "" && e.AttemptRef == "" {
		e.AttemptRef = id
	}
	for _, at := range []string{block.get("last-attempt-date"), r.header.get("date"),
		about.get("arrival-date")} {
		if t := timeOf(at); !t.IsZero() {
			e.OccurredAt = t
			break
		}
	}
	e.Diagnostic = r.words(block, e.Recipient)
	e.EnhancedCode = closer(status, e.Diagnostic)
	switch kindOf(action, status, e.Diagnostic+"\n"+cutReturned(r.text()),
		block.get("will-retry-until") != "") {
	case models.Delivered:
		e.Type = models.Delivered
		return e
	case models.Sent:
		e.Type = models.Sent
		return e
	case models.Deferred:
		return wire.Deferral(e, models.ByMail)
	}
	return wire.Failure(e, models.ByMail)
}

// actions are the words of the field Action. What it says outranks the status.
var actions = map[string]models.EventType{
	"delayed": models.Deferred, "delivered": models.Delivered, "deliverable": models.Delivered,
	"relayed": models.Sent, "expanded": models.Sent,
}

// actionOf is the first word, without comments and the rest that servers add.
func actionOf(value string) string {
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(value)), " ")
	word, _, _ = strings.Cut(word, ";")
	word, _, _ = strings.Cut(word, "(")
	return word
}

// kindOf is the type of event before the dictionary is asked; empty for a failure.
func kindOf(action, status, text string, again bool) models.EventType {
	if actions[action] == models.Deferred && !again && expired.MatchString(text) {
		return "" // worded as a delay, but there will be no other try
	}
	if action != "" {
		return actions[action]
	}
	switch {
	case strings.HasPrefix(status, "2"):
		return models.Delivered
	case strings.HasPrefix(status, "4") && stillTrying.MatchString(text):
		return models.Deferred
	}
	return ""
}

// expired are the words of a server that has given up.
var expired = regexp.MustCompile(
	`(?i)\b(envelope|message|mail|queue( time)?|delivery time) (has )?expired|giving up on|will not be (tried|retried) again|no longer be (tried|attempted)`,
)

// meant is the recipient of a block: never an address of ours, which some servers name.
func (r *reader) meant(block, returned fields) string {
	address := recipientOf(block, returned)
	if sole := soleRecipient(returned); r.isOurs(address) && sole != "" {
		return sole
	}
	return address
}

// words are what the dictionary is asked with: the diagnostic, or what the other server said, or the text for
// people near the address.
func (r *reader) words(block fields, recipient string) string {
	words := innerReply(withoutType(wire.Pick(block.get("diagnostic-code"), supplementary(block))))
	human := withoutEchoes(cutReturned(r.text()), headerWords(r.returnedHeader().get("subject")))
	if letters(words) >= 8 {
		return r.withMore(words, human, block.get("status"), recipient)
	}
	if said := spoken(human, 3); said != "" {
		return strings.TrimSpace(words + " " + said)
	}
	if said := about(human, recipient); letters(said) >= 8 {
		return strings.TrimSpace(words + " " + said)
	}
	if words == "" || !says(words) {
		return strings.TrimSpace(words + " " + decisive(human))
	}
	return words
}

// about is what a text says about one recipient.
func about(human, recipient string) string {
	for _, p := range paragraphs(human) {
		if strings.EqualFold(p.address, recipient) {
			return p.text
		}
	}
	return ""
}

// withMore adds what the text for people knows beyond the diagnostic: how far the conversation had come, and
// the reason where the diagnostic and the status have none.
func (r *reader) withMore(words, human, status, recipient string) string {
	if at := inReply.FindString(oneLine(human)); at != "" && !strings.Contains(words, at) {
		words += " " + at
	}
	if !says(words + " " + status) {
		if said := about(human, recipient); says(said) {
			words += " " + said
		}
	}
	return words
}

// inReply is Postfix's note about what was answered.
var inReply = regexp.MustCompile(`\(in reply to [A-Za-z ]{2,30}\)`)

// supplementary is where IronPort says why: <mx.example #5.0.0 smtp; 554 delivery error: …>.
func supplementary(block fields) string {
	return strings.Trim(
		wire.Pick(block.get("x-supplementary-info"), block.get("x-notes"), block.get("x-reason")),
		"<> ",
	)
}

// diagnosticType begins a diagnostic: "smtp;", "X-Postfix;".
var diagnosticType = regexp.MustCompile(`^\s*(?:[A-Za-z0-9.-]+ #\d\.\d+\.\d+ )?[A-Za-z0-9-]+\s*;\s*`)

func withoutType(diagnostic string) string {
	return strings.TrimSpace(diagnosticType.ReplaceAllString(diagnostic, ""))
}
