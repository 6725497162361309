package awssms

import (
	"context"
	"strings"

	"undelivered/models"
	"undelivered/providers/sns"
	"undelivered/providers/wire"
)

// event is the inner message of an SNS notification.
type event struct {
	Type        string    `json:"eventType"`
	At          wire.Text `json:"eventTimestamp"`
	To          string    `json:"destinationPhoneNumber"`
	MessageID   string    `json:"messageId"`
	Description string    `json:"messageStatusDescription"`
	Context     wire.Fields

	// Of a text that a customer sent to a two-way number.
	From      string `json:"originationNumber"`
	Ours      string `json:"destinationNumber"`
	Keyword   string `json:"messageKeyword"`
	Text      string `json:"messageBody"`
	InboundID string `json:"inboundMessageId"`
}

// progress are the types that are no failure; every other TEXT_ type is one, and the dictionary explains it.
var progress = map[string]models.EventType{
	"TEXT_QUEUED":     models.Accepted,
	"TEXT_PENDING":    models.Sent,
	"TEXT_SENT":       models.Sent,
	"TEXT_SUCCESSFUL": models.Delivered,
	"TEXT_DELIVERED":  models.Delivered,
}

// read opens the envelope and reads the event inside. A text that is no event (a greeting of the topic) is
// nothing.
func read(ctx context.Context, r wire.Request) (wire.Reading, error) {
	envelope, err := sns.Open(ctx, r)
	if err != nil {
		return wire.Reading{}, err
	}
	if reading, ok := envelope.Subscription(r); ok {
		return reading, nil
	}
	return told(envelope, r.Body)
}

// reread reads an envelope that was proven.
func reread(r wire.Request) (wire.Reading, error) { return told(sns.Reopen(r), r.Body) }

func told(envelope sns.Envelope, raw []byte) (wire.Reading, error) {
	var inner event
	if wire.Decode([]byte(envelope.Message), &inner) != nil {
		return wire.Reading{}, nil
	}
	if inner.Text != "" && inner.From != "" {
		return wire.Reading{
			Inbound: []wire.Inbound{{From: wire.E164(inner.From), To: wire.E164(inner.Ours), Text: inner.Text,
				ID: wire.Pick(inner.InboundID,
					envelope.MessageID), OccurredAt: wire.Time(wire.Text(envelope.Timestamp)), Raw: raw}},
		}, nil
	}
	return wire.Reading{Events: []models.Event{unified(envelope.MessageID, inner, raw)}}, nil
}

func unified(id string, inner event, raw []byte) models.Event {
	e := models.Event{
		DedupeKey:         id,
		ProviderEventID:   id,
		Channel:           models.SMS,
		Type:              models.Unrecognised,
		Recipient:         wire.E164(inner.To),
		ProviderMessageID: inner.MessageID,
		AttemptRef:        string(inner.Context[attemptKey]),
		OccurredAt:        wire.Time(inner.At),
		Diagnostic:        inner.Description,
		ProviderCode:      inner.Type,
		Raw:               raw,
	}
	if t, ok := progress[inner.Type]; ok {
		e.Type = t
	} else if strings.HasPrefix(inner.Type, "TEXT_") {
		e = wire.TextFailure(e, "aws-sms", inner.Type)
	}
	return e
}
