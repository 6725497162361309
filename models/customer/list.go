package customer

import (
	"context"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
)

// CustomerQuery is a page of the list of customers, in the order of their names.
type CustomerQuery struct {
	Q      string // parts of the name, the business's own name, an address or a number, in any order
	After  string // cursors of the page
	Before string
	Per    int // 0: fifty
}

// CustomerLine is one customer of the list with the main addresses.
type CustomerLine struct {
	models.Customer
	Email       consent.AddressState
	Phone       consent.AddressState
	Undelivered int // on the report now
}

// CustomerList is a page of customers.
type CustomerList struct {
	Lines []CustomerLine
	Newer string // cursor for Before; empty: this is the first page
	Older string // cursor for After; empty: this is the last page
}

// Customers is a page of the account's customers.
func (s *Store) Customers(ctx context.Context, a models.Actor, q CustomerQuery) (CustomerList, error) {
	if err := a.Need(models.See); err != nil {
		return CustomerList{}, err
	}
	if q.Per <= 0 || q.Per > 500 {
		q.Per = 50
	}
	rows, err := s.customers(ctx, a, q)
	if err != nil {
		return CustomerList{}, err
	}
	list := CustomerList{}
	more := len(rows) > q.Per
	if q.Before != "" {
		slices.Reverse(rows)
		if more {
			rows = rows[1:]
		}
	} else if more {
		rows = rows[:q.Per]
	}
	if n := len(rows); n > 0 {
		first, last := rows[0].Cursor(), rows[n-1].Cursor()
		if more || q.Before != "" {
			list.Older = last
		}
		if q.After != "" || q.Before != "" && more {
			list.Newer = first
		}
	}
	list.Lines, err = s.customerLines(ctx, a.AccountID, rows)
	return list, err
}

func (s *Store) customers(ctx context.Context, a models.Actor, q CustomerQuery) ([]models.Customer, error) {
	account := "account_id"
	few, err := s.db.Few(ctx, a.AccountID, q.Q)
	if err != nil {
		return nil, err
	}
	hits := db.Conditions{}
	hits.Matching("search", q.Q)
	if few != "" {
		hits.Add("id IN ("+db.InIndex+")", few, a.AccountID)
		account = "+account_id" // the sign keeps SQLite from walking all customers instead of the few
	}
	query := s.db.Reading(ctx).Where(account+" = ? AND erased_at IS NULL", a.AccountID)
	if len(hits.SQL) > 0 {
		query = query.Where(strings.Join(hits.SQL, " AND "), hits.Values...)
	}
	order := "sort_name, id"
	if cursor := q.After + q.Before; cursor != "" {
		id, name, _ := strings.Cut(cursor, ".")
		if q.Before != "" {
			order = "sort_name DESC, id DESC"
			query = query.Where("(sort_name, id) < (?, ?)", name, id)
		} else {
			query = query.Where("(sort_name, id) > (?, ?)", name, id)
		}
	}
	var rows []models.Customer
	return rows, db.Wrap(query.Order(order).Limit(q.Per+1).Find(&rows).Error, "customers")
}

// customerLines adds main addresses, their states and the open notifications, each by one query for the page.
func (s *Store) customerLines(ctx context.Context, accountID string,
	rows []models.Customer) ([]CustomerLine, error) {
	ids, lines, at := make([]string, len(rows)), make([]CustomerLine, len(rows)), map[string]*CustomerLine{}
	for i, c := range rows {
		ids[i], lines[i] = c.ID, CustomerLine{Customer: c}
		at[c.ID] = &lines[i]
	}
	if len(rows) == 0 {
		return nil, nil
	}
	states, err := s.consent.AddressStates(ctx, accountID, ids)
	if err != nil {
		return nil, err
	}
	for _, state := range states {
		switch line := at[state.CustomerID]; {
		case state.Main && state.Channel == models.Email:
			line.Email = state
		case state.Main:
			line.Phone = state
		}
	}
	var counts []struct {
		CustomerID string
		N          int
	}
	err = s.db.Reading(ctx).Model(&models.Undelivered{}).Select("customer_id, COUNT(*) AS n").
		Where("account_id = ? AND customer_id IN ? AND left_at IS NULL", accountID, ids).Group("customer_id").
		Scan(&counts).Error
	for _, count := range counts {
		at[count.CustomerID].Undelivered = count.N
	}
	return lines, db.Wrap(err, "undelivered notifications of customers")
}
