package models

import (
	"math/rand/v2"
	"time"
)

// Handover is one attempt that this worker, and nobody else, may hand over now.
type Handover struct {
	Attempt      Attempt
	Notification Notification
	Content      Content
	Connection   Connection
	CustomerName string
}

// DeliveryPromises are what a provider promises about repeats and news.
type DeliveryPromises struct {
	Repeats  time.Duration // how long a repeated idempotency key is recognised; 0: never relied upon
	Settling time.Duration // accepted and no news for so long: presumed; 0: the default
	Log      bool          // it has a log that can be asked about one message
}

const DefaultSettling = 72 * time.Hour

// Awaits says whether an answer still tells something of the attempt. Where the events have proven the
// hand-over meanwhile, only the provider's id of the message does: that it refused a second copy takes
// nothing back.
func (a Attempt) Awaits(r Receipt) bool {
	switch a.OwnState {
	case Sending:
		return true
	case OutcomeUnknown:
		return !a.Closed || r.Outcome == ReceiptTaken || r.Outcome == ReceiptRefused
	case AttemptAccepted:
		return r.Outcome == ReceiptTaken
	}
	return false
}

// Note keeps the provider's words with the attempt.
func (a *Attempt) Note(r Receipt) {
	a.SMTPCode, a.EnhancedCode, a.ProviderCode = r.SMTPCode, r.EnhancedCode, r.ProviderCode
	if a.Diagnostic = CleanText(r.Diagnostic); a.Diagnostic == "" && r.Err != nil {
		a.Diagnostic = CleanText(r.Err.Error())
	}
	if a.Recipient == "" { // erased meanwhile
		a.Diagnostic = ""
	}
}

// Pause is the time before the next try, ± 20 %, and never before the provider's own word.
func (r Receipt) Pause(tries int) time.Duration {
	wait := backoff[min(max(tries-1, 0), len(backoff)-1)]
	return max(time.Duration(float64(wait)*(0.8+0.4*rand.Float64())), r.RetryAfter)
}

// backoff is the pause before the next try of a hand-over (RULES.md, Attempts), before the ± 20 %.
var backoff = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}
