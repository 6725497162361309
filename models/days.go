package models

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// dayKey is what the day counters are kept by: an account's own calendar day first.
type dayKey struct {
	account string
	day     string
	channel Channel
	status  Status
	reason  string
}

type dayChange struct{ open, total int }

// dayChanges are the changes of one transaction, added up so that each row is written once.
type dayChanges map[dayKey]dayChange

func (t *tx) countDay(key dayKey, open, total int) {
	if t.days == nil {
		t.days = dayChanges{}
	}
	c := t.days[key]
	t.days[key] = dayChange{c.open + open, c.total + total}
}

type undeliveredDay struct {
	AccountID string
	Day       string
	Channel   Channel
	Status    Status
	Open      int
	Total     int
}

func (undeliveredDay) TableName() string { return "undelivered_daily" }

type reasonDay struct {
	AccountID string
	Day       string
	Reason    string
	Channel   Channel
	Status    Status
	Open      int
}

func (reasonDay) TableName() string { return "reason_daily" }

// writeDays writes the counters with their keys sorted: two transactions never lock in opposite order.
func (t *tx) writeDays() error {
	if len(t.days) == 0 {
		return nil
	}
	days, reasons := t.days.rows()
	for _, row := range days {
		err := t.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "account_id"}, {Name: "day"}, {Name: "channel"}, {Name: "status"}},
			DoUpdates: clause.Assignments(map[string]any{
				"open": t.raw("undelivered_daily.open + ?", row.Open), "total": t.raw("undelivered_daily.total + ?", row.Total)}),
		}).Create(&row).Error
		if err != nil {
			return fmt.Errorf("models: day counters: %w", err)
		}
	}
	for _, row := range reasons {
		err := t.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "account_id"}, {Name: "day"}, {Name: "reason"}, {Name: "channel"}, {Name: "status"}},
			DoUpdates: clause.Assignments(map[string]any{"open": t.raw("reason_daily.open + ?", row.Open)}),
		}).Create(&row).Error
		if err != nil {
			return fmt.Errorf("models: reason counters: %w", err)
		}
	}
	t.days = nil
	return nil
}

// rows adds the changes up into rows of both tables, in a fixed order.
func (c dayChanges) rows() (days []undeliveredDay, reasons []reasonDay) {
	byDay := map[dayKey]dayChange{}
	for k, change := range c {
		if change.open != 0 {
			reasons = append(reasons, reasonDay{k.account, k.day, k.reason, k.channel, k.status, change.open})
		}
		k.reason = ""
		sum := byDay[k]
		byDay[k] = dayChange{sum.open + change.open, sum.total + change.total}
	}
	for k, change := range byDay {
		if change != (dayChange{}) {
			days = append(days, undeliveredDay{k.account, k.day, k.channel, k.status, change.open, change.total})
		}
	}
	slices.SortFunc(days, func(a, b undeliveredDay) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Day, b.Day),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Status, b.Status))
	})
	slices.SortFunc(reasons, func(a, b reasonDay) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Status, b.Status))
	})
	return days, reasons
}

func (t *tx) raw(sql string, values ...any) clause.Expr { return gorm.Expr(sql, values...) }

// dayOf is the calendar day of an instant in a zone, "2006-01-02".
func dayOf(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateOnly) }
