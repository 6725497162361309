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
	returned, ok := r.returned()
	if !ok {
		returned = afterReturned(r.text())
	}
	var events []models.Event
	for _, block := range recipients {
		events = append(events, r.recipientEvent(about, block, returned))
	}
	return events
}

// blocks tells the blocks of a report apart. A second Final-Recipient begins a new one even without an empty line,
// and a report of one block only is about its recipient too.
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
	return len(line) > len(name) && line[len(name)] == ':' && strings.EqualFold(string(line[:len(name)]), name)
}

// recipientEvent reads what the report says about one recipient.
func (r *reader) recipientEvent(about, block, returned fields) models.Event {
	status := models.EnhancedStatus(" " + block.get("status") + " ")
	action := actionOf(block.get("action"))
	e := r.event(recipientOf(block, returned), action+" "+status, returned)
	if id := fromXtext(about.get("original-envelope-id")); id != "" && e.AttemptRef == "" {
		e.AttemptRef = id
	}
	for _, at := range []string{block.get("last-attempt-date"), r.header.get("date"), about.get("arrival-date")} {
		if t := timeOf(at); !t.IsZero() {
			e.OccurredAt = t
			break
		}
	}
	e.Diagnostic = r.words(block, e.Recipient)
	e.EnhancedCode = closer(status, e.Diagnostic)
	switch kindOf(action, status, e.Diagnostic+r.text()) {
	case models.Delivered:
		e.Type = models.Delivered
		return e
	case models.Sent:
		e.Type = models.Sent
		return e
	case models.Deferred:
		return wire.Deferral(e, "")
	}
	return wire.Failure(e, "")
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
func kindOf(action, status, text string) models.EventType {
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

// words are what the dictionary is asked with: the diagnostic, or what the other server said, or the text for people
// near the address.
func (r *reader) words(block fields, recipient string) string {
	words := withoutType(block.get("diagnostic-code"))
	if letters(words) >= 8 {
		return words
	}
	text := r.text()
	if said := spoken(text, 3); said != "" {
		return strings.TrimSpace(words + " " + said)
	}
	for _, p := range paragraphs(cutReturned(text)) {
		if strings.EqualFold(p.address, recipient) && letters(p.text) >= 8 {
			return strings.TrimSpace(words + " " + p.text)
		}
	}
	if words == "" {
		return oneLine(cutReturned(text))
	}
	return words
}

// diagnosticType begins a diagnostic: "smtp;", "X-Postfix;".
var diagnosticType = regexp.MustCompile(`^\s*[A-Za-z0-9-]+\s*;\s*`)

func withoutType(diagnostic string) string {
	return strings.TrimSpace(diagnosticType.ReplaceAllString(diagnostic, ""))
}
