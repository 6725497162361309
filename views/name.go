package views

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FirstName is how a page speaks of a customer the second time: the first word of the name. Where the family
// name comes first, in Chinese, Japanese and Korean, it is the whole name.
func FirstName(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return name
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		return name
	}
	return words[0]
}

// Initials are the one or two letters that stand in a picture's place: of a person's first and last name.
func Initials(name string) string {
	words := strings.Fields(name)
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	return firstLetters(words)
}

// accountInitials are the letters of the first two words: MS for Marlow Street Dental.
func accountInitials(name string) string {
	words := strings.Fields(name)
	return firstLetters(words[:min(2, len(words))])
}

func firstLetters(words []string) string {
	var letters []rune
	for _, word := range words {
		letters = append(letters, []rune(strings.ToUpper(word))[0])
	}
	return string(letters)
}
