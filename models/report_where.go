package models

import (
	"strings"
	"time"
)

// where is the filter as SQL. The open list keeps the words of its partial indexes.
func (r reportScope) where() (string, []any) {
	c := conditions{}
	if r.few != "" {
		c.add("+account_id = ?", r.account) // the sign keeps SQLite from walking the account's rows instead of the few
	} else {
		c.add("account_id = ?", r.account)
	}
	switch r.State {
	case ShowWaiting, ShowCleared:
		c.add("left_at IS NOT NULL AND left_why = ?", r.State)
	case ShowFixed:
		c.add("left_at IS NOT NULL AND left_why IN ?", []string{string(StateDelivered), ShowCleared})
	default:
		c.add("left_at IS NULL")
	}
	r.whereTime(&c)
	switch len(r.Statuses) {
	case 0:
	case 1:
		c.add("status = ?", r.Statuses[0])
	default:
		c.add("status IN ?", r.Statuses)
	}
	for _, field := range filterWords {
		value := *field.word(&r.Filter)
		if field.column == "" || value == "" {
			continue
		}
		if value == None {
			c.add(field.column + " = ''")
		} else {
			c.add(field.column+" = ?", value)
		}
	}
	r.whereWork(&c)
	if narrow := builtInViews[r.View]; narrow != nil {
		narrow(r, &c)
	}
	if r.few != "" {
		c.add("id IN ("+inIndex+")", r.few, r.account)
	}
	c.matching("search", r.Q)
	if r.IDs != nil {
		c.add("id IN ?", r.IDs)
	}
	if len(r.hidden) > 0 {
		c.add("NOT (our_side AND reason IN ?)", r.hidden)
	}
	return strings.Join(c.sql, " AND "), c.values
}

// whereWork is who looks after it, and whether a person can do something about it now.
func (r reportScope) whereWork(c *conditions) {
	if r.Assigned != "" && r.Assigned != Nobody || r.View == ViewHold || r.View == ViewSnoozed {
		c.add(worked)
	}
	switch r.Assigned {
	case "":
	case Nobody:
		c.add("assigned_to = ''")
	case Me:
		c.add("assigned_to = ?", r.me)
	default:
		c.add("assigned_to = ?", r.Assigned)
	}
	if r.Free {
		c.add("NOT on_hold AND (snoozed_until IS NULL OR snoozed_until <= ?)", r.now)
	}
}

// worked are the rows with work on them, in the words of their index.
const worked = "(assigned_to <> '' OR on_hold OR snoozed_until IS NOT NULL)"

// builtInViews is what the built-in views mean.
var builtInViews = map[string]func(reportScope, *conditions){
	ViewDue: func(r reportScope, c *conditions) {
		c.add("due_at IS NOT NULL AND due_at >= ? AND due_at < ?", r.now, r.now.Add(dueHours*time.Hour))
	},
	ViewReady: func(r reportScope, c *conditions) {
		// The words of its index.
		c.add("(ready OR state = 'failed' AND NOT our_side AND status IN ('soft_bounce', 'mailbox_error'))")
		c.add("(ready OR failed_at <= ?)", r.now.AddDate(0, 0, -readyDays))
		c.add(mayBeTried, r.now)
	},
	ViewMistyped:  func(_ reportScope, c *conditions) { c.add("suggestion <> ''") },
	ViewCorrected: func(_ reportScope, c *conditions) { c.add("new_address") },
	ViewOurSide:   func(_ reportScope, c *conditions) { c.add("our_side") },
	ViewUnknown:   func(_ reportScope, c *conditions) { c.add("state = 'unknown'") },
	ViewHold:      func(_ reportScope, c *conditions) { c.add("on_hold") },
	ViewSnoozed:   func(r reportScope, c *conditions) { c.add("snoozed_until > ?", r.now) },
}

type conditions struct {
	sql    []string
	values []any
}

func (c *conditions) add(sql string, values ...any) {
	c.sql, c.values = append(c.sql, sql), append(c.values, values...)
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// digitsOf is a phone number as it may be typed, without its country's 0; empty when q is something else.
func digitsOf(q string) string {
	digits := 0
	kept := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			digits++
			return r
		}
		if strings.ContainsRune(" +-()./", r) {
			return -1
		}
		return 'x'
	}, strings.ReplaceAll(q, "(0)", ""))
	if digits < 6 || strings.Contains(kept, "x") {
		return ""
	}
	return strings.TrimLeft(kept, "0")
}
