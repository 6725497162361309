package db

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Likely makes text harmless inside a LIKE pattern with ESCAPE '\'.
func Likely(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// UpTo is a limit written into the statement: with a bound one, SQLite makes its plan again for every call
// (sqlite3ExprIsInteger looks at the bound value), which took as long as the query.
func UpTo(rows int) string { return " LIMIT " + strconv.Itoa(rows) }

// Place is the row in the order of time after which a page begins.
type Place struct {
	At    time.Time
	ID    string
	Newer bool // the page goes towards newer rows
}

// A cursor is the key and the id of the row where the page before ended.
func WriteCursor(key, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(key + "\x00" + id))
}

func ReadCursor(cursor string) (key, id string, ok bool) {
	plain, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), "\x00")
}

// ByIDOrRef tells our id from the business's own name for a thing. The index of names has no empty ones, and
// a query has to say so to use it.
func ByIDOrRef(id string) (named, value string) {
	if len(id) > 4 && id[:4] == "ref:" {
		return "ref = ? AND ref <> ''", id[4:]
	}
	return "id = ?", id
}

// SweepSlice is how many rows one sweep looks at, so that it never holds the database long.
const SweepSlice = 200
