package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrUnchecked: the proof could not be checked now (a certificate could not be fetched). Nothing is kept and
// the provider is made to try again; every error of Read that is none of the three means the same.
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
var layouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04:05.999999999-0700",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999-07",
	"2006-01-02 15:04:05.999999999",
	time.RFC1123Z,
	time.RFC1123,
}

// latest is the last second that is taken for a time: the end of the year 9999.
const latest = 253402300799

// Time reads a provider's time in UTC: seconds or milliseconds since 1970, with decimals or as text, or a
// written date. Zero when there is none.
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
