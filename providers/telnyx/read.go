package telnyx

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// tolerance is how old a signed webhook may be.
const tolerance = 5 * time.Minute

// proven checks the Ed25519 signature over time and body.
func proven(r wire.Request) bool {
	key, err := base64.StdEncoding.DecodeString(r.Settings["public_key"])
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(r.Header.Get("Telnyx-Signature-Ed25519"))
	if err != nil || len(signature) != ed25519.SignatureSize {
		return false
	}
	stamp := r.Header.Get("Telnyx-Timestamp")
	at := wire.Time(wire.Text(stamp))
	if age := r.Now().Sub(at); at.IsZero() || age > tolerance || age < -tolerance {
		return false
	}
	return ed25519.Verify(key, append([]byte(stamp+"|"), r.Body...), signature)
}

// event is a webhook's body.
type event struct {
	Data struct {
		ID         string
		EventType  string    `json:"event_type"`
		OccurredAt wire.Text `json:"occurred_at"`
		Payload    payload
	}
}

type payload struct {
	ID     string
	Text   string
	Tags   []string
	Errors []failure
	From   struct {
		Number string `json:"phone_number"`
	}
	To []struct {
		Number string `json:"phone_number"`
		Status string
	}
}

func (p payload) to() (number, status string) {
	if len(p.To) == 0 {
		return "", ""
	}
	return wire.E164(p.To[0].Number), p.To[0].Status
}

// reread reads the one event of a webhook.
func reread(r wire.Request) (wire.Reading, error) {
	var body event
	if err := wire.Decode(r.Body, &body); err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	data := body.Data
	if data.ID == "" || data.EventType == "" {
		return wire.Reading{}, fmt.Errorf("%w: no event id or type", wire.ErrUnreadable)
	}
	to, status := data.Payload.to()
	if data.EventType == "message.received" {
		return wire.Reading{
			Inbound: []wire.Inbound{
				{From: wire.E164(data.Payload.From.Number), To: to, Text: data.Payload.Text,
					ID: data.ID, OccurredAt: wire.Time(data.OccurredAt), Raw: r.Body},
			},
		}, nil
	}
	e := models.Event{
		DedupeKey:         data.ID,
		ProviderEventID:   data.ID,
		Channel:           models.SMS,
		Type:              models.Unrecognised,
		Recipient:         to,
		ProviderMessageID: data.Payload.ID,
		AttemptRef:        r.Query.Get("n"),
		OccurredAt:        wire.Time(data.OccurredAt),
		Raw:               r.Body,
	}
	if e.AttemptRef == "" && len(data.Payload.Tags) > 0 {
		e.AttemptRef = data.Payload.Tags[0]
	}
	switch data.EventType {
	case "message.sent":
		e.Type = models.Sent
	case "message.finalized":
		e = final(e, status, data.Payload.Errors)
	}
	return wire.Reading{Events: []models.Event{e}}, nil
}

// final reads a final status.
func final(e models.Event, status string, errors []failure) models.Event {
	var codes []string
	for _, f := range errors {
		codes = append(codes, string(f.Code))
		e.Diagnostic = wire.Pick(e.Diagnostic, f.words())
	}
	switch {
	case status == "delivered":
		e.Type = models.Delivered
	case status == "delivery_unconfirmed" && len(codes) == 0:
		reason, _ := models.ReasonByID("sms-delivery-unconfirmed")
		e.Reason, e.Type, e.ProviderCode = reason.ID, reason.EventType(), status
	case status == "sending_failed" || status == "delivery_failed" || status == "delivery_unconfirmed":
		e = wire.TextFailure(e, "telnyx", codes...)
	}
	return e
}
