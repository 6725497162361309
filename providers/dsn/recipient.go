package dsn

import (
	"regexp"
	"strings"
	"unicode"

	"undelivered/models"
	"undelivered/providers/wire"
)

// recipientOf prefers what was sent to over what it became (a forward, an internal name).
func recipientOf(block, returned fields) string {
	for _, value := range []string{block.get("original-recipient"), block.get("final-recipient"), block.get("x-actual-recipient")} {
		kind, address, found := strings.Cut(value, ";")
		if !found {
			address = kind
		}
		if address = wire.Address(strings.TrimSpace(fromXtext(address))); strings.Contains(address, "@") {
			return address
		}
	}
	return soleRecipient(returned)
}

// soleRecipient is the recipient of a returned message that had only one.
func soleRecipient(returned fields) string {
	to := returned.get("to")
	if strings.Count(to, "@") != 1 {
		return ""
	}
	return wire.Address(to)
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// closer is the status of the text where that of the field says little (x.1.0, x.0.0).
func closer(status, text string) string {
	said := models.EnhancedStatus(text)
	vague := status == "" || strings.HasSuffix(status, ".0.0") || strings.HasSuffix(status, ".1.0")
	if vague && said != "" && !strings.HasSuffix(said, ".0.0") {
		return said
	}
	return wire.Pick(status, said)
}

// fromXtext undoes the writing of RFC 3461: +3D is =. What is no xtext stays as it is.
func fromXtext(s string) string {
	return xtextPair.ReplaceAllStringFunc(strings.TrimSpace(s), func(pair string) string {
		return string(rune(unhex(pair[1])<<4 | unhex(pair[2])))
	})
}

var xtextPair = regexp.MustCompile(`\+[0-9A-F]{2}`)

func unhex(c byte) byte {
	if c >= 'A' {
		return c - 'A' + 10
	}
	return c - '0'
}
