package dsn

import (
	"mime"
	"regexp"
	"strings"

	"github.com/emersion/go-message"

	"undelivered/models"
)

// awaySubject begins the subjects of automatic answers, in the languages that we know of.
var awaySubject = regexp.MustCompile(`(?i)^\s*(auto:|automatic reply|auto[ -]?reply|autoreply|autoresponse|out of (the )?office|vacation|away\b|abwesen|automatische antwort|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord|absence du bureau|fuera de la oficina)`)

// isAutomatic says whether the mail is an automatic answer. Only what is no bounce is asked.
func (r *reader) isAutomatic() bool {
	submitted, _, _ := strings.Cut(strings.ToLower(r.header.get("auto-submitted")), ";")
	submitted = strings.TrimSpace(submitted)
	switch {
	case strings.HasPrefix(submitted, "auto-replied"):
		return true
	case submitted != "" && submitted != "no" && !strings.HasPrefix(submitted, "auto-generated"):
		return true
	case r.header.get("x-autoreply") != "" || r.header.get("x-autorespond") != "":
		return true
	case strings.EqualFold(r.header.get("precedence"), "auto_reply"):
		return true
	case r.header.get("x-auto-response-suppress") != "" && r.header.get("subject") != "":
		return true // it answers a message of ours, or it is no event (see automatic)
	case strings.Contains(strings.ToUpper(r.header.get("x-apple-action")), "VACATION"):
		return true
	}
	return awaySubject.MatchString(headerWords(r.header.get("subject")))
}

// keptWords is how much of an answer is kept for the manager.
const keptWords = 500

// automatic is the event of an automatic answer to a message of ours. One that answers nothing of ours is no event:
// nobody asked for it.
func (r *reader) automatic() []models.Event {
	answered := fields{}
	ids := strings.Fields(r.header.get("references"))
	if reply := r.header.get("in-reply-to"); reply != "" {
		ids = append(ids, strings.Fields(reply)[0])
	}
	if len(ids) > 0 {
		answered["message-id"] = ids[len(ids)-1:]
	}
	e := r.event(r.header.get("from"), "automatic", answered)
	if e.AttemptRef == "" && e.MessageID == "" {
		return nil
	}
	e.Type, e.Reason = models.EventType(models.Autoresponder), "auto-reply"
	words := []rune(oneLine(r.text()))
	e.Diagnostic = string(words[:min(len(words), keptWords)])
	return []models.Event{e}
}

// headerWords reads a header that is written in encoded words.
func headerWords(s string) string {
	plain, err := (&mime.WordDecoder{CharsetReader: message.CharsetReader}).DecodeHeader(s)
	if err != nil {
		return s
	}
	return plain
}
