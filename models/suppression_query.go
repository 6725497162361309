package models

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// SuppressionQuery is a page of what providers list.
type SuppressionQuery struct {
	List     string // bounce, complaint, unsubscribe, asked (a request), there or here (a Side); empty: all
	Q        string // parts of an address or number, or of what its customer is found by
	Provider string
	OldFirst bool
	Dropped  bool   // most dropped first: one page without cursors
	After    string // cursors of the page
	Before   string
	Per      int // 0: fifty
}

func (q SuppressionQuery) where(db *gorm.DB, accounts []string, now time.Time) *gorm.DB {
	db = db.Joins("JOIN connections c ON c.id = s.connection_id").Joins("JOIN accounts a ON a.id = s.account_id").
		Joins("LEFT JOIN events e ON e.account_id = s.account_id AND e.id = s.event_id").
		Where("s.account_id IN ?", accounts)
	switch side := Side(q.List); side {
	case OnlyThere, OnlyHere:
		db = db.Where("s.differed = ? AND s.differed_at = c.compared_at", side)
	default:
		db = db.Where("(s.cleared_at IS NULL OR s.id IN (SELECT suppression_id FROM clear_requests WHERE account_id IN ? AND state = 'done' AND done_at > ?))",
			accounts, now.Add(-answeredWithin))
	}
	switch q.List {
	case "", string(OnlyThere), string(OnlyHere):
	case "asked":
		db = db.Where("s.id IN (SELECT suppression_id FROM clear_requests WHERE account_id IN ? AND state IN ?)", accounts, OpenStates)
	default:
		db = db.Where("s.kind = ?", q.List)
	}
	if q.Provider != "" {
		db = db.Where("c.provider = ?", q.Provider)
	}
	if len(searchWords(q.Q)) > 0 {
		listed, customer := conditions{}, conditions{}
		listed.matching("s.normal", q.Q)
		customer.matching("cu.search", q.Q)
		db = db.Where("("+strings.Join(listed.sql, " AND ")+` OR s.address_id IN (SELECT ca.address_id FROM customers cu
			JOIN customer_addresses ca ON ca.customer_id = cu.id WHERE cu.account_id IN ? AND `+strings.Join(customer.sql, " AND ")+"))",
			slices.Concat(listed.values, []any{accounts}, customer.values)...)
	}
	return db
}

func (l *SuppressionList) cut(q SuppressionQuery) {
	more := len(l.Lines) > q.Per
	if q.Before != "" {
		if more {
			l.Lines = l.Lines[:q.Per]
		}
		slices.Reverse(l.Lines)
	} else if more {
		l.Lines = l.Lines[:q.Per]
	}
	if n := len(l.Lines); n > 0 {
		if more || q.Before != "" {
			l.Older = cursorAt(l.Lines[n-1].ListedAt, l.Lines[n-1].ID)
		}
		if q.After != "" || q.Before != "" && more {
			l.Newer = cursorAt(l.Lines[0].ListedAt, l.Lines[0].ID)
		}
	}
}

func cursorAt(at time.Time, id string) string {
	return at.UTC().Format("20060102150405.000000") + "~" + id
}

func cutCursor(cursor string) (time.Time, string) {
	at, id, _ := strings.Cut(cursor, "~")
	when, _ := time.Parse("20060102150405.000000", at) // not ours: the first page of the other end
	return when, id
}
