package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"undelivered/models"
)

// Failure completes a final failure: the dictionary's reason for its words and codes, and the type that
// follows. Codes are the provider's, the most telling first.
func Failure(e models.Event, provider string, codes ...string) models.Event {
	reason := explain(&e, provider, false, codes)
	e.Type = reason.EventType()
	return e
}

// Deferral completes an event that says that the provider is still trying.
func Deferral(e models.Event, provider string, codes ...string) models.Event {
	explain(&e, provider, true, codes)
	e.Type = models.Deferred
	return e
}

func explain(e *models.Event, provider string, temporary bool, codes []string) models.Reason {
	e.Diagnostic = Words(e.Diagnostic)
	reason := models.MatchReason(models.Evidence{Channel: e.Channel, Provider: provider, Codes: codes,
		Text: e.Diagnostic, Enhanced: e.EnhancedCode, SMTP: e.SMTPCode, Temporary: temporary,
		Returned: provider == models.ByMail})
	e.Reason = reason.ID
	if e.SMTPCode == 0 {
		e.SMTPCode = models.ReplyCode(e.Diagnostic)
	}
	if e.EnhancedCode == "" {
		e.EnhancedCode = models.EnhancedStatus(e.Diagnostic)
	}
	if e.ProviderCode == "" && len(codes) > 0 {
		e.ProviderCode = codes[0]
	}
	return reason
}

// AnswerError is an answer of a provider that is not the one hoped for.
type AnswerError struct {
	Status int
	Words  string
}

func (e AnswerError) Error() string {
	return fmt.Sprintf("the provider answered %d %s", e.Status, e.Words)
}

// Decode reads a 2xx JSON answer into v; every other answer is an error with the provider's words.
func (a Response) Decode(v any) error {
	if a.Err != nil {
		return a.Err
	}
	if a.Status < 200 || a.Status > 299 {
		return AnswerError{a.Status, a.Words()}
	}
	if v == nil {
		return nil
	}
	if err := json.Unmarshal(a.Body, v); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return nil
}

// Words are what an answer says, found where providers put it; the whole body when it is short and nowhere
// else.
func (a Response) Words() string {
	var body struct {
		Message, Error, Description, ErrorMessage Text
		UpperMessage                              Text `json:"MESSAGE"`
		Errors                                    []struct{ Message, Description Text }
	}
	if json.Unmarshal(a.Body, &body) != nil {
		return Words(string(a.Body))
	}
	for _, e := range body.Errors {
		if e.Message != "" && e.Description != "" {
			return Words(string(e.Message) + ": " + string(e.Description))
		}
		if e.Message != "" {
			return Words(string(e.Message))
		}
	}
	for _, t := range []Text{body.Message, body.ErrorMessage, body.Error, body.Description,
		body.UpperMessage} {
		if t != "" {
			return Words(string(t))
		}
	}
	return Words(string(a.Body))
}

// Clearing classes the answer to removing an entry: removing is harmless to repeat, so what is not clear is
// later.
func Clearing(a Response) Cleared {
	r := Class(a)
	switch {
	case a.Err != nil:
		return Cleared{Result: ClearLater, Err: a.Err}
	case r.Outcome == Taken:
		return Cleared{Result: ClearDone}
	case a.Status == http.StatusNotFound:
		return Cleared{Result: ClearNotListed, Text: a.Words()}
	case r.Outcome == Later || r.Outcome == Open:
		return Cleared{Result: ClearLater, Text: a.Words(), After: r.RetryAfter}
	}
	return Cleared{Result: ClearRefused, Text: a.Words()}
}

// Missing are the settings that one use of a provider needs and that are not there.
func (p Provider) Missing(s Settings, use Use) []Field {
	var missing []Field
	for _, f := range p.Fields {
		if f.Required && f.For == use && s[f.Key] == "" {
			missing = append(missing, f)
		}
	}
	return missing
}

// Ready says whether the settings suffice for one use of a provider.
func (p Provider) Ready(s Settings, use Use) bool { return len(p.Missing(s, use)) == 0 }

// Number is a figure of an answer as text.
func Number(n int) string { return strconv.Itoa(n) }

// Soften takes a verdict on the address out of a failure that the provider does not hold against the address,
// whatever the words of the receiving server: such an event must not opt it out at once.
func Soften(e models.Event, to models.Status) models.Event {
	if e.Type == models.EventType(models.HardBounce) || e.Type == models.EventType(models.InvalidStatus) {
		e.Type = models.EventType(to)
	}
	return e
}

// As completes an event whose reason is known without looking.
func As(e models.Event, reason string) models.Event {
	if r, known := models.ReasonByID(reason); known {
		e.Reason, e.Type = r.ID, r.EventType()
	}
	return e
}

// NotTaken is a hand-over that could not even be tried: the request cannot be built.
func NotTaken(err error) Receipt {
	return Receipt{Outcome: Refused, Err: err, Reason: "not-sent-bad-request"}
}

// WithID completes a receipt of a 2xx answer: without a readable id the outcome is open (RULES.md, Results of
// a hand-over).
func WithID(r Receipt, id string) Receipt {
	if r.ProviderMessageID = id; id == "" {
		r.Outcome, r.Err = Open, errNoID
	}
	return r
}

var errNoID = errors.New("the answer has no message id")

// OnList completes an event that says only that the address is on the provider's list, and why.
func OnList(e models.Event, provider string, codes ...string) models.Event {
	e = Failure(e, provider, codes...)
	e.Type = models.AddressSuppressed
	return e
}

// AboutRecipient gives a refusal that the dictionary does not know its reason when it is about the customer's
// address.
func AboutRecipient(r Receipt, about bool) Receipt {
	if about && r.Outcome == Refused && r.Reason == "not-sent-bad-request" {
		r.Reason = "address-malformed"
	}
	return r
}
