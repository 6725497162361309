package customer

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"undelivered/models/internal/db"
)

// trace is a column in which people's own work may name a customer, and what is done with a row that does.
type trace struct {
	table, key, column string
	where              string // with the account
	erase              string // SQL, up to the condition
}

// traces are looked through, because nothing in them says whom they are about: what was typed into a search
// and kept, what a page is still to say, and files that were checked.
var traces = []trace{
	{
		"sessions",
		"token_hash",
		"data",
		"account_id IN (?, '') AND data <> ''",
		"UPDATE sessions SET data = ''",
	},
	{
		"requests",
		"request_id",
		"result",
		"account_id = ? AND action = 'form' AND result <> ''",
		"DELETE FROM requests",
	},
	{"views", "id", "name", "account_id = ?", "DELETE FROM views"},
	{"views", "id", "query", "account_id = ?", "DELETE FROM views"},
	{"bulk_jobs", "id", "query", "account_id = ? AND query <> ''", "UPDATE bulk_jobs SET query = ''"},
}

// eraseTraces forgets the customer where others' work names them.
func eraseTraces(t *db.Tx, e erasure) error {
	for _, one := range traces {
		if err := eraseTrace(t, e, one); err != nil {
			return err
		}
	}
	return eraseImports(t, e)
}

func eraseTrace(t *db.Tx, e erasure, one trace) error {
	var rows []struct{ Key, Text string }
	err := t.Table(one.table).Select(one.key+" AS key, "+one.column+" AS text").
		Where(one.where, e.c.AccountID).Scan(&rows).Error
	if err != nil {
		return db.Wrap(err, "traces of a customer")
	}
	for _, row := range rows {
		if !e.namedIn(row.Text) {
			continue
		}
		if err := t.Exec(one.erase+" WHERE "+one.where+" AND "+one.key+" = ?", e.c.AccountID,
			row.Key).Error; err != nil {
			return db.Wrap(err, "erasing a trace")
		}
	}
	return nil
}

// eraseImports forgets lines of corrected files that are about the customer or name them.
func eraseImports(t *db.Tx, e erasure) error {
	var lines []ImportLine
	err := t.Where("account_id = ?", e.c.AccountID).Find(&lines).Error
	if err != nil {
		return db.Wrap(err, "lines of imports")
	}
	for _, line := range lines {
		said := line.Customer + "\n" + line.Was + "\n" + line.Becomes
		for _, value := range line.Problem.Values {
			said += "\n" + value
		}
		if line.CustomerID != e.c.ID && !e.namedIn(said) {
			continue
		}
		if err := t.Delete(&ImportLine{}, "account_id = ? AND import_id = ? AND position = ?",
			line.AccountID, line.ImportID, line.Position).Error; err != nil {
			return db.Wrap(err, "erasing a line of an import")
		}
	}
	return nil
}

// namedIn says whether a text holds one of the customer's names or addresses as a whole: "Al" is not in
// "alarm". What was typed into a search is kept as the field of an address, with + for a space.
func (e erasure) namedIn(text string) bool {
	text = strings.ToLower(text)
	if plain, err := url.QueryUnescape(text); err == nil {
		text += "\n" + plain
	}
	for _, name := range e.names {
		for rest := text; ; {
			i := strings.Index(rest, name)
			if i < 0 {
				break
			}
			before, _ := utf8.DecodeLastRuneInString(rest[:i])
			after, _ := utf8.DecodeRuneInString(rest[i+len(name):])
			if !wordly(before) && !wordly(after) {
				return true
			}
			rest = rest[i+len(name):]
		}
	}
	return false
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
