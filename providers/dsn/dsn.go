// Package dsn reads the mails that come back: bounces with and without a report, complaints (ARF), and
// automatic answers. The order of its questions matters: some servers mark bounces as automatic answers.
package dsn

import (
	"bytes"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Read says what a mail that came back is about: one event for each recipient, none when it is no bounce, complaint
// or automatic answer. envelopeTo is where it was delivered to, if that is known.
func Read(raw []byte, envelopeTo string, s wire.Settings) ([]models.Event, error) {
	reading, err := ReadMail(raw, envelopeTo, s)
	return reading.Events, err
}

// ReadMail is Read with the alert that some reports are.
func ReadMail(raw []byte, envelopeTo string, s wire.Settings) (wire.Reading, error) {
	if len(raw) > maxSize {
		return wire.Reading{}, fmt.Errorf("%w: a mail of %d bytes", wire.ErrUnreadable, len(raw))
	}
	m := takeApart(raw)
	if len(m.header) == 0 {
		return wire.Reading{}, fmt.Errorf("%w: no header", wire.ErrUnreadable)
	}
	r := reader{mail: m, raw: raw, settings: s, envelopeTo: envelopeTo}
	if complaint, ok := r.complaint(); ok {
		return complaint, nil
	}
	if r.isBounce() {
		return wire.Reading{Events: r.bounces()}, nil
	}
	if r.isAutomatic() {
		return wire.Reading{Events: r.automatic()}, nil
	}
	return wire.Reading{}, nil
}

// JSON is the text of a mail that begins with a JSON object, as the notifications of some services do.
func JSON(raw []byte) ([]byte, bool) {
	if len(raw) > maxSize {
		return nil, false
	}
	m := takeApart(raw)
	text := strings.TrimSpace(m.text())
	var object json.RawMessage
	if !strings.HasPrefix(text, "{") || json.NewDecoder(strings.NewReader(text)).Decode(&object) != nil {
		return nil, false
	}
	return object, true
}

// reader is one mail under examination.
type reader struct {
	mail
	raw        []byte
	settings   wire.Settings
	envelopeTo string
}

// mailer are the names under which mail systems write.
var mailer = regexp.MustCompile(`(?i)mailer-?daemon|post_?master|mail delivery (sub)?system|mail administrator`)

// failureSubject are the subjects under which they do.
var failureSubject = regexp.MustCompile(`(?i)undeliver|delivery status notification|failure notice|returned mail|delivery (has )?fail|mail delivery failed|non-?delivery|delivery report|could not be delivered|delayed mail|warning: could not send`)

// isBounce says whether the mail is a report about a delivery.
func (r *reader) isBounce() bool {
	if _, ok := r.find("message/delivery-status", "message/global-delivery-status"); ok {
		return true
	}
	if r.kind == "multipart/report" && strings.EqualFold(r.params["report-type"], "delivery-status") {
		return true
	}
	if r.header.get("x-failed-recipients") != "" || hasReport(r.text()) {
		return true
	}
	path, known := r.header["return-path"]
	from, subject := r.header.get("from"), r.header.get("subject")
	if !known { // a mail that was piped to us has no such line
		return mailer.MatchString(from) && (failureSubject.MatchString(subject) || models.ReplyCode(cutReturned(r.text())) >= 400)
	}
	sender := strings.Trim(path[0], " <>")
	return (sender == "" || mailer.MatchString(sender)) && (mailer.MatchString(from) || failureSubject.MatchString(subject))
}

func hasReport(text string) bool {
	return reportLine.MatchString(text)
}

var reportLine = regexp.MustCompile(`(?im)^\s{0,8}Final-Recipient:`)

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
	if at := regexp.MustCompile(`(?im)^\s{0,8}Reporting-MTA:`).FindStringIndex(text); at != nil {
		return at[0]
	}
	return reportLine.FindStringIndex(text)[0]
}

// rawLimit is how much of a mail is kept with each event: the report stands at its beginning.
const rawLimit = 256 << 10

// event is the beginning of every event of this mail: when, and which message it is about.
func (r *reader) event(recipient, key string, returned fields) models.Event {
	e := models.Event{Channel: models.Email, Recipient: wire.Address(recipient), OccurredAt: timeOf(r.header.get("date"))}
	e.AttemptRef, e.MessageID = r.marks(returned)
	e.DedupeKey = wire.Digest(wire.Pick(r.header.get("message-id"), wire.Digest(string(r.raw))), strings.ToLower(e.Recipient), key)
	e.Raw = bytes.Clone(r.raw[:min(len(r.raw), rawLimit)])
	return e
}

// marks finds our marks: the proven bounce address first, then those of the returned message.
func (r *reader) marks(returned fields) (attempt, messageID string) {
	messageID = wire.MessageID(returned.get("message-id"))
	for _, address := range r.sentTo() {
		if id, ok := wire.BouncedAttempt(r.settings, address); ok {
			return id, messageID
		}
	}
	return wire.Pick(returned.get("x-notification-id"), attemptOf(messageID)), messageID
}

// sentTo are the addresses that this mail was delivered to.
func (r *reader) sentTo() []string {
	return append([]string{r.envelopeTo, r.header.get("x-original-to"), r.header.get("delivered-to")}, r.header["to"]...)
}

// ourMark is the shape of an attempt id before the @ of our Message-IDs.
var ourMark = regexp.MustCompile(`^[A-Za-z0-9_-]{6,64}$`)

// attemptOf reads the attempt from a Message-ID of ours: ATTEMPT@DOMAIN. That of another system names no attempt,
// and is then found by the whole Message-ID or not at all.
func attemptOf(messageID string) string {
	local, _, found := strings.Cut(messageID, "@")
	if !found || !ourMark.MatchString(local) {
		return ""
	}
	return local
}

// timeOf reads a date of a mail; zero when it is none.
func timeOf(s string) time.Time {
	if at, err := netmail.ParseDate(s); err == nil {
		return at.UTC()
	}
	return time.Time{}
}
