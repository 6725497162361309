package models

import (
	"context"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"undelivered/migrations"
)

// reportColumns are what a row needs; the text to search in stays where it is.
const reportColumns = `id, account_id, channel, status, reason, state, failed_at, day, title, kind, due_at, customer_id,
	customer_ref, customer_name, sort_name, address_id, recipient, domain, connection_id, our_side, tries, returned,
	new_address, suggestion, assigned_to, snoozed_until, on_hold, ready, left_at, left_why, outcome`

// rows reads up to limit rows in the filter's order. With Before they are read backwards and turned round.
func (s *Store) rows(ctx context.Context, scope reportScope, f Filter, limit int) ([]Undelivered, error) {
	seek, at := "", []any{}
	if cursor := f.After + f.Before; cursor != "" {
		scope, seek, at = scope.after(f, cursor)
	}
	query, values := scope.where()
	sql := "SELECT " + reportColumns + " FROM " + s.rowsOf(f) + " WHERE " + query + seek + " ORDER BY " + f.order() + upTo(limit)
	all, err := scanRows(s.reporting(ctx).Raw(sql, append(values, at...)...), limit)
	if f.Before != "" {
		slices.Reverse(all)
	}
	return all, err
}

// rowsOf is where a page comes from. In the order of names SQLite would search by the window and sort all that it finds;
// nothing else narrows this list, so the names' own index stops after a page.
func (s *Store) rowsOf(f Filter) string {
	named := f.Sort == "customer" && len(f.Statuses) == 0
	if c, known := f.counter(); named && known && c == (counter{column: "open"}) && s.kind == migrations.SQLite {
		return "undelivered INDEXED BY undelivered_open_name"
	}
	return "undelivered"
}

// upTo is a limit written into the statement: with a bound one, SQLite makes its plan again for every call
// (sqlite3ExprIsInteger looks at the bound value), which took as long as the query.
func upTo(rows int) string { return " LIMIT " + strconv.Itoa(rows) }

func scanRows(q *gorm.DB, size int) ([]Undelivered, error) {
	rows, err := q.Rows()
	if err != nil {
		return nil, found(err, "report")
	}
	defer rows.Close()
	all := make([]Undelivered, 0, min(size, 1000))
	for rows.Next() {
		var u Undelivered
		err := rows.Scan(&u.ID, &u.AccountID, &u.Channel, &u.Status, &u.Reason, &u.State, &u.FailedAt, &u.Day, &u.Title, &u.Kind,
			&u.DueAt, &u.CustomerID, &u.CustomerRef, &u.CustomerName, &u.SortName, &u.AddressID, &u.Recipient, &u.Domain,
			&u.ConnectionID, &u.OurSide, &u.Tries, &u.Returned, &u.NewAddress, &u.Suggestion, &u.AssignedTo, &u.SnoozedUntil,
			&u.OnHold, &u.Ready, &u.LeftAt, &u.LeftWhy, &u.Outcome)
		if err != nil {
			return nil, found(err, "report")
		}
		all = append(all, u)
	}
	return all, found(rows.Err(), "report")
}
