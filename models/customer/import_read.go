package customer

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// What an import takes at most.
const (
	ImportLimit = 32 << 20 // bytes
	importRows  = 10_000
)

// importRow is one row of a file: a notification, and the addresses that are to stand in the file of its
// customer.
type importRow struct {
	line    int
	id      string
	address string // of the channel of the notification, as our export names it
	email   string
	phone   string
}

// readImport reads a corrected export, parted by commas, semicolons or tabs. Columns that nobody needs may be
// there, or missing.
func readImport(file io.Reader) ([]importRow, error) {
	columns, all, err := ReadTable(io.LimitReader(file, ImportLimit+1))
	if errors.As(err, &TableError{}) {
		return nil, fileWrong("error.import_read")
	}
	if err != nil {
		return nil, err
	}
	if !slices.Contains(columns, "id") ||
		!slices.ContainsFunc([]string{"address", "new_address", "email", "phone"},
			func(name string) bool { return slices.Contains(columns, name) }) {
		return nil, fileWrong("error.import_columns")
	}
	var rows []importRow
	for _, r := range all {
		row := importRow{
			line:    r.Line,
			id:      r.Cells["id"],
			address: r.corrected(),
			email:   r.Cells["email"],
			phone:   r.Cells["phone"],
		}
		if row.id == "" && row.address == "" && row.email == "" && row.phone == "" {
			continue
		}
		if len(rows) == importRows {
			return nil, fileWrong("error.import_long")
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// corrected is the address that a row is to have: what was typed into the column new_address of our export,
// which says true or false where nobody did, else the column address.
func (r TableRow) corrected() string {
	typed := r.Cells["new_address"]
	if lower := strings.ToLower(typed); typed == "" || lower == "true" || lower == "false" || typed == "1" ||
		typed == "0" ||
		lower == "wahr" || lower == "falsch" || lower == "vrai" ||
		lower == "faux" {
		return r.Cells["address"]
	}
	return typed
}

// readable is a file as UTF-8. What has no mark and is no UTF-8 either was saved by a spreadsheet on Windows.
func readable(file io.Reader) (io.Reader, error) {
	all, err := io.ReadAll(file)
	if err != nil {
		return nil, db.Wrap(err, "reading a file")
	}
	var unmarked transform.Transformer = transform.Nop
	// UTF-16 that lost its mark
	if nul := bytes.IndexByte(all, 0); nul >= 0 && bytes.Count(all, []byte{0}) > len(all)/4 {
		unmarked = unicode.UTF16(unicode.Endianness(nul%2 == 0), unicode.IgnoreBOM).NewDecoder()
	} else if !utf8.Valid(all) {
		unmarked = charmap.Windows1252.NewDecoder()
	}
	return transform.NewReader(bytes.NewReader(all), unicode.BOMOverride(unmarked)), nil
}

func fileWrong(key string) error { return models.Invalid{"file": {Key: key}} }

// separator is what the first line has most of.
func separator(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	return slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int {
		return bytes.Count(line, []byte(string(a))) - bytes.Count(line, []byte(string(b)))
	})
}

// fromSpreadsheet takes away the quote that our export puts before what a spreadsheet would take for a
// formula.
func fromSpreadsheet(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=+-@", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}
