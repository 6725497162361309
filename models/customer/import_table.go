package customer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// TableRow is one row of a file of ours or of a spreadsheet: its line, and its cells by the names of the
// columns.
type TableRow struct {
	Line  int
	Cells map[string]string
}

// TableError says at which line a file can't be read any further; nothing of it was taken.
type TableError struct {
	Line int
	Err  error
}

// Error is for the command line.
func (e TableError) Error() string { return e.Err.Error() }

// Unwrap is the cause.
func (e TableError) Unwrap() error { return e.Err }

// ReadTable reads a whole file of rows before anything is done with one of them: as UTF-8, UTF-16 or what
// Windows writes, parted by commas, semicolons, tabs or what its sep= line says, with stray quotes, empty
// columns and empty rows. Columns come in small letters; those without a name are passed over.
func ReadTable(file io.Reader) (columns []string, rows []TableRow, err error) {
	plain, err := readable(file)
	if err != nil {
		return nil, nil, err
	}
	in := bufio.NewReaderSize(&narrow{in: plain}, 64<<10)
	skipped, comma := 0, rune(0)
	if start, _ := in.Peek(6); len(start) >= 5 && strings.EqualFold(string(start[:4]), "sep=") {
		first, err := in.ReadString('\n')
		if err != nil {
			return nil, nil, fileWrong("error.import_empty")
		}
		if said := strings.TrimRight(first[4:], "\r\n"); said != "" {
			comma = []rune(said)[0]
		}
		skipped = 1
	}
	start, err := in.Peek(4096)
	if errors.Is(err, errWide) {
		return nil, nil, fileWrong("error.import_wide")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, db.Wrap(err, "reading a file")
	}
	if !strings.ContainsRune(",;\t|", comma) || comma == 0 {
		comma = separator(start)
	}
	lines := csv.NewReader(in)
	lines.Comma, lines.FieldsPerRecord, lines.LazyQuotes, lines.TrimLeadingSpace = comma, -1, true,
		comma != '\t'
	head, err := lines.Read()
	if errors.Is(err, errWide) {
		return nil, nil, fileWrong("error.import_wide")
	}
	if err != nil {
		return nil, nil, fileWrong("error.import_empty")
	}
	for _, name := range head {
		columns = append(columns, strings.ToLower(strings.TrimSpace(strings.Map(seen, name))))
	}
	rows, err = tableRows(lines, columns, skipped)
	return columns, rows, err
}

// seen drops what can't be seen from a column's name.
func seen(r rune) rune {
	if models.Invisible(r) {
		return -1
	}
	return r
}

func tableRows(lines *csv.Reader, columns []string, skipped int) (rows []TableRow, err error) {
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if errors.Is(err, errWide) {
			return nil, fileWrong("error.import_wide")
		}
		line, _ := lines.FieldPos(0)
		if err != nil {
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				line = parse.Line
			}
			return nil, TableError{line + skipped, err}
		}
		row, empty := TableRow{Line: line + skipped, Cells: map[string]string{}}, true
		for i, cell := range record {
			if cell = fromSpreadsheet(strings.ToValidUTF8(cell, "\uFFFD")); cell == "" {
				continue
			}
			if empty = false; i < len(columns) && columns[i] != "" {
				row.Cells[columns[i]] = cell
			}
		}
		if !empty {
			rows = append(rows, row)
		}
	}
}
