package views

import (
	"time"

	"undelivered/models"
)

// AccountsPage is the list of accounts that granted access to support. POST /me/account: account (id) looks
// into one.
type AccountsPage struct {
	Base
	Rows []AccountRow
}

// AccountRow is one account.
type AccountRow struct {
	ID, Name string
	Number   int
	Requests int
	Until    time.Time // when the access ends
}

// EventsPage is what could not be understood: parked and unrecognised events, and replies without a reason.
// POST /support/events/{id}/replay · …/propose: reason (id of the dictionary), note; both with request_id.
type EventsPage struct {
	Base
	Rows      []EventRow
	Reasons   map[models.Channel][]OptionGroup // to choose from
	Proposals []ProposalRow
	Newer     string
	Older     string
}

// ProposalRow is one proposal for the dictionary. POST /support/proposals/{id}/withdraw takes it back.
type ProposalRow struct {
	ID       string
	Provider string
	Words    string // what servers say
	Reason   string // id of the entry
	Title    string // of the entry
	N        int    // how often it had been said
	Person   string
	At       time.Time
}

// EventRow is one event to look at.
type EventRow struct {
	ID         string
	Account    string
	Connection string
	Kind       string // parked, unrecognised, unmatched, no_reason
	Words      string // what it says, or why it can't be read
	At         time.Time
	Tries      int
	Channel    models.Channel
	Likely     string // no_reason: the entry that comes closest; empty: none does
}
