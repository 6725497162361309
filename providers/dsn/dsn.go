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

// Read says what a mail that came back is about: one event for each recipient, none when it is no bounce,
// complaint or automatic answer. envelopeTo is where it was delivered to, if that is known.
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
	r := &reader{mail: m, raw: raw, settings: s, envelopeTo: envelopeTo}
	if complaint, ok := r.complaint(); ok {
		return complaint, nil
	}
	if in, ok := r.inner(); ok {
		r = in
	}
	for _, kind := range kinds {
		if kind.is(r) {
			return wire.Reading{Events: kind.read(r)}, nil
		}
	}
	return wire.Reading{}, nil
}

// kinds are the kinds of mail that come back, in the order in which they are asked for.
var kinds = []struct {
	is   func(*reader) bool
	read func(*reader) []models.Event
}{
	{(*reader).isReceipt, (*reader).receipt},
	{(*reader).isUnsubscribe, (*reader).unsubscribe},
	{(*reader).isBounce, (*reader).bounces},
	{(*reader).isRefusal, (*reader).refusal},
	{(*reader).isAutomatic, (*reader).automatic},
}

// JSON is the text of a mail that begins with a JSON object, as the notifications of some services do.
func JSON(raw []byte) ([]byte, bool) {
	if len(raw) > maxSize {
		return nil, false
	}
	m := takeApart(raw)
	return m.object()
}

// object is the JSON object that the text of a mail begins with.
func (m *mail) object() ([]byte, bool) {
	text := strings.TrimSpace(m.text())
	if !strings.HasPrefix(text, "{") {
		return nil, false
	}
	for _, whole := range []string{text, unfolded(text)} {
		var object json.RawMessage
		if json.NewDecoder(strings.NewReader(whole)).Decode(&object) == nil {
			return object, true
		}
	}
	return nil, false
}

// unfolded takes out what mail servers put into a line that is too long for them: a "!", a line end and a
// blank.
func unfolded(text string) string {
	text = foldMark.ReplaceAllString(text, "")
	return strings.NewReplacer("\r\n", "", "\n", "").Replace(text)
}

var foldMark = regexp.MustCompile(`!\r?\n `)

// reader is one mail under examination.
type reader struct {
	mail
	raw        []byte
	settings   wire.Settings
	envelopeTo string
	outer      *reader // the mail that encloses this one
	depth      int
}

// rawLimit is how much of a mail is kept with each event: the report stands at its beginning.
const rawLimit = 256 << 10

// event is the beginning of every event of this mail: when, and which message it is about.
func (r *reader) event(recipient, key string, returned fields) models.Event {
	e := models.Event{
		Channel:    models.Email,
		Recipient:  wire.Address(recipient),
		OccurredAt: timeOf(r.header.get("date")),
	}
	e.AttemptRef, e.MessageID = r.marks(returned)
	e.DedupeKey = wire.Digest(wire.Pick(r.header.get("message-id"), wire.Digest(string(r.raw))),
		strings.ToLower(e.Recipient), key)
	e.Raw = bytes.Clone(r.raw[:min(len(r.raw), rawLimit)])
	return e
}

// marks finds our marks, the surest first: the proven bounce address, those of the returned message, and the
// message that this one says it answers.
func (r *reader) marks(returned fields) (attempt, messageID string) {
	messageID = wire.Pick(wire.MessageID(returned.get("message-id")), r.answered())
	for _, address := range r.sentTo() {
		if id, ok := wire.BouncedAttempt(r.settings, address); ok {
			return id, messageID
		}
	}
	return wire.Pick(returned.get("x-notification-id"), r.header.get("x-notification-id"),
		attemptOf(messageID)), messageID
}

// answered is the Message-ID that the mail says it is about.
func (r *reader) answered() string {
	for _, name := range []string{"original-message-id", "x-original-message-id", "in-reply-to",
		"references"} {
		ids := messageIDs.FindAllString(strings.Join(r.header[name], " "), -1)
		if len(ids) > 0 && name == "references" {
			return wire.MessageID(ids[len(ids)-1])
		}
		if len(ids) > 0 {
			return wire.MessageID(ids[0])
		}
	}
	if r.outer != nil {
		return r.outer.answered()
	}
	return ""
}

var messageIDs = regexp.MustCompile(`<[^<>\s]+@[^<>\s]+>`)

// sentTo are the addresses that this mail was delivered to, and those that the returned message came from.
func (r *reader) sentTo() []string {
	all := []string{r.envelopeTo}
	for in := r; in != nil; in = in.outer {
		for _, name := range []string{"x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "to",
			"resent-to"} {
			all = append(all, in.header[name]...)
		}
	}
	return append(all, r.returnedHeader().get("return-path"))
}

// ourMark is the shape of an attempt id before the @ of our Message-IDs.
var ourMark = regexp.MustCompile(`^[A-Za-z0-9_-]{6,64}$`)

// attemptOf reads the attempt from a Message-ID of ours: ATTEMPT@DOMAIN. That of another system names no
// attempt, and is then found by the whole Message-ID or not at all.
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
