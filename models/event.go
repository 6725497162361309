package models

import "time"

// EventState says how far a kept event has come.
type EventState string

// The states of a kept event (semantics 3.1 step 5 and 3.3).
const (
	EventDue       EventState = "due"       // stored, not applied yet
	EventApplied   EventState = "applied"   // it has had its effect
	EventUnmatched EventState = "unmatched" // belongs to no attempt yet
	EventParked    EventState = "parked"    // could not be read or applied; a person may replay it
	EventIgnored   EventState = "ignored"   // kept as history: unrecognised, or a provider's sample
)

// Event is one thing a provider, or a mail server, says about one attempt or one address.
// A provider's reader fills the part from DedupeKey to Raw; the store adds the rest.
type Event struct {
	ID           string `gorm:"primaryKey"`
	AccountID    string `gorm:"primaryKey"`
	ConnectionID string
	// NotificationID and AttemptID name what the event was matched to; empty while it is matched to nothing.
	NotificationID string
	AttemptID      string

	// DedupeKey is the same for every copy of the event, within its connection (semantics 3.2).
	DedupeKey       string
	ProviderEventID string // the provider's own id of the event, when it gives one
	Type            EventType
	Channel         Channel
	Reason          string // id of the dictionary; empty where the type needs none
	Recipient       string // address or number as the provider wrote it, without <> and display name

	// Ways to find the attempt, in the order of semantics 3.3.
	AttemptRef        string // our attempt id, from the provider's metadata, the callback address or VERP
	ProviderMessageID string
	MessageID         string // Message-ID header without <>
	NotificationRef   string // the business's own name for the notification (events API only)

	SMTPCode     int    // three digits, 0 when unknown
	EnhancedCode string // "5.1.1", empty when unknown
	ProviderCode string // the provider's own code or name of the cause
	Diagnostic   string // the server's or the provider's words, as plain text
	// SuppressionKind is set where the provider now keeps, or has lifted (with Type Resubscribed), the address on
	// its list: bounce, complaint, unsubscribe, invalid or manual.
	SuppressionKind string
	// OccurredAt is the provider's time in UTC; zero when it gives none.
	OccurredAt time.Time
	// ByRank is set where the provider gives no time, or none to be trusted: rank decides, not time (semantics 3.6).
	ByRank bool
	// AfterDelivery is the type that counts instead when the attempt had been delivered before (an SES
	// Transient/General bounce after a delivery is an automatic reply). Empty: no difference.
	AfterDelivery EventType
	// Unproven is set for a bounce mail that shows no proof that it answers a message of ours: it is matched by its
	// recipient and time at best; when it matches nothing it is kept for support, and makes no notification.
	Unproven bool
	// Probable is set where an event was matched by its recipient and time alone: by the store for an unproven mail, and
	// by a reader that asks for it, because its provider's list names no message.
	Probable bool
	Sample   bool   // a provider's test or sample: kept, without effect
	Raw      []byte // this event's own bytes, never the batch

	ReceivedAt  time.Time
	Feed        int64 // its place among the account's events, in the order in which they were stored for good
	TimeFlagged bool  // OccurredAt was missing or impossible and was replaced by ReceivedAt
	Copies      int   // how often it arrived; 1 the first time
	State       EventState
	Tries       int
	DueAt       time.Time
	Error       string // why it is parked
}
