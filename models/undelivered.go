package models

import "time"

// Undelivered is one row of the report: what a page shows, copied together so that it reads one table.
type Undelivered struct {
	ID           string `gorm:"primaryKey"` // of the notification
	AccountID    string `gorm:"primaryKey"`
	Channel      Channel
	Status       Status
	Reason       string
	State        NotificationState
	FailedAt     time.Time
	Day          string // of FailedAt, in the account's zone
	Title        string
	Kind         string
	DueAt        *time.Time
	CustomerID   string
	CustomerRef  string
	CustomerName string
	SortName     string
	AddressID    string
	Recipient    string
	Domain       string
	ConnectionID string
	OurSide      bool // sender or provider has to act
	Tries        int
	Returned     bool
	NewAddress   bool   // the customer has another address now than the one that failed
	Suggestion   string // what the address was probably meant to be
	AssignedTo   string
	SnoozedUntil *time.Time
	OnHold       bool
	Ready        bool // what kept it from going out is cleared: it can be sent again
	Search       string
	LeftAt       *time.Time // nil: on the report and in the number
	LeftWhy      string     // waiting, delivered, presumed, cleared
	Outcome      string     // how it ended, of what was cleared
}

// TableName is the table's name.
func (Undelivered) TableName() string { return "undelivered" }
