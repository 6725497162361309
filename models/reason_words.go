package models

import "strings"

// said is a reply made ready for matching: its words, without addresses, host names and guesses.
type said struct {
	Words string // lower case, white space to single spaces, a space at both ends
	hosts string // the host names and links that stood among them
}

// Listen prepares a reply. Names of hosts and links are no words of the other side
// ("mx.antispamcloud.example"), and what it only supposes ("may be blacklisted") is no verdict.
func Listen(text string) said {
	var words, hosts strings.Builder
	words.Grow(len(text) + 2)
	words.WriteByte(' ')
	for _, word := range strings.Fields(asciiMarks.Replace(strings.ToLower(text))) {
		word = withoutAddress(word)
		if isHost(word) {
			hosts.WriteString(word + " ")
			continue
		}
		if word != "" {
			words.WriteString(word)
			words.WriteByte(' ')
		}
	}
	return said{Words: withoutGuesses(words.String()), hosts: hosts.String()}
}

// asciiMarks writes the quotes, blanks and wide marks of mail programs as everybody does.
var asciiMarks = strings.NewReplacer(
	"’",
	"'",
	"‘",
	"'",
	"`",
	"'",
	"“",
	`"`,
	"”",
	`"`,
	"\u00a0",
	" ",
	"\u3000",
	" ",
	"\u00ad",
	"",
	"\u200b",
	"",
	"！",
	"! ",
	"：",
	": ",
	"，",
	", ",
	"。",
	". ",
	"（",
	" (",
	"）",
	") ",
)

// hostEnds are the last labels that make a word with one dot a host name; "unknown.please" is none.
var hostEnds = " com net org info biz edu gov mil int io co eu de at ch fr it es pt nl be lu uk ie se no " +
	"dk fi is pl cz sk " +
	"hu ro bg gr tr ru ua by cn tw hk jp kr in id th vn my sg ph au nz za il ae br ar mx cl us ca example " +
	"test invalid local lan "

// isHost says whether a word is the name of a host or a link.
func isHost(word string) bool {
	if strings.Contains(word, "://") || strings.HasPrefix(strings.TrimLeft(word, "(<['\""), "www.") {
		return true
	}
	word = strings.Trim(word, "()<>'\",;:!.")
	if at := strings.IndexAny(word, "[/:("); at > 0 {
		word = word[:at]
	}
	dots, dot := strings.Count(word, "."), strings.LastIndexByte(word, '.')
	if dots == 0 || dot == len(word)-1 ||
		strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" {
		return false
	}
	last := word[dot+1:]
	if strings.Trim(last, "0123456789") == "" || dots > 1 && strings.Trim(word, "0123456789.") == "" {
		return false
	}
	return dots > 1 && len(last) <= longestEnd && !strings.Contains(word, "..") && !isStatus(word) ||
		strings.Contains(hostEnds, " "+last+" ")
}

// longestEnd is the most letters that the end of a host's name has here: "RESOLVER.ADR.RecipNotFound" is
// none.
const longestEnd = 9

// isStatus says whether a word begins with an enhanced status that something is glued to ("5.1.1.user").
func isStatus(word string) bool {
	return len(word) > 4 && digit(word[0]) && word[1] == '.' && digit(word[2])
}

// guesses are the words by which a mailer shows that it only supposes.
var guesses = []string{
	"perhaps",
	"maybe ",
	" may be ",
	" may not ",
	" may have ",
	" may no ",
	" might ",
	"possibly",
	"possible reason",
	"possible cause",
	"common reason",
	"common cause",
	"could be because",
	" eventuell ",
	"vielleicht",
	"möglicherweise",
	"peut-être",
	" quizás",
	"tal vez",
	"talvez",
	" forse ",
	"misschien",
	"возможно",
	"可能",
	"のような原因",
}

// withoutGuesses leaves out the clauses that only suppose.
func withoutGuesses(words string) string {
	if !containsAny(words, guesses) {
		return words
	}
	var kept strings.Builder
	kept.WriteByte(' ')
	for _, clause := range clauses(words) {
		if !containsAny(" "+clause+" ", guesses) {
			kept.WriteString(clause + " ")
		}
	}
	return kept.String()
}

// clauses cuts a text after each mark that ends one.
func clauses(words string) []string {
	var out []string
	for start := 0; ; {
		end := strings.IndexAny(words[start:], ".;,!?")
		for end >= 0 && start+end+1 < len(words) && words[start+end+1] != ' ' {
			next := strings.IndexAny(words[start+end+1:], ".;,!?")
			if next < 0 {
				end = -1
				break
			}
			end += next + 1
		}
		if end < 0 {
			return append(out, strings.TrimSpace(words[start:]))
		}
		out = append(out, strings.TrimSpace(words[start:start+end+1]))
		start += end + 1
	}
}

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// wordGap is how many bytes may stand where a phrase has a star: a few words of the same sentence.
const wordGap = 48

// saysPhrase says whether a text holds a phrase. A star in it stands for a few words: "account * is blocked".
func saysPhrase(text, phrase string) bool {
	head, tail, starred := strings.Cut(phrase, " * ")
	if !starred {
		return strings.Contains(text, phrase)
	}
	for from := 0; ; {
		at := strings.Index(text[from:], head)
		if at < 0 {
			return false
		}
		from += at + len(head)
		near := text[from:min(len(text), from+wordGap+len(tail))]
		if stop := strings.Index(near, ". "); stop >= 0 {
			near = near[:stop+1]
		}
		if saysPhrase(near, tail) {
			return true
		}
	}
}
