package views

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/ledger"
)

// NotificationQuestion is what is asked before an act on one notification. The pages are ResendFirst (correct
// the address), ResendTwice, Unknown, ClearQuestion and SendOther.
//
// Their forms, besides request_id and version:
//   - POST …/clear: outcome (reached, not_needed, has_left, cannot_reach, phoned, posted)
//   - POST …/resend: address, customer_version, twice=1
//   - POST …/arrived: note
//   - POST …/send-by-text, …/send-by-email: address
type NotificationQuestion struct {
	Base
	ID              string
	Version         int
	Title           string
	Name            string // of the customer
	Channel         models.Channel
	Address         string
	CustomerID      string
	CustomerVersion int
	Provider        string
	At              time.Time // failed, taken by the provider, or broken off
	DueAt           time.Time // what it is about happens, or happened, then
	Over            bool      // and that is past
	NotAgain        string    // why it can't be sent again, whatever is ticked; empty: it can
	Outcome         string    // chosen already
	Note            string
	Other           OtherWay
	Errors          Errors
}

// Question is any other question before an act that can't be taken back: the title asks, the text says
// exactly what will happen, the verb does it. It posts request_id, Fields and, when set, what stands in
// Inputs.
type Question struct {
	Base
	Nav    string
	Crumbs []Crumb
	Title  string
	Text   string
	Action string
	Back   string
	Verb   string
	Danger bool
	Fields map[string]string
	Inputs []Field
	Errors Errors
}

func outcomeOptions(ctx context.Context) []Option {
	out := []Option{{"", T(ctx, "Choose one")}}
	for _, o := range ledger.Outcomes {
		out = append(out, Option{o, T(ctx, "outcome."+o)})
	}
	return out
}

func (q NotificationQuestion) outcomeField(ctx context.Context) Field {
	return Field{
		Name:    "outcome",
		Label:   T(ctx, "Why are you clearing it?"),
		Value:   q.Outcome,
		Options: outcomeOptions(ctx),
	}.With(q.Errors)
}

// correctAt is the field in which the address of a channel is corrected.
func correctAt(c models.Channel) string {
	if c == models.SMS {
		return "phone"
	}
	return "email"
}

func sendBy(c models.Channel) string {
	if c == models.SMS {
		return "send-by-text"
	}
	return "send-by-email"
}
