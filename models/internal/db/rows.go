package db

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"undelivered/migrations"
	"undelivered/models"
)

// Among is a condition that a column holds one of the values: the same words for however many there are, so
// that the statement is prepared once.
func (t *Tx) Among(column string, values []string) clause.Expr {
	if t.Database.Kind == migrations.Postgres {
		return gorm.Expr(column+" = ANY(?::text[])", textList(values))
	}
	return gorm.Expr(column+" IN (SELECT value FROM json_each(?))", jsonList(values))
}

// jsonList is a list as SQLite reads it, textList as PostgreSQL does.
type (
	jsonList []string
	textList []string
)

// Value is the list as a text.
func (l jsonList) Value() (driver.Value, error) {
	b := []byte{'['}
	for i, s := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, s)
	}
	return string(append(b, ']')), nil
}

// Value is the list as a text.
func (l textList) Value() (driver.Value, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, s := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(inQuotes.Replace(models.CleanUTF8(s)))
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String(), nil
}

var inQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Write writes rows in one statement, whose words are the same for however many they are; a row whose key is
// there already takes the new values.
func Write[T any](t *Tx, rows []T, key ...string) error {
	return insert(t, rows, func(w table) string {
		var columns []string
		for _, name := range w.columns() {
			if !slices.Contains(key, name) {
				columns = append(columns, name)
			}
		}
		return w.onKey(key, columns, func(name string) string { return "excluded." + name })
	})
}

// Add writes rows in one statement; what a row counts is added to the row of the same key that is there
// already.
func Add[T any](t *Tx, rows []T, key []string, counts ...string) error {
	return insert(t, rows, func(w table) string {
		return w.onKey(key, counts,
			func(name string) string { return w.name + "." + name + " + excluded." + name })
	})
}

func insert[T any](t *Tx, rows []T, onKey func(table) string) error {
	if len(rows) == 0 {
		return nil
	}
	w, err := tableOf[T](t)
	if err != nil {
		return err
	}
	data, err := w.json(t.ctx, reflect.ValueOf(rows))
	if err != nil {
		return err
	}
	sql := "INSERT INTO " + w.name + " (" + strings.Join(w.columns(), ", ") + ") " + w.rows() + onKey(w)
	return Wrap(t.Exec(sql, data).Error, "writing "+w.name)
}

// Update writes columns of rows of an account that are there, in one statement.
func Update[T any](t *Tx, account string, rows []T, columns ...string) error {
	if len(rows) == 0 {
		return nil
	}
	w, err := tableOf[T](t, append([]string{"id"}, columns...)...)
	if err != nil {
		return err
	}
	data, err := w.json(t.ctx, reflect.ValueOf(rows))
	if err != nil {
		return err
	}
	sets := make([]string, len(columns))
	for i, name := range columns {
		sets[i] = name + " = new." + name
	}
	sql := "UPDATE " + w.name + " SET " + strings.Join(sets,
		", ") + " FROM (" + w.rows() + ") AS new WHERE " +
		w.name + ".account_id = ? AND " + w.name + ".id = new.id"
	return Wrap(t.Exec(sql, data, account).Error, "writing "+w.name)
}

// table is what writing many rows needs to know.
type table struct {
	kind   migrations.Dialect
	name   string
	fields []*schema.Field
}

// tableOf is the table of a type, with all its columns or with these.
func tableOf[T any](t *Tx, columns ...string) (table, error) {
	stmt := &gorm.Statement{DB: t.DB}
	if err := stmt.Parse(new(T)); err != nil {
		return table{}, fmt.Errorf("models: writing rows: %w", err)
	}
	all := table{kind: t.Database.Kind, name: stmt.Schema.Table}
	for _, f := range stmt.Schema.Fields {
		if f.DBName != "" && (len(columns) == 0 || slices.Contains(columns, f.DBName)) {
			all.fields = append(all.fields, f)
		}
	}
	return all, nil
}

func (w table) columns() []string {
	names := make([]string, len(w.fields))
	for i, f := range w.fields {
		names[i] = f.DBName
	}
	return names
}

// rows is the query that returns what stands in the statement's one value.
func (w table) rows() string {
	if w.kind == migrations.Postgres {
		return "SELECT " + strings.Join(w.columns(),
			", ") + " FROM json_populate_recordset(NULL::" + w.name + ", ?::json)"
	}
	values := make([]string, len(w.fields))
	for i, f := range w.fields {
		values[i] = "v->>" + strconv.Itoa(i) + " AS " + f.DBName
	}
	// Without MATERIALIZED, each column would have its whole row written out anew.
	return "SELECT " + strings.Join(
		values,
		", ",
	) + " FROM (WITH w AS MATERIALIZED (SELECT value AS v FROM json_each(?)) SELECT v FROM w) WHERE TRUE"
}

// onKey is what happens to a row whose key is there already; without a key there is none.
func (w table) onKey(key, columns []string, value func(name string) string) string {
	if len(key) == 0 {
		return ""
	}
	sets := make([]string, len(columns))
	for i, name := range columns {
		sets[i] = name + " = " + value(name)
	}
	return " ON CONFLICT (" + strings.Join(key, ", ") + ") DO UPDATE SET " + strings.Join(sets, ", ")
}

func (w table) json(ctx context.Context, rows reflect.Value) (string, error) {
	b := make([]byte, 0, rows.Len()*len(w.fields)*24)
	b = append(b, '[')
	for i := range rows.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, around[w.kind][0])
		for j, f := range w.fields {
			if j > 0 {
				b = append(b, ',')
			}
			if w.kind == migrations.Postgres {
				b = append(append(append(b, '"'), f.DBName...), '"', ':')
			}
			value, _ := f.ValueOf(ctx, rows.Index(i))
			var ok bool
			if b, ok = appendValue(b, w.kind, value); !ok {
				return "", fmt.Errorf("models: a column of %s cannot be written: %s is %T", w.name, f.DBName,
					value)
			}
		}
		b = append(b, around[w.kind][1])
	}
	return string(append(b, ']')), nil
}

// A row is an array for SQLite, which finds a place sooner than a name, and an object for PostgreSQL, which
// asks for one.
var around = map[migrations.Dialect]string{migrations.SQLite: "[]", migrations.Postgres: "{}"}

// Times as the drivers write them: they are compared as they stand in SQLite.
var timeForms = map[migrations.Dialect]string{
	migrations.SQLite:   "2006-01-02 15:04:05.999999999-07:00",
	migrations.Postgres: "2006-01-02T15:04:05.999999",
}

func appendValue(b []byte, kind migrations.Dialect, value any) ([]byte, bool) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), true
	case string:
		return appendText(b, v), true
	case time.Time:
		return append(v.UTC().AppendFormat(append(b, '"'), timeForms[kind]), '"'), true
	case *time.Time:
		if v == nil {
			return append(b, "null"...), true
		}
		return appendValue(b, kind, *v)
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.String:
		return appendText(b, v.String()), true
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), true
	case reflect.Int, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10), true
	}
	return b, false
}

func appendText(b []byte, s string) []byte {
	s = models.CleanUTF8(s)
	if plainJSON(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	quoted, _ := json.Marshal(s) // a text always marshals
	return append(b, quoted...)
}

func plainJSON(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
