package models

import (
	"slices"
	"strings"
	"time"
)

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

// Content is what was sent; it is kept for ninety days, and a resend repeats it unchanged.
type Content struct {
	NotificationID string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	Sender         string
	ReplyTo        string
	Subject        string
	Text           string
	HTML           string
	Headers        string // JSON: List-Unsubscribe and its kind, repeated on a resend
	CreatedAt      time.Time
}

// ShortestNote is how much a person has to write where only they know.
const ShortestNote = 10

// Ready says whether what kept the notification from going out has been cleared since.
func (n *Notification) Ready() bool {
	return n.ReadyAt != nil && n.State == StateFailed && !n.DecidedAt.After(*n.ReadyAt)
}

// lasting are the kinds of notifications that matter after the day they name: a bill is owed when it is
// overdue.
var lasting = []string{"bill", "contract", "dunning", "invoice", "payment", "receipt", "result", "statement"}

// LastingKinds are words of kinds that are never over.
func LastingKinds() []string { return slices.Clone(lasting) }

func (n Notification) Over(now time.Time, zone *time.Location) bool {
	return n.DueAt != nil && !n.Lasts() && now.After(overAt(*n.DueAt, zone))
}

// overAt is when something at that time is over: midnight names the whole day.
func overAt(due time.Time, zone *time.Location) time.Time {
	local := due.In(zone)
	if local.Hour() == 0 && local.Minute() == 0 {
		return local.AddDate(0, 0, 1)
	}
	return due
}

func (n Notification) Lasts() bool {
	kind := strings.ToLower(n.Kind)
	return slices.ContainsFunc(lasting, func(word string) bool { return strings.Contains(kind, word) })
}

// Note is what a person wrote about a notification.
type Note struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	NotificationID string
	ByID           string
	ByName         string
	At             time.Time
	Text           string
}
