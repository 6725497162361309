package customer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// table reads a file of testdata.
func table(t *testing.T, name string) (columns []string, rows []TableRow) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if columns, rows, err = ReadTable(file); err != nil {
		t.Fatal(err)
	}
	return columns, rows
}

// What spreadsheets of other countries save is read as it was meant: letters, separators, empty columns and
// rows.
func TestReadTableOfSpreadsheets(t *testing.T) {
	for file, want := range map[string]TableRow{
		"windows-1252.csv": {2, map[string]string{"name": "Jürgen Müller-Lüdenscheidt",
			"title": "Terminerinnerung für März"}},
		"semicolon.csv": {2, map[string]string{"to": "s1@ten.example", "name": "Jane Doe",
			"title": "Reminder"}},
		"utf16.txt": {2, map[string]string{"to": "s2@ten.example", "name": "Jane Doe",
			"title": "Reminder"}},
		"trailing.csv": {2, map[string]string{"to": "t1@ten.example", "name": "Jane",
			"title": "Reminder"}},
	} {
		_, rows := table(t, file)
		if len(rows) != 1 || rows[0].Line != want.Line {
			t.Errorf("%s: %+v", file, rows)
			continue
		}
		for column, cell := range want.Cells {
			if rows[0].Cells[column] != cell {
				t.Errorf("%s: %s is %q, want %q", file, column, rows[0].Cells[column], cell)
			}
		}
		if cell, there := rows[0].Cells[""]; there {
			t.Errorf("%s: a column without a name holds %q", file, cell)
		}
	}
}

// A stray quote far down ends nothing: the rows before and after it are read, and each knows its line.
func TestReadTableStrayQuote(t *testing.T) {
	var file strings.Builder
	file.WriteString("ref,name,title\n")
	for at := range 1500 {
		name := fmt.Sprintf("N%d", at)
		if at == 1200 {
			name = `N "x" y`
		}
		fmt.Fprintf(&file, "q-%d,%s,Reminder\n", at, name)
	}
	_, rows, err := ReadTable(strings.NewReader(file.String()))
	if err != nil || len(rows) != 1500 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if row := rows[1200]; row.Line != 1202 || row.Cells["name"] != `N "x" y` ||
		row.Cells["title"] != "Reminder" {
		t.Errorf("%+v", row)
	}
	if last := rows[1499]; last.Cells["ref"] != "q-1499" {
		t.Errorf("%+v", last)
	}
}

// What the first line says about the separator holds, also with the mark of the encoding before it.
func TestReadTableSaidSeparator(t *testing.T) {
	for _, start := range []string{"sep=;\r\n", "\ufeffSEP=;\r\n"} {
		_, rows, err := ReadTable(strings.NewReader(start + "ref;name\r\n\"1\";\"Doe; Jane, of Kent\"\r\n"))
		if err != nil || len(rows) != 1 || rows[0].Line != 3 ||
			rows[0].Cells["name"] != "Doe; Jane, of Kent" {
			t.Errorf("%q: %+v, %v", start, rows, err)
		}
	}
}
