package models

import (
	"strings"
	"unicode/utf8"
)

// Mask shortens a name or an address for the activity log, which nobody can erase: enough to know it again.
func Mask(s string) string {
	local, domain, isEmail := strings.Cut(s, "@")
	switch {
	case s == "":
		return ""
	case isEmail:
		return initial(local) + "…@" + domain
	case strings.HasPrefix(s, "+") && len(s) > 6:
		return s[:3] + "…" + s[len(s)-3:]
	}
	var words []string
	for _, word := range strings.Fields(s) {
		words = append(words, initial(word)+"…")
	}
	return strings.Join(words, " ")
}

func initial(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
