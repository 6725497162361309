package views

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences parts a text into its sentences, one for each step.
func Sentences(text string) []string {
	var out []string
	for text = strings.TrimSpace(text); text != ""; {
		cut := len(text)
		for i := 0; i+1 < len(text); i++ {
			if strings.ContainsRune(".?!", rune(text[i])) && text[i+1] == ' ' {
				cut = i + 1
				break
			}
		}
		out = append(out, text[:cut])
		text = strings.TrimSpace(text[cut:])
	}
	return out
}

// upperFirst begins a text with a capital.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// paragraphs are the parts of a text between empty lines.
func paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
