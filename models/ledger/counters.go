package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// dayKey is what the day counters are kept by: an account's own calendar day, all of it or one value of a
// facet.
type dayKey struct {
	account string
	facet   Facet // ofAll: undelivered_daily
	day     string
	value   string
	channel models.Channel
	status  models.Status
}

func (k dayKey) compare(other dayKey) int {
	return cmp.Or(cmp.Compare(k.account, other.account), cmp.Compare(k.facet, other.facet),
		cmp.Compare(k.day, other.day), cmp.Compare(k.value, other.value),
		cmp.Compare(k.channel, other.channel), cmp.Compare(k.status, other.status))
}

// dayCount is what is counted of a day. Only undelivered_daily has Total, Waiting and Cleared, only the
// facets Fixed.
type dayCount struct {
	Open    int
	Total   int
	Waiting int // sent again, outcome open
	Cleared int
	Fixed   int // off the report for good: delivered after all, or cleared
}

func (c dayCount) plus(other dayCount, by int) dayCount {
	return dayCount{
		c.Open + by*other.Open,
		c.Total + by*other.Total,
		c.Waiting + by*other.Waiting,
		c.Cleared + by*other.Cleared,
		c.Fixed + by*other.Fixed,
	}
}

// count is what one row of the report adds to the counters of its day.
func count(u models.Undelivered) dayCount {
	c := dayCount{Total: 1}
	switch {
	case u.LeftAt == nil:
		c.Open = 1
	case u.LeftWhy == string(models.StateWaiting):
		c.Waiting = 1
	case u.LeftWhy == string(models.StateCleared):
		c.Cleared, c.Fixed = 1, 1
	case u.LeftWhy == string(models.StateDelivered):
		c.Fixed = 1
	}
	return c
}

// dayChanges are the changes of one transaction, added up so that each row is written once.
type dayChanges map[dayKey]dayCount

// CountRow adds a row of the report to the counters, or with -1 takes it off.
func CountRow(t *db.Tx, u models.Undelivered, by int) {
	days := db.KeptIn[dayChanges](t)
	if *days == nil {
		*days = dayChanges{}
	}
	for facet, value := range facets(u) {
		key := dayKey{u.AccountID, facet, u.Day, value, u.Channel, u.Status}
		(*days)[key] = (*days)[key].plus(count(u), by)
	}
}

type UndeliveredDay struct {
	AccountID string
	Day       string
	Channel   models.Channel
	Status    models.Status
	Open      int
	Total     int
	Waiting   int
	Cleared   int
}

func (UndeliveredDay) TableName() string { return "undelivered_daily" }

type FacetDay struct {
	AccountID string
	Facet     Facet
	Day       string
	Value     string
	Channel   models.Channel
	Status    models.Status
	Open      int
	Fixed     int
}

func (FacetDay) TableName() string { return "facet_daily" }

// WriteDays writes the counters with their keys sorted: two transactions never lock in opposite order.
func WriteDays(t *db.Tx) error {
	changes := db.KeptIn[dayChanges](t)
	days, facets := changes.rows()
	if err := db.Add(t, days, []string{"account_id", "day", "channel", "status"}, "open", "total", "waiting",
		"cleared"); err != nil {
		return fmt.Errorf("models: day counters: %w", err)
	}
	if err := db.Add(t, facets, []string{"account_id", "facet", "day", "value", "channel", "status"}, "open",
		"fixed"); err != nil {
		return fmt.Errorf("models: counters of facets: %w", err)
	}
	*changes = nil
	return WriteSent(t)
}

// rows are the changes as rows of both tables, in a fixed order.
func (c dayChanges) rows() (days []UndeliveredDay, facets []FacetDay) {
	for _, k := range slices.SortedFunc(maps.Keys(c), dayKey.compare) {
		n := c[k]
		switch {
		case k.facet == OfAll && n != dayCount{}:
			days = append(days,
				UndeliveredDay{k.account, k.day, k.channel, k.status, n.Open, n.Total, n.Waiting, n.Cleared})
		case k.facet != OfAll && (n.Open != 0 || n.Fixed != 0):
			facets = append(facets,
				FacetDay{k.account, k.facet, k.day, k.value, k.channel, k.status, n.Open, n.Fixed})
		}
	}
	return days, facets
}

// Facet is a column of the report's rows by which they are counted day by day.
type Facet string

// The facets. The failure analysis has a table of each, and the report a filter.
const (
	OfAll        Facet = ""
	ByReason     Facet = "reason"
	ByDomain     Facet = "domain"
	ByConnection Facet = "connection"
	ByKind       Facet = "kind"
	ByOutcome    Facet = "outcome" // of what was cleared, and of nothing else
)

// FacetColumns are the columns of undelivered that the facets count.
var FacetColumns = map[Facet]string{
	ByReason:     "reason",
	ByDomain:     "domain",
	ByConnection: "connection_id",
	ByKind:       "kind",
	ByOutcome:    "outcome",
}

// facets are the counters that a row belongs to.
func facets(u models.Undelivered) map[Facet]string {
	all := map[Facet]string{
		OfAll:        "",
		ByReason:     u.Reason,
		ByDomain:     u.Domain,
		ByConnection: u.ConnectionID,
		ByKind:       u.Kind,
	}
	if u.Outcome != "" {
		all[ByOutcome] = u.Outcome
	}
	return all
}
