package models

import (
	"strings"
	"time"
	"unicode"
)

// EventState says how far a kept event has come.
type EventState string

// The states of a kept event (RULES.md, Taking an event in).
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

	// DedupeKey is the same for every copy of the event, within its connection (RULES.md, Copies).
	DedupeKey       string
	ProviderEventID string // the provider's own id of the event, when it gives one
	Type            EventType
	Channel         Channel
	Reason          string // id of the dictionary; empty where the type needs none
	Recipient       string // address or number as the provider wrote it, without <> and display name

	// Ways to find the attempt, in this order (RULES.md, Matching).
	AttemptRef        string // our attempt id, from the provider's metadata, the callback address or VERP
	ProviderMessageID string
	MessageID         string // Message-ID header without <>
	NotificationRef   string // the business's own name for the notification (events API only)

	SMTPCode     int    // three digits, 0 when unknown
	EnhancedCode string // "5.1.1", empty when unknown
	ProviderCode string // the provider's own code or name of the cause
	Diagnostic   string // the server's or the provider's words, as plain text
	// SuppressionKind is set where the provider now keeps, or has lifted (with Type Resubscribed), the
	// address on its list: bounce, complaint, unsubscribe, invalid or manual.
	SuppressionKind string
	// OccurredAt is the provider's time in UTC; zero when it gives none.
	OccurredAt time.Time
	// ByRank is set where the provider gives no time, or none to be trusted: rank decides, not time
	// (RULES.md, Time of an event).
	ByRank bool
	// AfterDelivery is the type that counts instead when the attempt had been delivered before (an SES
	// Transient/General bounce after a delivery is an automatic reply). Empty: no difference.
	AfterDelivery EventType
	// Unproven is set for a bounce mail that shows no proof that it answers a message of ours: it is matched
	// by its recipient and time at best; when it matches nothing it is kept for support, and makes no
	// notification.
	Unproven bool
	// Probable is set where an event was matched by its recipient and time alone: by the store for an
	// unproven mail, and by a reader that asks for it, because its provider's list names no message.
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

// EventType is the kind of thing that a provider says about an attempt or an address.
type EventType string

// Progress, delivery and what concerns the address only. The nine statuses are event types too:
// EventType(HardBounce) and so on; EventType(Spammed) is a filter's verdict, Complaint the customer's.
const (
	Accepted          EventType = "accepted"
	Sent              EventType = "sent"
	Deferred          EventType = "deferred"
	Opened            EventType = "opened"
	Clicked           EventType = "clicked"
	Delivered         EventType = "delivered"
	Complaint         EventType = "complaint"
	Unsubscribed      EventType = "unsubscribed"
	Resubscribed      EventType = "resubscribed"
	AddressSuppressed EventType = "address_suppressed"
	Unrecognised      EventType = "unrecognised"
)

var otherEventTypes = []EventType{Accepted, Sent, Deferred, Opened, Clicked, Delivered, Complaint,
	Unsubscribed, Resubscribed, AddressSuppressed, Unrecognised}

// Valid says whether t is known.
func (t EventType) Valid() bool {
	if Status(t).Valid() {
		return true
	}
	for _, known := range otherEventTypes {
		if t == known {
			return true
		}
	}
	return false
}

// Failure says whether t is a final failure (an automatic reply is none: RULES.md, Outcome of an attempt).
func (t EventType) Failure() bool { return Status(t).Valid() && Status(t) != Autoresponder }

// Progress says whether t only shows that the provider has the message.
func (t EventType) Progress() bool {
	switch t {
	case Accepted, Sent, Deferred, Opened, Clicked:
		return true
	}
	return false
}

// Prepare fills what the store adds, and sets impossible times right (RULES.md, Time of an event).
func (e *Event) Prepare(c Connection, now time.Time) {
	e.ID, e.AccountID, e.ConnectionID = NewID("evt", now), c.AccountID, c.ID
	e.ReceivedAt, e.DueAt, e.Copies = now, now, 1
	if e.State == "" {
		e.State = EventDue
	}
	e.OccurredAt = Instant(e.OccurredAt)
	if e.OccurredAt.After(now.Add(5*time.Minute)) || e.OccurredAt.Before(now.AddDate(0, 0, -90)) {
		e.OccurredAt, e.TimeFlagged = now, true
	}
	e.clean()
	if _, known := ReasonByID(e.Reason); !known && (e.Type.Failure() || e.Reason != "") {
		e.Reason = MatchReason(Evidence{
			Channel:  e.Channel,
			Provider: c.Provider,
			Codes:    []string{e.ProviderCode},
			Text:     e.Diagnostic,
			Enhanced: e.EnhancedCode,
			SMTP:     e.SMTPCode,
		}).ID
	}
}

// clean makes every text of an event what the store keeps: valid, without control characters, bounded.
func (e *Event) clean() {
	for _, text := range []*string{&e.DedupeKey, &e.ProviderEventID, &e.Recipient, &e.AttemptRef,
		&e.ProviderMessageID, &e.MessageID,
		&e.NotificationRef, &e.EnhancedCode, &e.ProviderCode, &e.SuppressionKind, &e.Reason, &e.Error} {
		if len(*text) > longestName || strings.ContainsFunc(*text, unfit) {
			*text = CleanText(*text)
		}
		if len(*text) > longestName {
			*text = "sha256:" + TokenHash(*text) // still the same for the same
		}
	}
	e.Type, e.Channel = EventType(CleanText(string(e.Type))), Channel(CleanText(string(e.Channel)))
	e.Diagnostic = CleanText(e.Diagnostic)
	e.SMTPCode = min(max(e.SMTPCode, 0), 999)
}

// longestName is how many bytes an id, a code or an address of an event may have.
const longestName = 1000

func unfit(r rune) bool { return r == unicode.ReplacementChar || unicode.IsControl(r) }

func AboutAddress(kind EventType) bool {
	return kind == Unsubscribed || kind == Resubscribed || kind == AddressSuppressed
}

// Proof is what proves a request once: the token of a signature that does not cover the body. Who has
// listened may send the token again, but only with the body that it came with first, and that is a copy.
type Proof struct {
	Token   string
	Digest  string // of the body
	Expires time.Time
}
