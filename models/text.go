package models

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// longest is how many bytes of a provider's words are kept.
const longest = 4000

// CleanText makes somebody else's words safe to keep and show: valid UTF-8, no control characters, bounded.
func CleanText(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if len(s) > longest {
		s = s[:longest]
		for !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
	}
	return strings.TrimSpace(s)
}

// gsmBasic are the characters of the GSM 7-bit alphabet that take one place.
const gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// gsmExtended are those that take two.
const gsmExtended = "\f^{}\\[~]|€"

// How many places a text has: in one part, and in each of several.
const (
	gsmSingle, gsmEach   = 160, 153
	wideSingle, wideEach = 70, 67
)

// GSM7 says whether a text can be sent in the short alphabet; one other character makes all of it wide.
func GSM7(text string) bool {
	for _, r := range text {
		if !strings.ContainsRune(gsmBasic, r) && !strings.ContainsRune(gsmExtended, r) {
			return false
		}
	}
	return true
}

// SMSParts is the number of parts that a text is sent, and paid, in; 0 for an empty one. A character of two
// places is never divided between two parts.
func SMSParts(text string) int {
	single, each, width := wideSingle, wideEach, func(r rune) int { return len(utf16.Encode([]rune{r})) }
	if GSM7(text) {
		single, each, width = gsmSingle, gsmEach, func(r rune) int {
			return 1 +
				strings.Count(gsmExtended, string(r))
		}
	}
	total, parts, used := 0, 0, each
	for _, r := range text {
		w := width(r)
		total += w
		if used+w > each {
			parts, used = parts+1, 0
		}
		used += w
	}
	if total > 0 && total <= single {
		return 1
	}
	return parts
}

// CleanUTF8 is a text as both databases keep it. Each bad sequence becomes one sign, so that the text stays
// recognisable.
func CleanUTF8(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
}
