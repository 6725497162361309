package keyword

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"undelivered/models"
)

// Keyword is what a text of a customer asks for.
type Keyword string

// The wishes; empty for any other text.
const (
	Stop   Keyword = "stop"
	Start  Keyword = "start"
	Help   Keyword = "help"
	Unsure Keyword = "unsure" // it may ask to stop or to start: a person decides
)

// KeywordOf reads the wish of a text: what the provider understood, else the text itself, by its meaning. A
// word that asks counts with thanks, a please or an explanation around it; in another sentence it is unsure.
func KeywordOf(keyword, text string) Keyword {
	if wish, ok := loneKeywords[plainWords(keyword)]; ok && keyword != "" {
		return wish
	}
	said := plainWords(text)
	if wish, ok := loneKeywords[said]; ok {
		return wish
	}
	stop, start := asks(said, stopPhrases), asks(withoutAll(said, stopPhrases), startPhrases)
	switch {
	case said == "" || len(said) > longestWish:
		return ""
	case stop == certain && start == absent:
		return Stop
	case start == certain && stop == absent:
		return Start
	case stop != absent || start != absent || mentions(said, ambiguous):
		return Unsure
	}
	return ""
}

// longestWish is how long a text may be, in bytes, to be about nothing but a wish.
const longestWish = 240

// plainWords is a text in small letters without accents, signs and emoji, its words parted by one blank.
func plainWords(text string) string {
	folded := norm.NFD.String(strings.ToLower(norm.NFKC.String(width.Fold.String(text))))
	folded = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) && r < 0x0370,
			models.Invisible(r) && !unicode.IsSpace(r),
			strings.ContainsRune("'’‘´`", r):
			return -1
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			return r
		}
		return ' '
	}, folded)
	return norm.NFC.String(strings.Join(strings.Fields(folded), " "))
}

// How clearly a text asks for something.
type clarity int

const (
	absent clarity = iota
	doubtful
	certain
)

// asks says how clearly words ask with one of the phrases: for certain when nothing but courtesy stands
// around it.
func asks(said string, phrases []string) clarity {
	best := absent
	for _, phrase := range phrases {
		rest, found := without(said, phrase)
		if !found {
			continue
		}
		if onlyCourtesy(rest) && !mentions(said, otherStops) {
			return certain
		}
		best = doubtful
	}
	return best
}

// without takes a phrase out of words; scripts without blanks need none around it.
func without(said, phrase string) (rest string, found bool) {
	phrase = plainWords(phrase)
	if unspaced(phrase) {
		before, after, found := strings.Cut(said, phrase)
		return before + " " + after, found
	}
	before, after, found := strings.Cut(" "+said+" ", " "+phrase+" ")
	return before + " " + after, found
}

// withoutAll takes out every phrase: 取消订阅 asks to stop, and 订阅 in it asks for nothing.
func withoutAll(said string, phrases []string) string {
	for _, phrase := range phrases {
		said, _ = without(said, phrase)
	}
	return said
}

func unspaced(phrase string) bool {
	return strings.ContainsFunc(phrase, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
	})
}

func onlyCourtesy(rest string) bool {
	for _, word := range strings.Fields(rest) {
		if !courtesy[word] && !(unspaced(word) && len([]rune(word)) <= 3) {
			return false
		}
	}
	return true
}

func mentions(said string, phrases []string) bool {
	for _, phrase := range phrases {
		if _, found := without(said, phrase); found {
			return true
		}
	}
	return false
}
