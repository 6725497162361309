package models

import "strings"

// Evidence is what is known about one failure, to be matched with the dictionary.
type Evidence struct {
	Channel   Channel
	Provider  string   // the dictionary's name of the provider; empty: none
	Codes     []string // the provider's codes, the most telling first
	Text      string   // the words of the server or the provider
	Enhanced  string   // "5.1.1"; empty: taken from Text
	SMTP      int      // three digits; 0: taken from Text
	Temporary bool     // the provider says so; the first digit of the reply says so otherwise
	Returned  bool     // said by a mail that came back: no login of ours is at stake
}

// ByMail stands for a provider where a mail that came back is the evidence.
const ByMail = "mail"

// phrase is a piece of text that a reason is recognised by.
type phrase struct {
	words string
	entry int
}

// matcher is the dictionary of one channel, turned round: from what was seen to the entry.
type matcher struct {
	entries              []reasonEntry
	codes, weakCodes     map[string]int // provider, space, code
	beginnings           []phrase       // SendGrid's "dropped:" reasons, lower case
	exact, text, weak    []phrase
	hosts                []phrase       // operators of lists, whose host names are evidence
	enhanced, weakStatus map[string]int // "5.1.1" or "*.1.1"
	smtp                 map[int]int
	enhancedClass        [256]Reason // by the second figure of the enhanced status
	temporary, permanent Reason
}

func newMatcher(channel Channel, returned bool, entries []reasonEntry) *matcher {
	m := &matcher{entries: entries, codes: map[string]int{}, weakCodes: map[string]int{},
		enhanced: map[string]int{}, weakStatus: map[string]int{}, smtp: map[int]int{}}
	for i, entry := range entries {
		if entry.Channel != channel || returned && entry.Match.HandOverOnly {
			continue
		}
		addCodes(m.codes, entry.Match.Provider, i)
		addCodes(m.weakCodes, entry.Match.WeakProvider, i)
		for _, code := range entry.Match.Provider["sendgrid"] {
			if strings.HasPrefix(code, droppedPrefix) {
				m.beginnings = append(m.beginnings, phrase{strings.ToLower(code), i})
			}
		}
		m.exact = addPhrases(m.exact, entry.Match.Exact, i)
		m.text = addPhrases(m.text, entry.Match.Text, i)
		m.weak = addPhrases(m.weak, entry.Match.WeakText, i)
		m.hosts = addPhrases(m.hosts, entry.Match.Hosts, i)
		addKeys(m.enhanced, entry.Match.Enhanced, i)
		addKeys(m.weakStatus, entry.Match.WeakEnhanced, i)
		addKeys(m.smtp, entry.Match.SMTP, i)
	}
	return m
}

const droppedPrefix = "dropped:"

func addCodes(to map[string]int, codes map[string][]string, entry int) {
	for provider, list := range codes {
		for _, code := range list {
			addKeys(to, []string{provider + " " + code}, entry)
		}
	}
}

// addKeys keeps the first entry of a key: within a step the order of the file decides.
func addKeys[K comparable](to map[K]int, keys []K, entry int) {
	for _, key := range keys {
		if _, taken := to[key]; !taken {
			to[key] = entry
		}
	}
}

func addPhrases(to []phrase, words []string, entry int) []phrase {
	for _, w := range words {
		to = append(to, phrase{w, entry})
	}
	return to
}

func (m *matcher) byCode(e Evidence) (int, bool) {
	if entry, hit := byCodes(m.codes, e); hit {
		return entry, true
	}
	if e.Provider != "sendgrid" {
		return 0, false
	}
	for _, code := range e.Codes {
		for _, p := range m.beginnings {
			if len(code) >= len(p.words) && strings.EqualFold(code[:len(p.words)], p.words) {
				return p.entry, true
			}
		}
	}
	return 0, false
}

func byCodes(codes map[string]int, e Evidence) (int, bool) {
	for _, code := range e.Codes {
		if entry, hit := codes[e.Provider+" "+code]; hit {
			return entry, true
		}
	}
	return 0, false
}

func byText(phrases []phrase, text string) (entry int, words string, hit bool) {
	for _, p := range phrases {
		if saysPhrase(text, p.words) {
			return p.entry, p.words, true
		}
	}
	return 0, "", false
}

func byEnhanced(table map[string]int, codes []string) (int, bool) {
	for _, code := range codes {
		exact, hit := table[code]
		star, starred := table["*"+code[1:]]
		switch {
		case hit && starred:
			return min(exact, star), true
		case hit:
			return exact, true
		case starred:
			return star, true
		}
	}
	return 0, false
}

func (m *matcher) byClass(codes []string) (Reason, bool) {
	for _, code := range codes {
		if r := m.enhancedClass[code[2]]; r.ID != "" {
			return r, true
		}
	}
	return Reason{}, false
}

func (m *matcher) byDefault(temporary bool, smtp int, enhanced []string) Reason {
	r := m.permanent
	switch {
	case smtp > 0:
		temporary = temporary || smtp/100 == 4
	case len(enhanced) > 0:
		temporary = temporary || enhanced[0][0] == '4'
	}
	if temporary {
		r = m.temporary
	}
	r.ByDefault = true
	return r
}
