package models

import "strings"

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
