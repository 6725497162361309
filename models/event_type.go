package models

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

// Failure says whether t is a final failure (an automatic reply is none: semantics 5, line 2).
func (t EventType) Failure() bool { return Status(t).Valid() && Status(t) != Autoresponder }

// Progress says whether t only shows that the provider has the message.
func (t EventType) Progress() bool {
	switch t {
	case Accepted, Sent, Deferred, Opened, Clicked:
		return true
	}
	return false
}
