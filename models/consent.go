package models

import "time"

// Consent is proof that a customer wants messages at an address. It is never changed, only followed by
// another.
type Consent struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	AddressID      string
	Channel        Channel
	Purpose        string // necessary or all
	GivenBy        string
	How            string // in_person, phone, other_email, written_form, web_form, link, text_message
	GivenAt        time.Time
	Words          string
	Evidence       string
	Withdrawal     bool
	RecordedBy     string
	RecordedByName string
	RecordedAt     time.Time
}

// How the evidence of an agreement begins that the product recorded by itself: what follows is an id.
const (
	EvidenceEvent = "event "
	EvidenceLink  = "confirmation link of "
)

// LiftedByCustomer is why an opt-out was lifted by the customer's own message.
const LiftedByCustomer = "the customer's own message"

// LiftedBySet is why an opt-out was lifted that the set of reports does not bear out any more: one that came
// later told of something earlier.
const LiftedBySet = "a later report takes its cause away"

// Cause is why we refuse to send to an address.
type Cause string

// The causes (RULES.md, Causes).
const (
	CauseHardBounce   Cause = "hard_bounce"
	CauseInvalid      Cause = "invalid"
	CauseRepeatedSoft Cause = "repeated_soft"
	CauseComplaint    Cause = "complaint"
	CauseUnsubscribed Cause = "unsubscribed"
	CauseStop         Cause = "stop"
	CauseStaff        Cause = "staff"
	CauseErased       Cause = "erased"
)

// OptOut is our own refusal to send to an address, for one cause; it holds until it is lifted.
type OptOut struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	AddressID      string
	Channel        Channel
	Cause          Cause
	OccurredAt     time.Time
	EventID        string
	NotificationID string
	SetBy          string
	SetByName      string
	Note           string
	CreatedAt      time.Time
	LiftedAt       *time.Time
	LiftedBy       string
	LiftedByName   string
	LiftReason     string
	LiftChecked    string
	ConsentID      string
	Why            string `gorm:"-" json:"-"` // reason of the event, where it was asked for
}

// Suppression is an entry on a provider's do-not-send list.
type Suppression struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	ConnectionID   string
	AddressID      string
	Channel        Channel
	Address        string
	Normal         string
	Kind           string // bounce, complaint, unsubscribe, invalid, manual
	ProviderReason string
	ByHand         bool // its provider has no interface to remove it
	ListedAt       time.Time
	SeenAt         *time.Time // last seen on the provider's own list
	Times          int        // how often it has been listed
	EventID        string
	NotificationID string
	ClearedAt      *time.Time
	Differed       Side       // what the last comparison found: where alone the entry was
	DifferedAt     *time.Time // and when
}

// Side is where alone an entry was when the lists were compared; empty: on both.
type Side string

// The two sides.
const (
	OnlyThere Side = "there" // on the provider's list: added to ours
	OnlyHere  Side = "here"  // on ours: closed, because the provider does not keep it any more
)
