package ses

import (
	"context"
	"fmt"
	"strings"

	"undelivered/models"
	"undelivered/providers/sns"
	"undelivered/providers/wire"
)

// read opens and proves SNS's envelope and reads the event in it, one for each recipient. A message that is
// no JSON is Amazon's word about the topic.
func read(ctx context.Context, r wire.Request) (wire.Reading, error) {
	envelope, err := sns.Open(ctx, r)
	if err != nil {
		return wire.Reading{}, err
	}
	if reading, subscription := envelope.Subscription(r); subscription {
		return reading, nil
	}
	return told(envelope)
}

// reread reads an envelope that was proven, or the message of one.
func reread(r wire.Request) (wire.Reading, error) { return told(sns.Reopen(r)) }

func told(envelope sns.Envelope) (wire.Reading, error) {
	if !strings.HasPrefix(strings.TrimSpace(envelope.Message), "{") {
		return wire.Reading{}, nil
	}
	var n notice
	if err := wire.Decode([]byte(envelope.Message), &n); err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	reading := wire.Reading{Events: n.events([]byte(envelope.Message), envelope.MessageID)}
	if n.Complaint.Feedback == "auth-failure" {
		reading.Alert = "Amazon passed on a report that mail of ours failed authentication."
	}
	return reading, nil
}

// recipient is one of those whom an event concerns.
type recipient struct {
	Address    wire.Text `json:"emailAddress"`
	Status     wire.Text
	Action     wire.Text
	Diagnostic wire.Text `json:"diagnosticCode"`
}

// notice is what SES tells: identity feedback names it notificationType, event publishing eventType.
type notice struct {
	EventType        wire.Text
	NotificationType wire.Text
	Mail             struct {
		Timestamp   wire.Text
		ID          wire.Text `json:"messageId"`
		Destination wire.List
		Headers     []struct{ Name, Value wire.Text }
		Common      struct {
			ID wire.Text `json:"messageId"`
		} `json:"commonHeaders"`
		Tags map[string]wire.List
	}
	Bounce struct {
		Type       wire.Text `json:"bounceType"`
		SubType    wire.Text `json:"bounceSubType"`
		Timestamp  wire.Text
		FeedbackID wire.Text   `json:"feedbackId"`
		To         []recipient `json:"bouncedRecipients"`
	}
	Complaint struct {
		SubType    wire.Text `json:"complaintSubType"`
		Feedback   wire.Text `json:"complaintFeedbackType"`
		Timestamp  wire.Text
		FeedbackID wire.Text   `json:"feedbackId"`
		To         []recipient `json:"complainedRecipients"`
	}
	Delivery struct {
		Timestamp  wire.Text
		Recipients wire.List
		Response   wire.Text `json:"smtpResponse"`
	}
	Delay struct {
		Type      wire.Text `json:"delayType"`
		Timestamp wire.Text
		To        []recipient `json:"delayedRecipients"`
	} `json:"deliveryDelay"`
	Open, Click  struct{ Timestamp wire.Text }
	Reject       struct{ Reason wire.Text }
	Failure      struct{ ErrorMessage wire.Text }
	Subscription struct {
		Timestamp wire.Text
		Now       preferences `json:"newTopicPreferences"`
		Before    preferences `json:"oldTopicPreferences"`
	}
}

type preferences struct {
	All    wire.Flag `json:"unsubscribeAll"`
	Topics []struct {
		Status string `json:"subscriptionStatus"`
	} `json:"topicSubscriptionStatus"`
}

func (p preferences) out() bool {
	for _, topic := range p.Topics {
		if topic.Status == "OptOut" {
			return true
		}
	}
	return bool(p.All)
}

// plain are recipients of whom no more than the address is known.
func plain(addresses wire.List) []recipient {
	var to []recipient
	for _, a := range addresses {
		to = append(to, recipient{Address: a})
	}
	return to
}

// part is what one kind of event holds: its time, whom it concerns, and what keeps it apart from others of
// the kind.
type part struct {
	at, mark wire.Text
	to       []recipient
}

// parts find the part of each kind of event. Identity feedback and event publishing may both tell of one
// bounce: the feedback id makes them one.
var parts = map[string]func(notice) part{
	"Bounce": func(n notice) part {
		return part{n.Bounce.Timestamp, n.Bounce.FeedbackID,
			n.Bounce.To}
	},
	"Complaint": func(n notice) part {
		return part{n.Complaint.Timestamp, n.Complaint.FeedbackID,
			n.Complaint.To}
	},
	"Delivery": func(n notice) part {
		return part{n.Delivery.Timestamp, "",
			plain(n.Delivery.Recipients)}
	},
	"DeliveryDelay": func(n notice) part { return part{n.Delay.Timestamp, n.Delay.Timestamp, n.Delay.To} },
	"Open":          func(n notice) part { return part{n.Open.Timestamp, n.Open.Timestamp, nil} },
	"Click":         func(n notice) part { return part{n.Click.Timestamp, n.Click.Timestamp, nil} },
	"Subscription": func(n notice) part {
		return part{n.Subscription.Timestamp, n.Subscription.Timestamp,
			nil}
	},
}

// events makes one event for each recipient.
func (n notice) events(raw []byte, envelope string) []models.Event {
	kind := wire.Pick(string(n.EventType), string(n.NotificationType))
	p := part{}
	if find, known := parts[kind]; known {
		p = find(n)
	}
	if len(p.to) == 0 {
		p.to = []recipient{{}}
		if len(n.Mail.Destination) == 1 { // of several it is not said which one is meant
			p.to = plain(n.Mail.Destination)
		}
	}
	var events []models.Event
	for _, to := range p.to {
		address := wire.Address(string(to.Address))
		e := models.Event{
			Channel: models.Email, Type: models.Unrecognised, ProviderEventID: envelope, ProviderCode: kind,
			Recipient: address,
			DedupeKey: wire.Digest(kind, wire.Pick(string(p.mark), string(n.Mail.ID)), string(n.Mail.ID),
				strings.ToLower(address)),
			ProviderMessageID: string(n.Mail.ID), AttemptRef: n.attempt(), OccurredAt: wire.Time(p.at),
			EnhancedCode: models.EnhancedStatus(string(to.Status)),
			Diagnostic:   wire.Words(string(to.Diagnostic)), Raw: raw,
		}
		if kind == "" { // not SES's, and told apart by its envelope alone
			e.DedupeKey = wire.Digest(envelope)
		}
		if e.OccurredAt.IsZero() {
			e.OccurredAt = wire.Time(n.Mail.Timestamp)
		}
		if meaning, known := meanings[kind]; known {
			e = meaning(e, n)
		}
		if refused(to) { // a server has said so: no automatic reply
			e.AfterDelivery = ""
		}
		if len(p.to) == 1 {
			e = n.forwarded(e)
		}
		events = append(events, e)
	}
	return events
}

// refused says whether a recipient's report is that of a server which refused the mail, and no automatic
// reply: those come without an action, a status and words.
func refused(to recipient) bool {
	text := string(to.Status + " " + to.Diagnostic)
	status := models.EnhancedStatus(string(to.Status))
	if strings.EqualFold(string(to.Action), "failed") {
		return strings.HasPrefix(status, "5") || strings.HasPrefix(status, "4") ||
			models.ReplyCode(text) >= 400
	}
	return to.Action == "" &&
		(strings.HasPrefix(status, "5") || models.ReplyCode(string(to.Diagnostic)) >= 500)
}

// forwarded gives an event about the mailbox that a forward leads to the address that was written to, when
// that was the only one. Whether that one is dead as well is not certain.
func (n notice) forwarded(e models.Event) models.Event {
	if len(n.Mail.Destination) != 1 || e.Recipient == "" {
		return e
	}
	to := wire.Address(string(n.Mail.Destination[0]))
	if strings.EqualFold(to, e.Recipient) || !strings.Contains(to, "@") {
		return e
	}
	e.Recipient, e.SuppressionKind = to, ""
	if e.Type == models.EventType(models.HardBounce) {
		e = wire.As(e, "address-doubtful")
	}
	return e
}

// attempt is our id, from the tags or from our header.
func (n notice) attempt() string {
	if tags := n.Mail.Tags[wire.AttemptKey]; len(tags) > 0 {
		return string(tags[0])
	}
	for _, h := range n.Mail.Headers {
		if strings.EqualFold(string(h.Name), header) {
			return string(h.Value)
		}
	}
	return ""
}
