package models

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Verdict is the entry that explains a failure, how sure that is, and what speaks for and against it.
type Verdict struct {
	Reason    Reason
	Certainty int    // of a hundred
	Clues     []Clue // the deciding one first
	Stage     Stage
}

// Clue is one piece of evidence.
type Clue struct {
	Kind     string // exact, text, enhanced, weak_text … as in the dictionary
	Found    string // the phrase or code that was recognised
	Reason   string // the entry that it speaks for
	Strength int
}

// Sure is the certainty from which an address is opted out at once.
const Sure = 70

// How the pieces of evidence change one another's weight.
const (
	agreeing      = 5
	contradicting = 10
	replyAgrees   = 20 // a 550 to weak words about the address
	temporary     = 20 // a 4xx to words about the address
	afterContent  = 40 // a server that does not know somebody says so before it takes the message
)

// MatchReason finds the entry that explains a failure.
func MatchReason(e Evidence) Reason { return Weigh(e).Reason }

// Weigh finds the entry that explains a failure. The first step that hits wins: provider code, words that
// leave no doubt, words, enhanced status, names of list operators, weak words, weak status, weak provider
// code, class of the status, reply code, default. Words are stronger than codes, because servers misuse
// codes. A verdict on the address that is not sure becomes a doubtful one, which opts nobody out at once.
func Weigh(e Evidence) Verdict {
	book := reasonBook()
	m, known := book.channels[e.Channel]
	switch {
	case !known, e.Channel == Email:
		if m = book.channels[Email]; e.Returned {
			m = book.returned
		}
	}
	heard := Listen(e.Text)
	smtp, enhanced := codesOf(e, heard.Words)
	v := Verdict{Stage: stageOf(heard.Words)}
	for _, step := range steps {
		if reason, found, hit := step.look(m, e, heard, smtp, enhanced); hit {
			if len(v.Clues) == 0 {
				v.Reason = reason
			}
			v.Clues = append(v.Clues, Clue{step.kind, found, reason.ID, book.strength[step.kind]})
		}
	}
	if len(v.Clues) == 0 {
		v.Reason, v.Certainty = m.byDefault(e.Temporary, smtp, enhanced), book.strength["default"]
		return v
	}
	v.Certainty = v.weight(smtp)
	v.doubt(book, enhanced)
	return v
}

// step is one way to find an entry.
type step struct {
	kind string
	look func(m *matcher, e Evidence, heard said, smtp int, enhanced []string) (Reason, string, bool)
}

// steps are the ways in the order in which they count.
var steps = []step{
	{"provider", func(m *matcher, e Evidence, _ said, _ int, _ []string) (Reason, string, bool) {
		entry, hit := m.byCode(e)
		return m.reason(entry, hit), strings.Join(e.Codes, ", "), hit
	}},
	{"exact", func(m *matcher, _ Evidence, heard said, _ int, _ []string) (Reason, string, bool) {
		entry, found, hit := byText(m.exact, heard.Words)
		return m.reason(entry, hit), found, hit
	}},
	{"text", func(m *matcher, _ Evidence, heard said, _ int, _ []string) (Reason, string, bool) {
		entry, found, hit := byText(m.text, heard.Words)
		return m.reason(entry, hit), found, hit
	}},
	{"enhanced", func(m *matcher, _ Evidence, _ said, _ int, enhanced []string) (Reason, string, bool) {
		entry, hit := byEnhanced(m.enhanced, enhanced)
		return m.reason(entry, hit), strings.Join(enhanced, ", "), hit
	}},
	{"hosts", func(m *matcher, _ Evidence, heard said, _ int, _ []string) (Reason, string, bool) {
		entry, found, hit := byText(m.hosts, heard.hosts)
		return m.reason(entry, hit), found, hit
	}},
	{
		"weak_text",
		func(m *matcher, _ Evidence, heard said, smtp int, enhanced []string) (Reason, string, bool) {
			if smtp == 0 && len(enhanced) == 0 {
				return Reason{}, "", false
			}
			entry, found, hit := byText(m.weak, heard.Words)
			return m.reason(entry, hit), found, hit
		},
	},
	{"weak_enhanced", func(m *matcher, _ Evidence, _ said, _ int, enhanced []string) (Reason, string, bool) {
		entry, hit := byEnhanced(m.weakStatus, enhanced)
		return m.reason(entry, hit), strings.Join(enhanced, ", "), hit
	}},
	{"weak_provider", func(m *matcher, e Evidence, _ said, smtp int, _ []string) (Reason, string, bool) {
		entry, hit := byCodes(m.weakCodes, e)
		if hit && !e.Temporary && smtp/100 == 5 && m.entries[entry].ID == m.temporary.ID {
			return Reason{}, "", false // "generic": the final reply itself says more
		}
		return m.reason(entry, hit), strings.Join(e.Codes, ", "), hit
	}},
	{"class", func(m *matcher, _ Evidence, _ said, _ int, enhanced []string) (Reason, string, bool) {
		reason, hit := m.byClass(enhanced)
		return reason, strings.Join(enhanced, ", "), hit
	}},
	{"smtp", func(m *matcher, _ Evidence, _ said, smtp int, _ []string) (Reason, string, bool) {
		entry, hit := m.smtp[smtp]
		return m.reason(entry, hit), strconv.Itoa(smtp), hit
	}},
}

func (m *matcher) reason(entry int, hit bool) Reason {
	if !hit {
		return Reason{}
	}
	return m.entries[entry].Reason
}

// weight is the strength of the deciding clue, more where others agree and less where they say something
// else.
func (v Verdict) weight(smtp int) int {
	weight, against := v.Clues[0].Strength, false
	for _, clue := range v.Clues[1:] {
		other, _ := ReasonByID(clue.Reason)
		switch {
		case other.Status() == v.Reason.Status():
			weight += agreeing
		case clue.Kind != "smtp" && clue.Kind != "class":
			weight -= contradicting
			against = true
		}
	}
	hard := v.Reason.Status() == HardBounce
	if hard && !against && v.Clues[0].Kind == "weak_text" && (smtp == 550 || smtp == 551 || smtp == 553) {
		weight += replyAgrees
	}
	weight = min(weight, 99)
	if hard && smtp/100 == 4 {
		weight -= temporary
	}
	if hard && v.Stage == AfterContent {
		weight -= afterContent
	}
	return max(5, weight)
}

// doubt takes a verdict on the address back where it is not sure, or where the reply was not about the
// recipient. A provider's own verdict stands, but a general one only while the server's status does not speak
// of something else.
func (v *Verdict) doubt(book dictionary, enhanced []string) {
	if v.Reason.Status() != HardBounce || v.Clues[0].Kind == "provider" {
		return
	}
	if v.Clues[0].Kind == "weak_provider" {
		if v.Reason.Suppress == "yes" && slices.ContainsFunc(enhanced, elsewhere) {
			v.Reason = book.doubtful
		}
		return
	}
	if instead, other := aboutUs[v.Stage]; other {
		v.Reason = book.byID[instead]
		return
	}
	switch {
	case v.Reason.Suppress != "yes" || v.Certainty >= Sure:
	case v.Reason.ID == "domain-unknown":
		v.Reason = book.byID["dns-temporary"]
	default:
		v.Reason = book.doubtful
	}
}

// elsewhere says whether a status (RFC 3463) speaks of something else than an address or a mailbox: of a
// server, the way there, the protocol, the content or a policy.
func elsewhere(status string) bool { return len(status) > 2 && status[2] >= '3' }

// Judge weighs a kept event again. Where its reader decided by more than the dictionary sees, the provider's
// own verdict is what speaks for the reason; what the words say beside it is a clue against it.
func Judge(e Event, provider string) Verdict {
	v := Weigh(Evidence{
		Channel:   e.Channel,
		Provider:  provider,
		Codes:     []string{e.ProviderCode},
		Text:      e.Diagnostic,
		Enhanced:  e.EnhancedCode,
		SMTP:      e.SMTPCode,
		Temporary: e.Type == Deferred,
		Returned:  provider == ByMail,
	})
	reason, known := ReasonByID(e.Reason)
	if !known || v.Reason.ID == e.Reason {
		return v
	}
	book := reasonBook()
	kind, sure := "provider", book.strength["provider"]
	switch {
	case reason.ID == book.doubtful.ID:
		kind, sure = "doubt", book.strength["weak_text"]
	case e.ProviderCode == "":
		kind, sure = "reader", book.strength["enhanced"]
	}
	clues := []Clue{{kind, cmp.Or(e.ProviderCode, e.EnhancedCode), reason.ID, sure}}
	return Verdict{Reason: reason, Certainty: sure, Clues: append(clues, v.Clues...), Stage: v.Stage}
}

// Sureness is how sure a verdict is, in one of three words.
type Sureness string

// The three words.
const (
	SureOfIt Sureness = "sure"
	Likely   Sureness = "likely"
	Guessed  Sureness = "guess"
)

// Sureness is the word for a certainty: from where an address is opted out on, we are sure.
func (v Verdict) Sureness() Sureness {
	switch {
	case v.Certainty >= Sure:
		return SureOfIt
	case v.Certainty >= reasonBook().strength["weak_provider"]:
		return Likely
	}
	return Guessed
}
