package models

import (
	"regexp"
	"strconv"
	"strings"
)

// withoutAddress takes the email addresses out of a word and leaves what stands around them.
func withoutAddress(word string) string {
	for from := 0; ; {
		at := strings.IndexByte(word[from:], '@')
		if at < 0 {
			return word
		}
		at += from
		start := strings.LastIndexAny(word[:at], addressEnds) + 1
		end := len(word)
		if i := strings.IndexAny(word[at+1:], addressEnds); i >= 0 {
			end = at + 1 + i
		}
		if start == at || end == at+1 {
			from = at + 1
			continue
		}
		word, from = word[:start]+word[end:], start
	}
}

const addressEnds = "<>()[]\"',;:|"

// codesOf returns the reply code and the enhanced statuses of a failure, the most telling first. A reply that
// quotes another is explained by the inner one, so the last code counts; x.0.0 says nothing and is passed
// over.
func codesOf(e Evidence, text string) (int, []string) {
	smtp, enhanced := e.SMTP, make([]string, 0, 2)
	if smtp == 0 {
		smtp = ReplyCode(text)
	}
	silent := ""
	for _, code := range []string{EnhancedStatus(text), EnhancedStatus(e.Enhanced)} {
		switch {
		case code == "":
		case strings.HasSuffix(code, ".0.0"):
			silent = code
		default:
			enhanced = append(enhanced, code)
		}
	}
	if len(enhanced) == 0 && silent != "" {
		enhanced = append(enhanced, silent)
	}
	return smtp, enhanced
}

// ReplyCode is the first three-digit reply code in a text; 0 when there is none.
func ReplyCode(text string) int {
	for i := 0; i+3 <= len(text); i++ {
		if isReply(text[i:i+3]) && !joins(text, i-1) && !joins(text, i+3) {
			return int(text[i]-'0')*100 + int(text[i+1]-'0')*10 + int(text[i+2]-'0')
		}
	}
	return 0
}

// isReply says whether s is a code of RFC 5321: 2, 4 or 5, then 0 to 5, then a digit.
func isReply(s string) bool {
	return (s[0] == '2' || s[0] == '4' || s[0] == '5') && s[1] >= '0' && s[1] <= '5' && digit(s[2])
}

// joins says whether the byte at i makes the figures beside it a part of something longer.
func joins(text string, i int) bool {
	if i < 0 || i >= len(text) {
		return false
	}
	c := text[i]
	return digit(c) || c == '.' && i+1 < len(text) && digit(text[i+1]) || c >= 'a' && c <= 'z' ||
		c >= 'A' && c <= 'Z' ||
		c == '_'
}

// EnhancedStatus is the last enhanced status (RFC 3463) in a text; empty when there is none. An IP address is
// none.
func EnhancedStatus(text string) string {
	last := ""
	for i := 0; i+5 <= len(text); i++ {
		if text[i+1] != '.' || text[i] != '2' && text[i] != '4' && text[i] != '5' || joinsStatus(text, i-1) {
			continue
		}
		second := figures(text, i+2)
		if second == i+2 || second >= len(text) || text[second] != '.' {
			continue
		}
		end := figures(text, second+1)
		if end == second+1 || joinsStatus(text, end) {
			continue
		}
		last = text[i:end]
	}
	return last
}

// joinsStatus says whether the byte at i makes a status a part of a longer number, a version or an IP
// address.
func joinsStatus(text string, i int) bool {
	if i < 0 || i >= len(text) {
		return false
	}
	if text[i] == '.' {
		return i > 0 && digit(text[i-1]) && i+1 < len(text) && digit(text[i+1])
	}
	return digit(text[i]) || text[i] >= 'a' && text[i] <= 'z' || text[i] >= 'A' && text[i] <= 'Z'
}

// figures returns the end of the one to three digits that begin at i.
func figures(text string, i int) int {
	start := i
	for i < len(text) && i < start+3 && digit(text[i]) {
		i++
	}
	return i
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// Heard is what the other side said, taken apart for a person: its codes, who spoke, and the words.
type Heard struct {
	Codes string // "550 5.1.1"
	By    string // a mail server; empty: nobody is named
	Words string
}

// HeardIn takes the reply in an event apart.
func HeardIn(e Event) Heard {
	h := Heard{By: speaker(e), Words: strings.Join(strings.Fields(e.Diagnostic), " ")}
	if e.SMTPCode > 0 {
		h.Codes = strconv.Itoa(e.SMTPCode)
	}
	if e.EnhancedCode != "" {
		h.Codes = strings.TrimSpace(h.Codes + " " + e.EnhancedCode)
	}
	for _, said := range saidBy {
		if m := said.FindStringIndex(h.Words); m != nil && m[0] < longestIntroduction {
			h.Words = h.Words[m[1]:]
			break
		}
	}
	if at := strings.Index(h.Words, " (in reply to "); at > 0 {
		h.Words = h.Words[:at]
	}
	for cut := h.Words; ; h.Words = cut {
		if cut = strings.TrimLeft(leadingCode.ReplaceAllString(cut, ""), " -:;,#"); cut == h.Words {
			return h
		}
	}
}

// longestIntroduction is how far into a reply it may be said who speaks.
const longestIntroduction = 200

// saidBy are the ways in which a mailer introduces the words of another server.
var saidBy = []*regexp.Regexp{
	regexp.MustCompile(`(?i)host ([a-z0-9][a-z0-9.-]+\.[a-z0-9-]+) ?[\[(][^\])]*[\])]?[\])]? said: ?`),
	regexp.MustCompile(
		`(?i)([a-z0-9][a-z0-9.-]+\.[a-z]{2,}) ?(?:[\[(][^\])]*[\])])? (?:said|gave this error|responded|antwortete): ?`,
	),
	regexp.MustCompile(
		`(?i)error from remote (?:mail )?server[^:]*?(?:host )?([a-z0-9][a-z0-9.-]+\.[a-z]{2,})[^:]*: ?`,
	),
}

// namedHost are the fields of a report or of a post that name the other server.
var namedHost = regexp.MustCompile(
	`(?im)^Remote-MTA: *(?:dns; *)?([a-z0-9][a-z0-9.-]+)|"mx-host" *: *"([^"]+)"|"remoteMtaHost" *: *"([^"]+)"`,
)

// leadingCode is a code, a type or an address before the words themselves.
var leadingCode = regexp.MustCompile(
	`(?i)^(?:smtp;|[245]\d\d(?:[ -]|$)|[245]\.\d{1,3}\.\d{1,3}\b|<[^<>]*@[^<>]*>:?)`,
)

// speaker is the other server's name, from the words or from what came with them.
func speaker(e Event) string {
	for _, said := range saidBy {
		if m := said.FindStringSubmatch(e.Diagnostic); m != nil {
			return strings.ToLower(m[1])
		}
	}
	if m := namedHost.FindSubmatch(e.Raw); m != nil {
		return strings.ToLower(strings.TrimSuffix(string(m[1])+string(m[2])+string(m[3]), "."))
	}
	return ""
}
