package models

import "time"

// tooManyRequests is HTTP 429 (RFC 6585).
const tooManyRequests = 429

// byStatus are the reasons of a refusal that the dictionary does not know, by channel: the request was wrong,
// or the login was. Both are on our side and say nothing about the customer's address.
var byStatus = map[Channel]struct{ request, login string }{
	Email: {"not-sent-bad-request", "smtp-auth"},
	SMS:   {"sms-bad-parameter", "sms-credentials"},
}

// Explain completes a receipt with the provider's words and codes, and with a reason where it did not take
// the message.
func (r Receipt) Explain(channel Channel, provider, words string, codes ...string) Receipt {
	r.Diagnostic = CleanText(words)
	if len(codes) > 0 {
		r.ProviderCode = codes[0]
	}
	switch r.Outcome {
	case ReceiptTaken:
	case ReceiptRefused:
		r.Reason = refusal(r,
			Evidence{Channel: channel, Provider: provider, Codes: codes, Text: r.Diagnostic})
	default:
		r.Reason = MatchReason(Evidence{Channel: Email, Provider: "app", Codes: []string{r.trouble()}}).ID
		if channel == SMS {
			r.Reason = MatchReason(
				Evidence{Channel: channel, Provider: provider, Codes: codes, Temporary: true},
			).ID
		}
	}
	return r
}

func refusal(r Receipt, e Evidence) string {
	reason := MatchReason(e)
	switch {
	case !reason.ByDefault:
		return reason.ID
	case r.StopConnection:
		return byStatus[e.Channel].login
	}
	return byStatus[e.Channel].request
}

// trouble is the dictionary's code of provider "app" for an answer that is no answer.
func (r Receipt) trouble() string {
	switch {
	case r.HTTPStatus == tooManyRequests:
		return "provider-429"
	case r.HTTPStatus >= 500:
		return "provider-5xx"
	}
	return "provider-timeout"
}

// HandoverOutcome is the class of the result of a hand-over (RULES.md, Results of a hand-over).
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
