package models

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// dayKey is what the day counters are kept by: an account's own calendar day, all of it or one value of a facet.
type dayKey struct {
	account string
	facet   facet // ofAll: undelivered_daily
	day     string
	value   string
	channel Channel
	status  Status
}

func (k dayKey) compare(other dayKey) int {
	return cmp.Or(cmp.Compare(k.account, other.account), cmp.Compare(k.facet, other.facet), cmp.Compare(k.day, other.day),
		cmp.Compare(k.value, other.value), cmp.Compare(k.channel, other.channel), cmp.Compare(k.status, other.status))
}

// dayCount is what is counted of a day. Only undelivered_daily has Total, Waiting and Cleared, only the facets Fixed.
type dayCount struct {
	Open    int
	Total   int
	Waiting int // sent again, outcome open
	Cleared int
	Fixed   int // off the report for good: delivered after all, or cleared
}

func (c dayCount) plus(other dayCount, by int) dayCount {
	return dayCount{c.Open + by*other.Open, c.Total + by*other.Total, c.Waiting + by*other.Waiting, c.Cleared + by*other.Cleared,
		c.Fixed + by*other.Fixed}
}

// count is what one row of the report adds to the counters of its day.
func (u Undelivered) count() dayCount {
	c := dayCount{Total: 1}
	switch {
	case u.LeftAt == nil:
		c.Open = 1
	case u.LeftWhy == string(StateWaiting):
		c.Waiting = 1
	case u.LeftWhy == string(StateCleared):
		c.Cleared, c.Fixed = 1, 1
	case u.LeftWhy == string(StateDelivered):
		c.Fixed = 1
	}
	return c
}

// dayChanges are the changes of one transaction, added up so that each row is written once.
type dayChanges map[dayKey]dayCount

// countRow adds a row of the report to the counters, or with -1 takes it off.
func (t *tx) countRow(u Undelivered, by int) {
	days := keptIn[dayChanges](t)
	if *days == nil {
		*days = dayChanges{}
	}
	for facet, value := range u.facets() {
		key := dayKey{u.AccountID, facet, u.Day, value, u.Channel, u.Status}
		(*days)[key] = (*days)[key].plus(u.count(), by)
	}
}

type undeliveredDay struct {
	AccountID string
	Day       string
	Channel   Channel
	Status    Status
	Open      int
	Total     int
	Waiting   int
	Cleared   int
}

func (undeliveredDay) TableName() string { return "undelivered_daily" }

type facetDay struct {
	AccountID string
	Facet     facet
	Day       string
	Value     string
	Channel   Channel
	Status    Status
	Open      int
	Fixed     int
}

func (facetDay) TableName() string { return "facet_daily" }

// daySlice is how many counters one statement writes.
const daySlice = 500

// writeDays writes the counters with their keys sorted: two transactions never lock in opposite order.
func (t *tx) writeDays() error {
	changes := keptIn[dayChanges](t)
	days, facets := changes.rows()
	for rows := range slices.Chunk(days, daySlice) {
		if err := t.Clauses(undeliveredDayAdds).Create(&rows).Error; err != nil {
			return fmt.Errorf("models: day counters: %w", err)
		}
	}
	for rows := range slices.Chunk(facets, daySlice) {
		if err := t.Clauses(facetDayAdds).Create(&rows).Error; err != nil {
			return fmt.Errorf("models: counters of facets: %w", err)
		}
	}
	*changes = nil
	return nil
}

// What a counter that is there already does with a change.
var (
	undeliveredDayAdds = adds("undelivered_daily", []string{"account_id", "day", "channel", "status"}, "open", "total", "waiting", "cleared")
	facetDayAdds       = adds("facet_daily", []string{"account_id", "facet", "day", "value", "channel", "status"}, "open", "fixed")
)

func adds(table string, key []string, counts ...string) clause.OnConflict {
	var c clause.OnConflict
	for _, name := range key {
		c.Columns = append(c.Columns, clause.Column{Name: name})
	}
	sums := map[string]any{}
	for _, name := range counts {
		sums[name] = clause.Expr{SQL: table + "." + name + " + excluded." + name}
	}
	c.DoUpdates = clause.Assignments(sums)
	return c
}

// rows are the changes as rows of both tables, in a fixed order.
func (c dayChanges) rows() (days []undeliveredDay, facets []facetDay) {
	for _, k := range slices.SortedFunc(maps.Keys(c), dayKey.compare) {
		n := c[k]
		switch {
		case k.facet == ofAll && n != dayCount{}:
			days = append(days, undeliveredDay{k.account, k.day, k.channel, k.status, n.Open, n.Total, n.Waiting, n.Cleared})
		case k.facet != ofAll && (n.Open != 0 || n.Fixed != 0):
			facets = append(facets, facetDay{k.account, k.facet, k.day, k.value, k.channel, k.status, n.Open, n.Fixed})
		}
	}
	return days, facets
}

func (t *tx) raw(sql string, values ...any) clause.Expr { return gorm.Expr(sql, values...) }

// dayOf is the calendar day of an instant in a zone, "2006-01-02".
func dayOf(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateOnly) }
