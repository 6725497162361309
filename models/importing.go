package models

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// What an import takes at most.
const (
	ImportLimit = 32 << 20 // bytes
	importRows  = 10_000
)

// importRow is one row of a file: a notification, and the addresses that are to stand in the file of its customer.
type importRow struct {
	line    int
	id      string
	address string // of the channel of the notification, as our export names it
	email   string
	phone   string
}

// readImport reads a corrected export, parted by commas, semicolons or tabs. Columns that nobody needs may be there, or
// missing.
func readImport(file io.Reader) ([]importRow, error) {
	plain, err := readable(file)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(&narrow{in: plain}, 64<<10)
	start, err := in.Peek(4096)
	if errors.Is(err, errWide) {
		return nil, fileWrong("error.import_wide")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, found(err, "reading a file")
	}
	lines := csv.NewReader(in)
	lines.Comma, lines.FieldsPerRecord, lines.LazyQuotes, lines.ReuseRecord = separator(start), -1, true, true
	head, err := lines.Read()
	if errors.Is(err, errWide) {
		return nil, fileWrong("error.import_wide")
	}
	if err != nil {
		return nil, fileWrong("error.import_empty")
	}
	columns := map[string]int{}
	for i, name := range head {
		columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	if _, old := columns["new_address"]; old {
		return nil, fileWrong("error.import_new_address")
	}
	_, hasAddress := columns["address"]
	_, hasEmail := columns["email"]
	_, hasPhone := columns["phone"]
	if _, ok := columns["id"]; !ok || !hasAddress && !hasEmail && !hasPhone {
		return nil, fileWrong("error.import_columns")
	}
	return importRowsOf(lines, columns)
}

// readable is a file as UTF-8. What has no mark and is no UTF-8 either was saved by a spreadsheet on Windows.
func readable(file io.Reader) (io.Reader, error) {
	all, err := io.ReadAll(io.LimitReader(file, ImportLimit+1))
	if err != nil {
		return nil, found(err, "reading a file")
	}
	var unmarked transform.Transformer = transform.Nop
	if !utf8.Valid(all) {
		unmarked = charmap.Windows1252.NewDecoder()
	}
	return transform.NewReader(bytes.NewReader(all), unicode.BOMOverride(unmarked)), nil
}

func importRowsOf(lines *csv.Reader, columns map[string]int) ([]importRow, error) {
	var rows []importRow
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if errors.Is(err, errWide) {
			return nil, fileWrong("error.import_wide")
		}
		if err != nil {
			return nil, fileWrong("error.import_read")
		}
		cell := func(name string) string {
			if i, ok := columns[name]; ok && i < len(cells) {
				return fromSpreadsheet(strings.ToValidUTF8(cells[i], "\ufffd"))
			}
			return ""
		}
		row := importRow{id: cell("id"), address: cell("address"), email: cell("email"), phone: cell("phone")}
		row.line, _ = lines.FieldPos(0)
		if row.id == "" && row.address == "" && row.email == "" && row.phone == "" {
			continue
		}
		if len(rows) == importRows {
			return nil, fileWrong("error.import_long")
		}
		rows = append(rows, row)
	}
}

func fileWrong(key string) error { return Invalid{"file": {Key: key}} }

// separator is what the first line has most of.
func separator(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	return slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int {
		return bytes.Count(line, []byte(string(a))) - bytes.Count(line, []byte(string(b)))
	})
}

// fromSpreadsheet takes away the quote that our export puts before what a spreadsheet would take for a formula.
func fromSpreadsheet(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=+-@", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}
