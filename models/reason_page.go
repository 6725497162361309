package models

import (
	"fmt"
	"strings"
)

// ReasonsPage is the dictionary of email as a page that a person can check: every phrase and code, what it
// speaks for, and how strong it is.
func ReasonsPage() string {
	book := reasonBook()
	var b strings.Builder
	fmt.Fprintf(
		&b,
		"# Why an email did not arrive: the evidence\n\nWritten from `models/reasons.json`; a test holds "+
			"the two together. "+
			"A star stands for a few words. An address is opted out at once from a certainty of %d.\n",
		Sure,
	)
	for _, entry := range book.entries {
		rows := evidenceRows(book, entry)
		if entry.Channel != Email || len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s Opts out: %s.\n\n| kind | strength | pattern |\n|---|---|---|\n",
			entry.ID, entry.Title+".", entry.Suppress)
		b.WriteString(strings.Join(rows, ""))
	}
	return b.String()
}

func evidenceRows(book dictionary, entry reasonEntry) []string {
	var rows []string
	m := entry.Match
	for _, list := range []struct {
		kind  string
		words []string
	}{{"exact", m.Exact}, {"text", m.Text}, {"enhanced", m.Enhanced}, {"hosts", m.Hosts},
		{"weak_text", m.WeakText}, {"weak_enhanced", m.WeakEnhanced}} {
		for _, words := range list.words {
			rows = append(rows, fmt.Sprintf("| %s | %d | `%s` |\n", strings.ReplaceAll(list.kind, "_", " "),
				book.strength[list.kind], strings.ReplaceAll(words, "|", "\\|")))
		}
	}
	for _, code := range m.SMTP {
		rows = append(rows, fmt.Sprintf("| smtp | %d | `%d` |\n", book.strength["smtp"], code))
	}
	return rows
}
