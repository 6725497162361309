package report

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Mistyped is a customer's address with what it was probably meant to be.
type Mistyped struct {
	SortName   string
	CustomerID string
	Customer   string
	Version    int // of the customer
	Recipient  string
	Suggestion string
	Waiting    int // undelivered notifications to the address
}

// MistypedPage is a page of the addresses that look mistyped, by customer.
type MistypedPage struct {
	Rows      []Mistyped
	Older     string // cursor: after=
	Total     int
	Corrected int // undelivered notifications whose customers have another address by now
}

// MistypedAddresses are those of the standard window, side by side with their corrections, without what is
// put off.
func (s *Store) MistypedAddresses(ctx context.Context, a models.Actor,
	after string) (p MistypedPage, err error) {
	if err := a.Need(models.Work); err != nil {
		return p, err
	}
	scope, err := s.scope(ctx, a, Filter{View: ViewMistyped, Free: true})
	if err != nil {
		return p, err
	}
	where, values := scope.where()
	name, id, _ := db.ReadCursor(after) // none, or not one of ours: from the first one on
	err = s.db.Reading(ctx).Raw(`SELECT u.*, c.version FROM (
			SELECT account_id, customer_id, MIN(sort_name) AS sort_name, MIN(customer_name) AS customer,
				MIN(recipient) AS recipient, MIN(suggestion) AS suggestion, COUNT(*) AS waiting
			FROM undelivered WHERE `+where+` GROUP BY account_id, customer_id
		) u JOIN customers c ON c.account_id = u.account_id AND c.id = u.customer_id
		WHERE (u.sort_name, u.customer_id) > (?, ?) ORDER BY u.sort_name, u.customer_id LIMIT ?`,
		append(values, name, id, PerPage+1)...).Scan(&p.Rows).Error
	if err != nil {
		return p, db.Wrap(err, "mistyped addresses")
	}
	if len(p.Rows) > PerPage {
		p.Rows = p.Rows[:PerPage]
		last := p.Rows[PerPage-1]
		p.Older = db.WriteCursor(last.SortName, last.CustomerID)
	}
	if p.Total, err = s.countMistyped(ctx, scope); err != nil {
		return p, err
	}
	p.Corrected, err = s.CountBulk(ctx, a, Filter{View: ViewCorrected})
	return p, err
}

// countMistyped counts the customers whose addresses look mistyped.
func (s *Store) countMistyped(ctx context.Context, scope ReportScope) (n int, err error) {
	where, values := scope.where()
	err = s.db.Reading(ctx).
		Raw("SELECT COUNT(DISTINCT customer_id) FROM undelivered WHERE "+where, values...).Scan(&n).Error
	return n, db.Wrap(err, "mistyped addresses")
}
