package models

import "time"

// AttemptState is where an attempt stands: its own side's state, and its outcome computed from its events.
type AttemptState string

// The states of an attempt (RULES.md, Attempts).
const (
	Queued           AttemptState = "queued"
	Sending          AttemptState = "sending"
	OutcomeUnknown   AttemptState = "unknown"
	AttemptAccepted  AttemptState = "accepted"
	Presumed         AttemptState = "presumed"
	AttemptDelivered AttemptState = "delivered"
	Failed           AttemptState = "failed"
	Complained       AttemptState = "complained"
	Rejected         AttemptState = "rejected"
	Cancelled        AttemptState = "cancelled"
)

// Attempt is one hand-over of a notification to a provider; number 0 is the original, by whatever system.
type Attempt struct {
	ID                string `gorm:"primaryKey"`
	NotificationID    string
	AccountID         string `gorm:"primaryKey"`
	Number            int
	Channel           Channel
	ConnectionID      string
	AddressID         string
	Recipient         string // the address fixed when the attempt was made
	Ours              bool   // we hand it over; false: another system did
	OwnState          AttemptState
	OwnAt             time.Time // since when OwnState holds
	OwnReason         string    // reason of a refusal at hand-over
	Outcome           AttemptState
	Status            Status
	Reason            string
	DecidedAt         time.Time // the instant that decides Outcome
	ProviderMessageID string
	MessageID         string
	AskedBy           string
	AskedByName       string
	AskedAt           time.Time
	DueAt             *time.Time // queued: earliest hand-over; unknown: next look into the provider's log
	Tries             int
	Lease             string // token of the worker that holds it
	LeaseUntil        *time.Time
	SendingAt         *time.Time
	AcceptedAt        *time.Time
	SettleAt          *time.Time
	LookedUp          int
	Closed            bool   // unknown, and a person decided to send again
	Why               string // why it was cancelled, or is unknown
	SMTPCode          int
	EnhancedCode      string
	ProviderCode      string
	Diagnostic        string
	CreatedAt         time.Time
}

// Resend says whether a and not the original is meant: only those count as sent again.
func (a Attempt) Resend() bool { return a.Number > 0 }

// verdict is what a set of events says about an attempt.
type verdict struct {
	outcome AttemptState
	reason  string
	status  Status
	at      time.Time
	event   string // id of the event that decides; empty: our own side does
}

// judge computes the outcome of an attempt from the set of its events and its own state. The order in which
// the events arrived has no weight (RULES.md, Outcome of an attempt).
func (a Attempt) judge(events []Event) verdict {
	events = a.believed(events)
	set := sortedOut(events)
	pieces, lacking := a.inPieces(events, set)
	switch {
	case set.complaint != nil:
		return set.complaint.verdict(Complained, Spammed)
	case lacking:
		return pieces
	case set.failure != nil && !set.beaten():
		return set.failure.verdict(Failed, set.failedAs)
	case set.delivery != nil:
		return set.delivery.verdict(AttemptDelivered, "")
	case set.autoReply != nil:
		return set.autoReply.verdict(Failed, Autoresponder)
	case set.progress != nil && a.OwnState != Presumed:
		return set.progress.verdict(AttemptAccepted, "")
	}
	return a.own()
}

// own is the verdict of our own side.
func (a Attempt) own() verdict {
	v := verdict{outcome: a.OwnState, at: a.OwnAt}
	if a.OwnState == Rejected {
		reason, _ := ReasonByID(a.OwnReason)
		if v.reason, v.status = a.OwnReason, reason.Status(); v.status == "" {
			v.status = NotDelivered
		}
	}
	return v
}

func (e *Event) verdict(outcome AttemptState, status Status) verdict {
	return verdict{outcome: outcome, reason: e.Reason, status: status, at: e.OccurredAt, event: e.ID}
}

// sorted holds the deciding event of each kind.
type sorted struct {
	complaint, failure, delivery, autoReply, progress *Event
	failedAs                                          Status
	byRank                                            bool
}

func sortedOut(events []Event) sorted {
	var s sorted
	for i := range events {
		if e := &events[i]; e.Type == Delivered {
			s.delivery = later(s.delivery, e)
		}
	}
	for i := range events {
		e := &events[i]
		s.byRank = s.byRank || e.ByRank
		switch kind := s.typeOf(e); {
		case kind == Complaint:
			s.complaint = later(s.complaint, e)
		case kind == EventType(Autoresponder):
			s.autoReply = later(s.autoReply, e)
		case kind.Failure():
			if s.failure == nil || decides(e, kind, s.failure, EventType(s.failedAs)) {
				s.failure, s.failedAs = e, Status(kind)
			}
		case kind.Progress():
			s.progress = later(s.progress, e)
		}
	}
	return s
}

// typeOf is the event's type, unless a delivery before it gives it another meaning.
func (s sorted) typeOf(e *Event) EventType {
	if e.AfterDelivery != "" && s.delivery != nil && !s.delivery.OccurredAt.After(e.OccurredAt) {
		return e.AfterDelivery
	}
	return e.Type
}

// beaten says whether a delivery outweighs the failure: by a later time, or by rank where times are not to be
// trusted.
func (s sorted) beaten() bool {
	if s.delivery == nil {
		return false
	}
	return s.byRank || s.delivery.OccurredAt.After(s.failure.OccurredAt)
}

func later(a, b *Event) *Event {
	if a == nil || b.OccurredAt.After(a.OccurredAt) ||
		(b.OccurredAt.Equal(a.OccurredAt) && b.DedupeKey < a.DedupeKey) {
		return b
	}
	return a
}

// decides says whether failure b outranks failure a: later, at the same instant worse, then by the
// dictionary's order.
func decides(b *Event, bType EventType, a *Event, aType EventType) bool {
	switch timed := !a.ByRank && !b.ByRank; {
	case timed && !b.OccurredAt.Equal(a.OccurredAt):
		return b.OccurredAt.After(a.OccurredAt)
	case bType != aType:
		return Status(bType).worse(Status(aType))
	case b.Reason != a.Reason:
		return reasonRank(b.Reason) < reasonRank(a.Reason)
	}
	return b.DedupeKey < a.DedupeKey
}

// Cancel ends an attempt that was never handed over.
func (a *Attempt) Cancel(why string, at time.Time) {
	a.OwnState, a.OwnAt, a.Why, a.DueAt, a.Lease, a.LeaseUntil = Cancelled, at, why, nil, "", nil
}

// Stop ends an attempt before its hand-over. A resend is cancelled; an original that we were to send counts
// as refused, because otherwise nobody would learn that it never went out (RULES.md, States of a
// notification).
func (a *Attempt) Stop(why, reason string, at time.Time) {
	if a.Resend() || why == "no_longer_needed" {
		a.Cancel(why, at)
		return
	}
	a.OwnState, a.OwnAt, a.Why, a.DueAt, a.OwnReason = Rejected, at, why, nil, reason
}

// StopReasons are the dictionary's reasons for originals that a guard stopped, by the guard, or by the cause
// of the opt-out that it found.
var StopReasons = map[Channel]map[string]string{
	Email: {
		"opted_out": "dropped-unsubscribed", "suppressed": "dropped-bounce",
		"bad_address": "address-malformed", "no_address": "address-missing",
		string(CauseHardBounce): "dropped-bounce", string(CauseInvalid): "dropped-bounce",
		string(CauseRepeatedSoft): "dropped-bounce",
		string(CauseComplaint):    "dropped-complaint", string(CauseUnsubscribed): "dropped-unsubscribed",
		string(CauseStop):  "dropped-unsubscribed",
		string(CauseStaff): "dropped-manual", string(CauseErased): "dropped-manual",
		"suppressed:bounce": "dropped-bounce", "suppressed:invalid": "dropped-bounce",
		"suppressed:complaint":   "dropped-complaint",
		"suppressed:unsubscribe": "dropped-unsubscribed", "suppressed:manual": "dropped-manual",
	},
	SMS: {
		"opted_out": "sms-opted-out", "suppressed": "sms-opted-out", "bad_address": "sms-invalid-number",
		"no_address":            "sms-invalid-number",
		string(CauseHardBounce): "sms-unknown-number", string(CauseInvalid): "sms-invalid-number",
		string(CauseRepeatedSoft): "sms-permanently-unreachable", string(CauseComplaint): "sms-block-list",
		string(CauseUnsubscribed): "sms-opted-out", string(CauseStop): "sms-opted-out",
		string(CauseStaff):  "dropped-manual",
		string(CauseErased): "dropped-manual", "suppressed:manual": "sms-block-list",
		"error.phone_landline": "sms-landline", "error.phone_premium": "sms-premium-number",
	},
}
