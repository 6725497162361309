package wire

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"undelivered/models"
)

// ErrUnchecked: the proof could not be checked now (a certificate could not be fetched). Nothing is kept and the
// provider is made to try again; every error of Read that is none of the three means the same.
var ErrUnchecked = fmt.Errorf("the proof could not be checked now")

// Text is a JSON value kept as text, whatever type the provider chose today: string, number, boolean or null.
type Text string

// UnmarshalJSON takes every value.
func (t *Text) UnmarshalJSON(raw []byte) error {
	switch {
	case len(raw) > 0 && raw[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*t = Text(s)
	case bytes.Equal(raw, []byte("null")):
		*t = ""
	default:
		*t = Text(raw)
	}
	return nil
}

// Fields is a JSON object of names and values; anything else counts as empty, because providers put an error
// text in the place of an object now and then.
type Fields map[string]Text

// UnmarshalJSON never fails on a value that is no object.
func (f *Fields) UnmarshalJSON(raw []byte) error {
	var m map[string]Text
	if json.Unmarshal(raw, &m) == nil {
		*f = m
	}
	return nil
}

// Batch tells the events of a body apart: the elements of an array, or a lone object. It is ErrUnreadable when the
// body is neither.
func Batch(body []byte) ([]json.RawMessage, error) {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '{' {
		if !json.Valid(body) {
			return nil, fmt.Errorf("%w: not JSON", ErrUnreadable)
		}
		return []json.RawMessage{body}, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnreadable, err)
	}
	return list, nil
}

// Each reads every event of a batch with read. One that cannot be read is parked and loses no other.
func Each(list []json.RawMessage, channel models.Channel, read func(raw json.RawMessage) ([]models.Event, error)) []models.Event {
	events := make([]models.Event, 0, len(list))
	for _, raw := range list {
		found, err := read(raw)
		if err != nil {
			found = []models.Event{Parked(channel, raw, err)}
		}
		events = append(events, found...)
	}
	return events
}

// Parked is a genuine event that could not be read: kept with its error for support.
func Parked(channel models.Channel, raw []byte, err error) models.Event {
	return models.Event{Type: models.Unrecognised, Channel: channel, State: models.EventParked, Error: err.Error(),
		DedupeKey: Digest(string(raw)), Raw: Own(raw)}
}

// Own copies an event's bytes, so that they do not keep the whole batch in memory.
func Own(raw []byte) []byte { return bytes.Clone(raw) }

// Digest is a dedupe key made of what the provider gives: for providers without an event id.
func Digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Address is a recipient without display name and angle brackets.
func Address(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ">") {
		if a, err := mail.ParseAddress(s); err == nil {
			return a.Address
		}
		s = s[strings.LastIndexByte(s, '<')+1:]
	}
	return strings.Trim(s, "<>")
}

// MessageID is a Message-ID without angle brackets.
func MessageID(s string) string { return strings.Trim(strings.TrimSpace(s), "<>") }

// layouts of times that providers write, beside numbers.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999-0700",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999",
	time.RFC1123Z, time.RFC1123}

// latest is the last second that is taken for a time: the end of the year 9999.
const latest = 253402300799

// Time reads a provider's time in UTC: seconds or milliseconds since 1970, with decimals or as text, or a written
// date. Zero when there is none.
func Time(t Text) time.Time {
	s := strings.TrimSpace(string(t))
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		if math.Abs(n) > 1e11 { // no second of this age, so they are milliseconds
			n /= 1000
		}
		if math.IsNaN(n) || n <= 0 || n > latest {
			return time.Time{}
		}
		return time.UnixMicro(int64(math.Round(n * 1e6))).UTC()
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// Words clips what a provider says to a length that is worth keeping.
func Words(s string) string {
	const limit = 2000
	s = strings.ToValidUTF8(strings.TrimSpace(s), "?")
	if len(s) <= limit {
		return s
	}
	cut := limit
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// Same compares two secrets in constant time; two empty ones are not the same.
func Same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return a != "" && subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// BasicLogin checks the webhook user and password of the settings. Without them it is false when they are required.
func BasicLogin(r Request, required bool) bool {
	user, password := r.Settings["webhook_user"], r.Settings["webhook_password"]
	if user == "" && password == "" {
		return !required
	}
	scheme, coded, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return false
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(coded))
	return err == nil && Same(string(plain), user+":"+password) && user != ""
}

// Now is when the request arrived.
func (r Request) Now() time.Time {
	if r.ReceivedAt.IsZero() {
		return time.Now().UTC()
	}
	return r.ReceivedAt
}

// Header reads a header under the first of its names that is set.
func Header(h http.Header, names ...string) string {
	for _, name := range names {
		if v := h.Get(name); v != "" {
			return v
		}
	}
	return ""
}
