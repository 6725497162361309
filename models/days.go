package models

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// dayKey is one row of the day counters: an account's own calendar day.
type dayKey struct {
	account string
	day     string
	channel Channel
	status  Status
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

// writeDays writes the counters with their keys sorted: two transactions never lock in opposite order.
func (t *tx) writeDays() error {
	rows := make([]undeliveredDay, 0, len(t.days))
	for k, c := range t.days {
		if c != (dayChange{}) {
			rows = append(rows, undeliveredDay{k.account, k.day, k.channel, k.status, c.open, c.total})
		}
	}
	slices.SortFunc(rows, func(a, b undeliveredDay) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Day, b.Day),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Status, b.Status))
	})
	for _, row := range rows {
		err := t.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "account_id"}, {Name: "day"}, {Name: "channel"}, {Name: "status"}},
			DoUpdates: clause.Assignments(map[string]any{
				"open": t.raw("undelivered_daily.open + ?", row.Open), "total": t.raw("undelivered_daily.total + ?", row.Total)}),
		}).Create(&row).Error
		if err != nil {
			return fmt.Errorf("models: day counters: %w", err)
		}
	}
	t.days = nil
	return nil
}

func (t *tx) raw(sql string, values ...any) clause.Expr { return gorm.Expr(sql, values...) }

// dayOf is the calendar day of an instant in a zone, "2006-01-02".
func dayOf(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateOnly) }
