package models

import "time"

// Customer is a person or organisation that the business writes to.
type Customer struct {
	ID        string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	Ref       string // the business's own name for the customer
	Name      string
	SortName  string // lower case, for order
	Search    string `json:"-"` // what the search finds it by; kept by findable
	Zone      string
	Locale    string
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
	UpdatedBy string // name of who changed it last
	ErasedAt  *time.Time
}

func (c Customer) Cursor() string { return c.ID + "." + c.SortName }
