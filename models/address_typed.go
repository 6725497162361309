package models

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Invisible says whether a character leaves no mark on the screen, so that two addresses which look the same
// would be two: format characters, variation selectors, the fillers of Hangul, an empty Braille cell.
func Invisible(r rune) bool {
	switch r {
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector) || unicode.IsControl(r)
}

// joiner says whether a character joins letters or keeps them apart; some domains hold one.
func joiner(r rune) bool { return r == 0x200C || r == 0x200D }

// visible is what can be seen of a typed address or number: full-width signs as plain ones, no invisible
// characters, and nothing around it that spreadsheets, lists and sentences put there.
func visible(typed string) string {
	typed = strings.ToValidUTF8(norm.NFC.String(width.Fold.String(typed)), "\uFFFD")
	typed = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case Invisible(r) && !joiner(r):
			return -1
		}
		return r
	}, typed)
	return strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(typed), "'‘’`"))
}

// bareEmail takes an email address out of what was typed or copied: Jane <jane@example.com>,
// mailto:jane@example.com, jane@example.com (Jane), with a full stop after it.
func bareEmail(typed string) string {
	s := visible(typed)
	if _, inner, ok := lastBetween(s, '<', '>'); ok && strings.Contains(inner, "@") {
		s = strings.TrimSpace(inner)
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
		if plain, err := url.PathUnescape(s); err == nil {
			s = plain
		}
	}
	if before, _, ok := lastBetween(s, '(', ')'); ok && strings.Contains(before, "@") {
		s = before
	}
	s = strings.TrimRight(strings.TrimSpace(s), ".,;:!>'’` ")
	return strings.TrimSpace(strings.TrimLeft(s, "<' "))
}

// lastBetween cuts what ends with a closing sign at its last opening one.
func lastBetween(s string, opens, closes byte) (before, inner string, ok bool) {
	s = strings.TrimRight(s, ".,; ")
	at := strings.LastIndexByte(s, opens)
	if at < 0 || !strings.HasSuffix(s, string(closes)) {
		return s, "", false
	}
	return strings.TrimSpace(s[:at]), s[at+1 : len(s)-1], true
}

// cutEmail parts an address at its @, which a quoted local part may hold as well.
func cutEmail(s string) (local, domain string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		local, domain, ok = strings.Cut(s, "@")
		return local, domain, ok && !strings.Contains(domain, "@")
	}
	at := strings.LastIndex(s, `"@`)
	if at < 1 {
		return "", "", false
	}
	return s[:at+1], s[at+2:], true
}

// localName is the name that a local part stands for, however it is quoted (RFC 5321, 4.1.2): "jane"@ is
// jane@. Letters of all scripts are taken (RFC 6532), and dots wherever carriers have given them out. Empty:
// it can be no local part.
func localName(local string) string {
	quoted := len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"'
	if !quoted {
		if strings.ContainsFunc(local, notOfAnAtom) || strings.Trim(local, ".") == "" {
			return ""
		}
		return local
	}
	name, ok := unquoted(local[1 : len(local)-1])
	switch {
	case !ok || strings.TrimSpace(name) == "":
		return ""
	case strings.ContainsFunc(name, notOfAnAtom):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return name
}

// unquoted takes away the backslashes of a quoted text; ok: every quote and backslash in it has one.
func unquoted(s string) (plain string, ok bool) {
	var b strings.Builder
	escaped := false
	for _, r := range s {
		switch {
		case r == 0xFFFD || unicode.IsControl(r):
			return "", false
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && r == '"':
			return "", false
		}
		b.WriteRune(r)
		escaped = false
	}
	return b.String(), !escaped
}

const atomSigns = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."

// notOfAnAtom says whether a character needs quotes (RFC 5322, 3.2.3).
func notOfAnAtom(r rune) bool {
	if r < 0x80 {
		return !strings.ContainsRune(atomSigns, r)
	}
	return r == 0xFFFD || unicode.IsSpace(r) || unicode.IsControl(r)
}
