package models

import "time"

// Where a notification came from.
const (
	OriginRegistered = "registered" // a business's system told us what it had sent
	OriginSent       = "sent"       // a business's system asked us to send it
	OriginEvent      = "event"      // a provider reported a failure of something we did not know
)

// Notification is one message for one customer by one channel.
type Notification struct {
	ID            string `gorm:"primaryKey"`
	AccountID     string `gorm:"primaryKey"`
	Ref           string // the business's own name for it
	Digest        string // of what was registered under Ref, to tell a repetition from a contradiction
	Origin        string
	CustomerID    string
	Channel       Channel
	Title         string
	Kind          string
	ConnectionID  string
	DueAt         *time.Time // the date it is about (the appointment)
	ValidUntil    *time.Time
	NoRepeat      bool // codes and passwords
	State         NotificationState
	Status        Status
	Reason        string
	DecidedAt     time.Time // the date of the item
	FirstFailedAt *time.Time
	Returned      bool
	AddressID     string // of the newest attempt
	Tries         int    // attempts that were not cancelled
	ClearedAt     *time.Time
	ClearedBy     string
	ClearedByName string
	Outcome       string // why it was cleared
	AssignedTo    string
	SnoozedUntil  *time.Time
	OnHold        bool       // waiting for the customer
	ReadyAt       *time.Time // what kept it from going out was cleared
	Version       int
	SentAt        time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}
