package dsn

import (
	"regexp"
	"strings"
)

// returnedStart are the lines where the returned message begins. Its words must never decide anything.
var returnedStart = regexp.MustCompile(`(?im)^[\t >]{0,4}(` + strings.Join([]string{
	`-+ *(this is a|below this line is a|the following is a) copy of .*`,
	`-* *(original|unsent|returned) message( follows| below|s?)?\.? *-*`,
	`-+ *message header follows.*`,
	`-+ *the headers? of the original message .*`,
	`below is a copy of the original message:?.*`,
	`additional information`,
	`(message details|original message headers|reporting-mta):.*`,
	`received: from.*`,
}, "|") + `)\r?$`)

// uncut is how much of a text counts when nothing shows where the returned message begins.
const uncut = 6000

// cutReturned is the text without the returned message.
func cutReturned(text string) string {
	if at := returnedStart.FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	if len(text) > uncut {
		return strings.ToValidUTF8(text[:uncut], "")
	}
	return text
}

// afterReturned are the headers of a returned message that stands in the text.
func afterReturned(text string) fields {
	at := returnedStart.FindStringIndex(text)
	if at == nil {
		return nil
	}
	rest := text[at[0]:]
	if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(rest)), "received:") {
		_, after, _ := strings.Cut(rest, "\n")
		rest = after
	}
	f, _ := splitHeader([]byte(strings.TrimLeft(rest, "\r\n \t")))
	return f
}
