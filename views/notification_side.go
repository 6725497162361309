package views

import (
	"time"

	"undelivered/models"
)

// ContactForm is the customer beside a notification, with the form that corrects an address.
type ContactForm struct {
	CustomerID string
	Name       string
	Ref        string
	Since      time.Time
	Version    int
	Email      string
	Phone      string
	EmailState AddressState
	PhoneState AddressState
	EmailNote  string // "Last email delivered 2 Nov"
	PhoneNote  string
	Errors     Errors
	Fixed      bool // the address on file differs from the one that failed
}

// AddressState is what an address can take: active, shaky, opted_out_failure, opted_out_customer, none.
type AddressState struct {
	State     string
	InARow    int      // soft failures, while shaky
	Limit     int      // this many in a row opt it out
	LimitDays int      // … over more than so many days
	Listed    []string // providers that list it
	AskURL    string   // where to ask for clearing
	OptInURL  string
	OptOutURL string // the question before nothing more is sent to it; empty: it is opted out
}

// OtherWay is the other channel, offered when it works; else WhyNot says why not.
type OtherWay struct {
	Channel models.Channel
	Address string
	Offered bool
	WhyNot  string // opted_out, suppressed, none, content, no_connection
	Parts   int    // texts that the message makes
	Preview string
}

// AlsoRow is another undelivered notification to the same address.
type AlsoRow struct {
	ID      string
	Title   string
	Status  models.Status
	Channel models.Channel
	At      time.Time
}

// WorkState is who looks after a notification, and until when it is put off.
type WorkState struct {
	People   []Option
	Assigned string // id
	Snoozed  time.Time
	OnHold   bool
}

// fieldHolds is how many letters of an address the field beside a notification shows; a longer one stands
// below it whole.
const fieldHolds = 30
