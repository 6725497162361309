package models

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many bytes of a provider's words are kept.
const longest = 4000

// cleanText makes somebody else's words safe to keep and show: valid UTF-8, no control characters, bounded.
func cleanText(s string) string {
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
