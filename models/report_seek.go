package models

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// order is the filter's order; before= reads it backwards.
func (f Filter) order() string {
	direction := " DESC"
	if (f.Sort == "failed" || f.Sort == "customer") != (f.Before != "") {
		direction = ""
	}
	column := "failed_at"
	if f.Sort == "customer" {
		column = "sort_name"
	}
	return column + direction + ", id" + direction
}

// place is the row in the order of time after which a page begins.
type place struct {
	at    time.Time
	id    string
	newer bool // the page goes towards newer rows
}

// whereTime is the window, or what is left of it after a place. The place takes the window's edge away instead of
// being added to it: given two bounds of one side, SQLite searches by the first and reads every row up to the second.
func (r reportScope) whereTime(c *conditions) {
	start, end, from := r.window.Start, r.window.End, r.from
	switch {
	case from == nil:
		c.add("failed_at >= ? AND failed_at < ?", start, end)
	case from.newer && from.at.Before(start):
		c.add("failed_at >= ? AND failed_at < ?", start, end)
	case from.newer:
		c.add("failed_at < ? AND (failed_at, id) > (?, ?)", end, from.at, from.id)
	case !from.at.Before(end):
		c.add("failed_at >= ? AND failed_at < ?", start, end)
	default:
		c.add("failed_at >= ? AND (failed_at, id) < (?, ?)", start, from.at, from.id)
	}
}

// after is the scope from a cursor on, in the order of the filter.
func (r reportScope) after(f Filter, cursor string) (reportScope, string, []any) {
	newer := (f.Sort == "failed" || f.Sort == "customer") != (f.Before != "")
	key, id, _ := readCursor(cursor)
	if f.Sort == "customer" {
		return r, " AND (sort_name, id)" + map[bool]string{true: " > ", false: " < "}[newer] + "(?, ?)", []any{key, id}
	}
	micros, _ := strconv.ParseInt(key, 36, 64) // checked by knowsCursor
	r.from = &place{at: time.UnixMicro(micros).UTC(), id: id, newer: newer}
	return r, "", nil
}

func (f Filter) cursorOf(u Undelivered) string {
	key := strconv.FormatInt(u.FailedAt.UnixMicro(), 36)
	if f.Sort == "customer" {
		key = u.SortName
	}
	return writeCursor(key, u.ID)
}

func (f Filter) knowsCursor(cursor string) bool {
	key, _, ok := readCursor(cursor)
	if ok && f.Sort != "customer" {
		_, err := strconv.ParseInt(key, 36, 64)
		return err == nil
	}
	return ok
}

// A cursor is the key and the id of the row where the page before ended.
func writeCursor(key, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(key + "\x00" + id))
}

func readCursor(cursor string) (key, id string, ok bool) {
	plain, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), "\x00")
}
