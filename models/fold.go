package models

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folded is text as it is searched: lower case, without accents and apostrophes, a dash as a space, and
// without spaces inside names that are written without them in Chinese, Japanese and Korean. Letters that are
// not Latin become their numbers, so that one letter of them is long enough for an index of three characters,
// whatever the language of the database.
func folded(text string) string {
	var out strings.Builder
	space, east := false, false
	for _, r := range norm.NFKD.String(text) {
		switch r = unicode.ToLower(r); {
		case dropped(r):
			continue
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r):
			space = true
			continue
		}
		isEast := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
		if space && out.Len() > 0 && !(east && isEast) {
			out.WriteByte(' ')
		}
		space, east = false, isEast
		out.WriteString(plainLetter(r))
	}
	return out.String()
}

// dropped says whether a character is none to search for: accents, apostrophes, and what can't be seen.
func dropped(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Cf) || strings.ContainsRune("'’‘ʼʹ`´′", r)
}

// sameLetters are letters that people type in another way, and that do not come apart into a letter and its
// accent.
var sameLetters = map[rune]string{
	'ł': "l",
	'ø': "o",
	'đ': "d",
	'ð': "d",
	'þ': "th",
	'ß': "ss",
	'æ': "ae",
	'œ': "oe",
	'ı': "i",
	'ħ': "h",
	'ŧ': "t",
}

func plainLetter(r rune) string {
	switch same, known := sameLetters[r]; {
	case known:
		return same
	case r == 'ς':
		r = 'σ'
	}
	switch {
	case r < unicode.MaxASCII:
		return string(r)
	case r > 0xffff:
		return fmt.Sprintf("v%06x", r)
	}
	return fmt.Sprintf("u%04x", r)
}

// SearchText is what the free search looks in.
func SearchText(parts ...string) string {
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = folded(part)
	}
	return strings.Join(words, " ")
}

// SearchWords are the parts that must all occur, in any order; a number is looked for as it is stored,
// without spaces and signs.
func SearchWords(q string) []string {
	if number := digitsOf(q); number != "" {
		return []string{number}
	}
	var words []string
	for _, word := range strings.Fields(q) {
		words = append(words, strings.Fields(withoutTrunk(folded(word)))...)
	}
	return words[:min(len(words), searchedWords)]
}

// searchedWords is how many words of a search count: one of a page of text finds nothing, and costs much.
const searchedWords = 12

// withoutTrunk takes the 0 off the beginning of a part of a number, which is stored with its country instead.
func withoutTrunk(word string) string {
	const leastPart = 4
	if rest := strings.TrimLeft(word, "0"); len(word) >= leastPart && strings.Trim(rest, "0123456789") == "" {
		return rest
	}
	return word
}

// digitsOf is a phone number as it may be typed, without its country's 0; empty when q is something else.
func digitsOf(q string) string {
	digits := 0
	kept := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			digits++
			return r
		}
		if strings.ContainsRune(" +-()./", r) {
			return -1
		}
		return 'x'
	}, strings.ReplaceAll(q, "(0)", ""))
	if digits < 6 || strings.Contains(kept, "x") {
		return ""
	}
	return strings.TrimLeft(kept, "0")
}

// Called says whether a name has all words of a search.
func Called(name, q string) bool {
	in := folded(name)
	for _, word := range SearchWords(q) {
		if !strings.Contains(in, word) {
			return false
		}
	}
	return true
}
