package db

import (
	"reflect"

	"github.com/libtnb/sqlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
)

// Every text that goes to a database passes here, whichever door it came by and whichever parameter it was:
// PostgreSQL refuses a text with a NUL or broken UTF-8, and SQLite keeps what PostgreSQL would refuse.

type cleanPostgres struct{ *postgres.Dialector }

type cleanSQLite struct{ *sqlite.Dialector }

// BindVarTo cleans the value that has just been added to the statement.
func (d cleanPostgres) BindVarTo(w clause.Writer, stmt *gorm.Statement, v any) {
	cleanLast(stmt)
	d.Dialector.BindVarTo(w, stmt, v)
}

// BindVarTo cleans the value that has just been added to the statement.
func (d cleanSQLite) BindVarTo(w clause.Writer, stmt *gorm.Statement, v any) {
	cleanLast(stmt)
	d.Dialector.BindVarTo(w, stmt, v)
}

func cleanLast(stmt *gorm.Statement) {
	if n := len(stmt.Vars); n > 0 {
		stmt.Vars[n-1] = storable(stmt.Vars[n-1])
	}
}

// storable is a value with its text as a database keeps it. Values that are no text stay as they are.
func storable(v any) any {
	if s, plain := v.(string); plain {
		return models.CleanUTF8(s)
	}
	switch r := reflect.ValueOf(v); {
	case r.Kind() == reflect.String: // a word of our own type, which may have come from outside
		if s := r.String(); models.CleanUTF8(s) != s {
			return models.CleanUTF8(s)
		}
	case r.Kind() == reflect.Pointer && !r.IsNil() && r.Elem().Kind() == reflect.String:
		if s := r.Elem().String(); models.CleanUTF8(s) != s {
			return models.CleanUTF8(s)
		}
	}
	return v
}
