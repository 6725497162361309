package models

import "time"

// HandoverOutcome is the class of the result of a hand-over (semantics 4.3).
type HandoverOutcome string

// The four classes.
const (
	ReceiptTaken   HandoverOutcome = "taken"   // the provider has it
	ReceiptRefused HandoverOutcome = "refused" // refused for good; it has nothing
	ReceiptLater   HandoverOutcome = "later"   // nothing was handed over, or refused for now
	ReceiptOpen    HandoverOutcome = "open"    // it may have been handed over
)

// Receipt is the result of one hand-over.
type Receipt struct {
	Outcome           HandoverOutcome
	ProviderMessageID string
	MessageID         string // Message-ID header without <>, when known
	HTTPStatus        int
	SMTPCode          int
	EnhancedCode      string
	ProviderCode      string // for the dictionary
	Diagnostic        string // the provider's words, without secrets
	Reason            string // id of the dictionary, for Refused and Later
	RetryAfter        time.Duration
	StopConnection    bool // 401 and 403: the login is wrong; the connection stops and warns
	PartLost          bool // Open: some parts of a text were taken, and others not
	Err               error
}
