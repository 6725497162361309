package dsn

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"undelivered/models"
	"undelivered/providers/wire"
)

// recipientOf prefers what was sent to over what it became (a forward, an internal name). Only the first may
// be written as xtext, and only an encoder's "+2B" and "+3D" are: "+2024" is a part of the address.
func recipientOf(block, returned fields) string {
	if address := typedAddress(encoded.Replace(block.get("original-recipient"))); address != "" {
		return address
	}
	for _, name := range []string{"final-recipient", "x-actual-recipient"} {
		if address := typedAddress(block.get(name)); address != "" {
			return address
		}
	}
	return soleRecipient(returned)
}

var encoded = strings.NewReplacer("+2B", "+", "+3D", "=")

// typedAddress takes the type off an address of a report; empty when what follows is none.
func typedAddress(value string) string {
	kind, address, found := strings.Cut(value, ";")
	if !found {
		address = kind
	}
	if address = plainAddress(unescaped(address)); !strings.Contains(address, "@") {
		return ""
	}
	return address
}

// unescaped undoes the writing of RFC 6533: \x{E9} is é.
func unescaped(s string) string {
	return hexPoint.ReplaceAllStringFunc(s, func(point string) string {
		n, err := strconv.ParseUint(point[3:len(point)-1], 16, 32)
		if err != nil || n > unicode.MaxRune {
			return point
		}
		return string(rune(n))
	})
}

var hexPoint = regexp.MustCompile(`\\x\{[0-9A-Fa-f]{1,6}\}`)

// plainAddress is an address as everybody writes it: without brackets, a label, a dot at its end, and without
// quotes that it does not need.
func plainAddress(s string) string {
	s = strings.TrimSpace(s)
	if at := strings.LastIndexByte(s, '<'); at >= 0 && strings.Contains(s[at:], "@") {
		s, _, _ = strings.Cut(s[at+1:], ">")
	}
	s = strings.TrimPrefix(strings.Trim(wire.Address(s), "<>()[] "), "mailto:")
	local, domain, found := cutLast(s, "@")
	if !found {
		return s
	}
	if len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"' &&
		dotAtom.MatchString(local[1:len(local)-1]) {
		local = local[1 : len(local)-1]
	}
	domain, _, _ = strings.Cut(domain, " ")
	return strings.TrimLeft(local, "'") + "@" + strings.TrimRight(domain, ".'>")
}

var dotAtom = regexp.MustCompile(`^[\p{L}\p{N}!#$%&'*+/=?^_{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_{|}~-]+)*$`)

func cutLast(s, sep string) (before, after string, found bool) {
	if at := strings.LastIndex(s, sep); at >= 0 {
		return s[:at], s[at+len(sep):], true
	}
	return s, "", false
}

// soleRecipient is the recipient of a returned message that had only one.
func soleRecipient(returned fields) string {
	to := returned.get("to")
	if strings.Count(to, "@") != 1 || returned.get("cc") != "" {
		return ""
	}
	return plainAddress(to)
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
