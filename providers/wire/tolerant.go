package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Plain is a body as UTF-8 without the mark that some senders put first (RFC 8259, 8.1). Proofs cover the
// body as it came.
func Plain(body []byte) []byte {
	marked := bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) || bytes.HasPrefix(body, []byte("\xff\xfe")) ||
		bytes.HasPrefix(body, []byte("\xfe\xff"))
	if !marked {
		return body
	}
	plain, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), body)
	if err != nil {
		return body
	}
	return plain
}

// Decode reads a JSON object into v. A field of another type than ours is left empty, and loses no other.
func Decode(raw []byte, v any) error {
	err := json.Unmarshal(Plain(raw), v)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
		return nil
	}
	return err
}

// Flag is a truth value, however the provider writes it: true, 1, "true", "yes"; anything else is false.
type Flag bool

// UnmarshalJSON takes every value.
func (f *Flag) UnmarshalJSON(raw []byte) error {
	var t Text
	if err := t.UnmarshalJSON(raw); err != nil {
		return err
	}
	switch s := strings.ToLower(strings.TrimSpace(string(t))); s {
	case "yes", "y", "on", "true", "t":
		*f = true
	default:
		n, err := strconv.ParseFloat(s, 64)
		*f = Flag(err == nil && n != 0)
	}
	return nil
}

// List is one value or many: some providers write a lone one without brackets.
type List []Text

// UnmarshalJSON takes every value.
func (l *List) UnmarshalJSON(raw []byte) error {
	var many []Text
	if json.Unmarshal(raw, &many) == nil {
		*l = many
		return nil
	}
	var one Text
	err := one.UnmarshalJSON(raw)
	if *l = nil; one != "" {
		*l = List{one}
	}
	return err
}
