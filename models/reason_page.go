package models

import (
	"fmt"
	"strings"
)

// ReasonsPage is the dictionary of email as a page that a person can check: every phrase and code, what it
// speaks for, how strong it is, and a reply in which it is recognised.
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
		fmt.Fprintf(&b,
			"\n## %s\n\n%s Opts out: %s.\n\n| kind | strength | pattern | example |\n|---|---|---|---|\n",
			entry.ID, entry.Title+".", entry.Suppress)
		for _, row := range rows {
			b.WriteString(row.line())
		}
	}
	return b.String()
}

// evidenceRow is one piece of evidence for an entry.
type evidenceRow struct {
	kind     string
	strength int
	pattern  string
	example  string // a reply in which it is recognised
}

func (r evidenceRow) line() string {
	cell := strings.NewReplacer("|", "\\|", "`", "'").Replace
	return fmt.Sprintf("| %s | %d | `%s` | `%s` |\n", strings.ReplaceAll(r.kind, "_", " "), r.strength,
		cell(r.pattern), cell(r.example))
}

// exampleOf writes a reply around a pattern.
var exampleOf = map[string]func(pattern string) string{
	"exact": worded, "text": worded, "weak_text": worded,
	"enhanced": coded, "weak_enhanced": coded,
	"hosts": func(host string) string { return "550 see https://" + strings.TrimSpace(host) + ".example/" },
}

// worded is a reply with the words in it; for a star it has two.
func worded(words string) string {
	return "550 " + strings.TrimSpace(strings.ReplaceAll(words, " * ", " so far "))
}

// coded is a reply with an enhanced status; for a star it has the one that is final.
func coded(status string) string { return "550 " + strings.Replace(status, "*", "5", 1) + " no" }

func evidenceRows(book dictionary, entry reasonEntry) []evidenceRow {
	var rows []evidenceRow
	m := entry.Match
	for _, list := range []struct {
		kind  string
		words []string
	}{{"exact", m.Exact}, {"text", m.Text}, {"enhanced", m.Enhanced}, {"hosts", m.Hosts},
		{"weak_text", m.WeakText}, {"weak_enhanced", m.WeakEnhanced}} {
		for _, words := range list.words {
			rows = append(rows,
				evidenceRow{list.kind, book.strength[list.kind], words, exampleOf[list.kind](words)})
		}
	}
	for _, code := range m.SMTP {
		rows = append(rows,
			evidenceRow{"smtp", book.strength["smtp"], fmt.Sprint(code), fmt.Sprintf("%d no", code)})
	}
	return rows
}
