package report

import (
	"strconv"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
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

// whereTime is the window, or what is left of it after a place. The place takes the window's edge away
// instead of being added to it: given two bounds of one side, SQLite searches by the first and reads every
// row up to the second.
func (r ReportScope) whereTime(c *db.Conditions) {
	start, end, from := r.window.Start, r.window.End, r.From
	switch {
	case from == nil:
		c.Add("failed_at >= ? AND failed_at < ?", start, end)
	case from.Newer && from.At.Before(start):
		c.Add("failed_at >= ? AND failed_at < ?", start, end)
	case from.Newer:
		c.Add("failed_at < ? AND (failed_at, id) > (?, ?)", end, from.At, from.ID)
	case !from.At.Before(end):
		c.Add("failed_at >= ? AND failed_at < ?", start, end)
	default:
		c.Add("failed_at >= ? AND (failed_at, id) < (?, ?)", start, from.At, from.ID)
	}
}

// after is the scope from a cursor on, in the order of the filter.
func (r ReportScope) after(f Filter, cursor string) (ReportScope, string, []any) {
	newer := (f.Sort == "failed" || f.Sort == "customer") != (f.Before != "")
	key, id, _ := db.ReadCursor(cursor)
	if f.Sort == "customer" {
		return r, " AND (sort_name, id)" + map[bool]string{true: " > ", false: " < "}[newer] + "(?, ?)",
			[]any{
				key,
				id,
			}
	}
	micros, _ := strconv.ParseInt(key, 36, 64) // checked by knowsCursor
	r.From = &db.Place{At: time.UnixMicro(micros).UTC(), ID: id, Newer: newer}
	return r, "", nil
}

func (f Filter) cursorOf(u models.Undelivered) string {
	key := strconv.FormatInt(u.FailedAt.UnixMicro(), 36)
	if f.Sort == "customer" {
		key = u.SortName
	}
	return db.WriteCursor(key, u.ID)
}

func (f Filter) knowsCursor(cursor string) bool {
	key, _, ok := db.ReadCursor(cursor)
	if ok && f.Sort != "customer" {
		_, err := strconv.ParseInt(key, 36, 64)
		return err == nil
	}
	return ok
}
