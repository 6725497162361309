package models

import (
	"slices"
	"strings"
	"time"
)

// lasting are the kinds of notifications that matter after the day they name: a bill is owed when it is overdue.
var lasting = []string{"bill", "contract", "dunning", "invoice", "payment", "receipt", "result", "statement"}

// guardOver is the last: what it is about is over. A person may send it all the same; several at once never do.
func (t *tx) guardOver(n Notification, ask ResendAsk) error {
	if ask.Late || n.DueAt == nil || t.now.Before(*n.DueAt) || n.lasts() {
		return nil
	}
	var account Account
	if err := t.Take(&account, "id = ?", n.AccountID).Error; err != nil {
		return found(err, "account")
	}
	if n.over(t.now, account.Location()) {
		return Refusal{GuardOver, map[string]string{"at": n.DueAt.Format(time.RFC3339)}}
	}
	return nil
}

// Over says whether what the notification is about is past.
func (st Story) Over(now time.Time) bool { return st.Notification.over(now, st.Zone) }

func (n Notification) over(now time.Time, zone *time.Location) bool {
	return n.DueAt != nil && !n.lasts() && now.After(overAt(*n.DueAt, zone))
}

// overAt is when something at that time is over: midnight names the whole day.
func overAt(due time.Time, zone *time.Location) time.Time {
	local := due.In(zone)
	if local.Hour() == 0 && local.Minute() == 0 {
		return local.AddDate(0, 0, 1)
	}
	return due
}

func (n Notification) lasts() bool {
	kind := strings.ToLower(n.Kind)
	return slices.ContainsFunc(lasting, func(word string) bool { return strings.Contains(kind, word) })
}
