package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitecode "modernc.org/sqlite/lib"

	"undelivered/models"
)

// awayStates are the classes of PostgreSQL's errors that are about the server and not about what was asked:
// lost connections, too few resources (a full disk is one of them), a server that is going down, coming up or
// not the primary any more, and faults of its files.
var awayStates = []string{"08", "53", "57P", "58", "25006", "57014"}

// awayCodes are SQLite's errors that are about the file and not about what was asked.
var awayCodes = map[int]bool{
	sqlitecode.SQLITE_FULL:     true,
	sqlitecode.SQLITE_IOERR:    true,
	sqlitecode.SQLITE_CANTOPEN: true,
	sqlitecode.SQLITE_BUSY:     true,
	sqlitecode.SQLITE_LOCKED:   true,
	sqlitecode.SQLITE_READONLY: true,
	sqlitecode.SQLITE_PROTOCOL: true,
}

// Away says whether an error is the database's and not that of what was asked of it.
func Away(err error) bool {
	if err == nil {
		return false
	}
	for _, gone := range []error{models.ErrAway, driver.ErrBadConn, sql.ErrConnDone, io.ErrUnexpectedEOF} {
		if errors.Is(err, gone) {
			return true
		}
	}
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return hasPrefix(answer.Code, awayStates)
	}
	var file *sqlite.Error
	if errors.As(err, &file) {
		return awayCodes[file.Code()&0xff]
	}
	var connect *pgconn.ConnectError
	var line net.Error
	return errors.As(err, &connect) || errors.As(err, &line) || pgconn.SafeToRetry(err) ||
		strings.Contains(err.Error(), "conn closed")
}

func hasPrefix(code string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// Full says whether an error is that of a disk with no room left.
func Full(err error) bool {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code == "53100"
	}
	var file *sqlite.Error
	return errors.As(err, &file) && file.Code()&0xff == sqlitecode.SQLITE_FULL
}

// crossed says whether a transaction was one of two that waited for each other: it has left nothing behind,
// and is worth another try at once.
func crossed(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && (answer.Code == "40P01" || answer.Code == "40001")
}
