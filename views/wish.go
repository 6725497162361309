package views

import "time"

// WishesPage is where texts of customers are read that may ask for no more texts. POST /texts/{id}: decision
// (stop, none).
type WishesPage struct {
	Base
	Rows []WishRow
}

// WishRow is one text.
type WishRow struct {
	ID, From, Text string
	At             time.Time
	CustomerID     string // empty: nobody has the number now
	Customer       string
}
