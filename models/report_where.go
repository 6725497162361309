package models

import (
	"strings"
	"time"
)

// where is the filter as SQL. The open list keeps the words of its partial indexes.
func (r reportScope) where() (string, []any) {
	c := conditions{}
	c.add("account_id = ?", r.account)
	switch r.State {
	case ShowWaiting, ShowCleared:
		c.add("left_at IS NOT NULL AND left_why = ?", r.State)
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
	for _, column := range []struct{ name, value string }{ // in one order, so that the statement is known
		{"channel", string(r.Channel)}, {"reason", r.Reason}, {"domain", r.Domain},
		{"customer_id", r.Customer}, {"connection_id", r.Connection}, {"kind", r.Kind},
	} {
		if column.value == None {
			c.add(column.name + " = ''")
		} else if column.value != "" {
			c.add(column.name+" = ?", column.value)
		}
	}
	r.whereWork(&c)
	r.whereViews(&c)
	for _, word := range searchWords(r.Q) {
		c.add(`search LIKE ? ESCAPE '\'`, "%"+likeEscaper.Replace(word)+"%")
	}
	if r.IDs != nil {
		c.add("id IN ?", r.IDs)
	}
	if len(r.hidden) > 0 {
		c.add("NOT (our_side AND reason IN ?)", r.hidden)
	}
	return strings.Join(c.sql, " AND "), c.values
}

// whereWork is who looks after it, until when it is put off, and how it ended.
func (r reportScope) whereWork(c *conditions) {
	if r.Assigned != "" && r.Assigned != Nobody || r.Hold || r.Snoozed {
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
	if r.Hold {
		c.add("on_hold")
	}
	if r.Snoozed {
		c.add("snoozed_until > ?", r.now)
	}
	if r.Free {
		c.add("NOT on_hold AND (snoozed_until IS NULL OR snoozed_until <= ?)", r.now)
	}
	if r.Outcome != "" {
		c.add("outcome = ?", r.Outcome)
	}
}

// worked are the rows with work on them, in the words of their index.
const worked = "(assigned_to <> '' OR on_hold OR snoozed_until IS NOT NULL)"

// whereViews is what the built-in views mean.
func (r reportScope) whereViews(c *conditions) {
	if r.Due {
		c.add("due_at IS NOT NULL AND due_at >= ? AND due_at < ?", r.now, r.now.Add(dueHours*time.Hour))
	}
	if r.Ready {
		c.add("(ready OR state = 'failed' AND NOT our_side AND status IN ('soft_bounce', 'mailbox_error'))") // the words of its index
		c.add("(ready OR failed_at <= ?)", r.now.AddDate(0, 0, -readyDays))
		c.add(mayBeTried, r.now)
	}
	if r.Mistyped {
		c.add("suggestion <> ''")
	}
	if r.Corrected {
		c.add("new_address")
	}
	if r.Unknown {
		c.add("state = 'unknown'")
	}
	if r.OurSide {
		c.add("our_side")
	}
}

type conditions struct {
	sql    []string
	values []any
}

func (c *conditions) add(sql string, values ...any) {
	c.sql, c.values = append(c.sql, sql), append(c.values, values...)
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// searchWords are the words that must all occur; a number is looked for as it is stored, without spaces and signs.
func searchWords(q string) []string {
	if number := digitsOf(q); number != "" {
		return []string{number}
	}
	return strings.Fields(strings.ToLower(q))
}

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
	}, q)
	if digits < 6 || strings.Contains(kept, "x") {
		return ""
	}
	return strings.TrimLeft(kept, "0")
}
