package models

import "strings"

// LikelyReason is the entry whose phrases share the most with the words of a reply that none explains: a
// first guess for the person who proposes one. The zero Reason: they share nothing.
func LikelyReason(channel Channel, words string) Reason {
	m, known := reasonBook().channels[channel]
	if !known {
		return Reason{}
	}
	said := map[string]bool{}
	for _, word := range strings.FieldsFunc(Listen(words).Words, notALetter) {
		said[word] = true
	}
	best, entry := tooLittle, -1
	for _, phrases := range [][]phrase{m.exact, m.text, m.weak} {
		for _, p := range phrases {
			if score := shared(p.words, said); score > best {
				best, entry = score, p.entry
			}
		}
	}
	if entry < 0 {
		return Reason{}
	}
	return m.entries[entry].Reason
}

// tooLittle is what a phrase of two words has in common with a reply that says one of them.
const tooLittle = 0.5

func notALetter(c rune) bool { return c < 'a' || c > 'z' }

// shared is how many telling words of a phrase were said, times their share in it.
func shared(phrase string, said map[string]bool) float64 {
	all, hits := 0, 0
	for _, word := range strings.FieldsFunc(strings.ToLower(phrase), notALetter) {
		if len(word) < 4 { // the, not, for
			continue
		}
		if all++; said[word] {
			hits++
		}
	}
	if hits == 0 {
		return 0
	}
	return float64(hits) * float64(hits) / float64(all)
}
