package report

import (
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// where is the filter as SQL. The open list keeps the words of its partial indexes.
func (r ReportScope) where() (string, []any) {
	c := db.Conditions{}
	if r.few != "" {
		// the sign keeps SQLite from walking the account's rows instead of the few
		c.Add("+account_id = ?", r.Account)
	} else {
		c.Add("account_id = ?", r.Account)
	}
	switch r.State {
	case ShowWaiting, ShowCleared:
		c.Add("left_at IS NOT NULL AND left_why = ?", r.State)
	case ShowFixed:
		c.Add("left_at IS NOT NULL AND left_why IN ?", []string{string(models.StateDelivered), ShowCleared})
	default:
		c.Add("left_at IS NULL")
	}
	r.whereTime(&c)
	switch len(r.Statuses) {
	case 0:
	case 1:
		c.Add("status = ?", r.Statuses[0])
	default:
		c.Add("status IN ?", r.Statuses)
	}
	for _, field := range filterWords {
		value := *field.word(&r.Filter)
		if field.column == "" || value == "" {
			continue
		}
		if value == None {
			c.Add(field.column + " = ''")
		} else {
			c.Add(field.column+" = ?", value)
		}
	}
	r.whereWork(&c)
	if narrow := builtInViews[r.View]; narrow != nil {
		narrow(r, &c)
	}
	if r.few != "" {
		c.Add("id IN ("+db.InIndex+")", r.few, r.Account)
	}
	c.Matching("search", r.Q)
	if r.IDs != nil {
		c.Add("id IN ?", r.IDs)
	}
	if len(r.hidden) > 0 {
		c.Add("NOT (our_side AND reason IN ?)", r.hidden)
	}
	return strings.Join(c.SQL, " AND "), c.Values
}

// whereWork is who looks after it, and whether a person can do something about it now.
func (r ReportScope) whereWork(c *db.Conditions) {
	if r.Assigned != "" && r.Assigned != Unassigned || r.View == ViewHold || r.View == ViewSnoozed {
		c.Add(worked)
	}
	switch r.Assigned {
	case "":
	case Unassigned:
		c.Add("assigned_to = ''")
	case Me:
		c.Add("assigned_to = ?", r.me)
	default:
		c.Add("assigned_to = ?", r.Assigned)
	}
	if r.Free {
		c.Add("NOT on_hold AND (snoozed_until IS NULL OR snoozed_until <= ?)", r.now)
	}
}

// worked are the rows with work on them, in the words of their index.
const worked = "(assigned_to <> '' OR on_hold OR snoozed_until IS NOT NULL)"

// builtInViews is what the built-in views mean.
var builtInViews = map[string]func(ReportScope, *db.Conditions){
	ViewDue: func(r ReportScope, c *db.Conditions) {
		c.Add("due_at IS NOT NULL AND due_at >= ? AND due_at < ?", r.now, r.now.Add(dueHours*time.Hour))
	},
	ViewReady: func(r ReportScope, c *db.Conditions) {
		// The words of its index.
		c.Add("(ready OR state = 'failed' AND NOT our_side AND status IN ('soft_bounce', 'mailbox_error'))")
		c.Add("(ready OR failed_at <= ?)", r.now.AddDate(0, 0, -readyDays))
		r.mayBeTried(c)
	},
	ViewMistyped:  func(_ ReportScope, c *db.Conditions) { c.Add("suggestion <> ''") },
	ViewCorrected: func(_ ReportScope, c *db.Conditions) { c.Add("new_address") },
	ViewOurSide:   func(_ ReportScope, c *db.Conditions) { c.Add("our_side") },
	ViewUnknown:   func(_ ReportScope, c *db.Conditions) { c.Add("state = 'unknown'") },
	ViewHold:      func(_ ReportScope, c *db.Conditions) { c.Add("on_hold") },
	ViewSnoozed:   func(r ReportScope, c *db.Conditions) { c.Add("snoozed_until > ?", r.now) },
}
