// Package bird reads the events of Bird's channels interface, the successor of MessageBird's.
package bird

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is Bird's row. Texts are sent by the business's own system.
var Provider = wire.Provider{
	Code:     "bird",
	Name:     "Bird",
	Channels: []models.Channel{models.SMS},
	Fields: []wire.Field{
		{Key: "signing_key", Label: "Signing key", For: wire.Receive, Secret: true,
			Hint: "Of the webhook subscription. Without it the secret webhook address is the only proof."},
	},
	BodyLimit:  1 << 20,
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusServiceUnavailable,
	RetriesFor: time.Hour,
	Settling:   72 * time.Hour,
	Manual:     map[string]string{"unsubscribe": "your customer, by texting START to the number that wrote"},
	Read:       wire.Proven(proven, reread),
	Reread:     reread,
}

// tolerance is how old a signed webhook may be.
const tolerance = 5 * time.Minute

// proven checks the signature over time, address and the body's digest, where the settings hold a key.
func proven(r wire.Request) bool {
	key := r.Settings["signing_key"]
	if key == "" {
		return true
	}
	stamp := r.Header.Get("Messagebird-Request-Timestamp")
	at := wire.Time(wire.Text(stamp))
	if age := r.Now().Sub(at); at.IsZero() || age > tolerance || age < -tolerance {
		return false
	}
	sum := sha256.Sum256(r.Body)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(stamp + "\n" + r.URL + "\n"))
	mac.Write(sum[:])
	got, err := base64.StdEncoding.DecodeString(r.Header.Get("Messagebird-Signature"))
	return err == nil && hmac.Equal(got, mac.Sum(nil))
}

// text is one message: ours with its status, or a customer's.
type text struct {
	ID        string
	Reference string
	Status    string
	Reason    string
	Direction string
	Details   string
	Failure   struct {
		Code   wire.Text
		Source struct{ Code wire.Text }
	}
	Receiver     party
	Sender       party
	LastStatusAt wire.Text `json:"lastStatusAt"`
	CreatedAt    wire.Text `json:"createdAt"`
	Body         struct {
		Text struct{ Text string }
	}
}

// party is who sends or receives: several, one, or a channel of ours.
type party struct {
	Contacts  []contact
	Contact   contact
	Connector struct {
		Identifier string `json:"identifierValue"`
	}
}

type contact struct {
	Identifier string `json:"identifierValue"`
}

func (p party) number() string {
	if len(p.Contacts) > 0 {
		return wire.E164(p.Contacts[0].Identifier)
	}
	return wire.E164(wire.Pick(p.Contact.Identifier, p.Connector.Identifier))
}

// progress are the statuses that are no failure.
var progress = map[string]models.EventType{
	"accepted":   models.Accepted,
	"scheduled":  models.Accepted,
	"processing": models.Accepted,
	"sent":       models.Sent,
	"delivered":  models.Delivered,
	"read":       models.Opened,
}

// failures are those of a final failure.
var failures = map[string]bool{
	"sending_failed":  true,
	"delivery_failed": true,
	"rejected":        true,
	"skipped":         true,
}

// reread reads one message object, alone or inside the envelope of a subscription.
func reread(r wire.Request) (wire.Reading, error) {
	var envelope struct{ Payload json.RawMessage }
	if err := wire.Decode(r.Body, &envelope); err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	raw := r.Body
	if len(envelope.Payload) > 0 && envelope.Payload[0] == '{' {
		raw = envelope.Payload
	}
	var m text
	if err := wire.Decode(raw, &m); err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	switch {
	case m.ID == "":
		return wire.Reading{}, fmt.Errorf("%w: no message id", wire.ErrUnreadable)
	case m.Direction == "incoming":
		return wire.Reading{
			Inbound: []wire.Inbound{{From: m.Sender.number(), To: m.Receiver.number(), Text: m.Body.Text.Text,
				ID: m.ID, OccurredAt: wire.Time(m.CreatedAt), Raw: r.Body}},
		}, nil
	}
	return wire.Reading{Events: []models.Event{unified(m, r.Body)}}, nil
}

func unified(m text, raw []byte) models.Event {
	e := models.Event{
		DedupeKey:         m.ID + "|" + m.Status,
		ProviderMessageID: m.ID,
		Channel:           models.SMS,
		Type:              models.Unrecognised,
		Recipient:         m.Receiver.number(),
		AttemptRef:        m.Reference,
		OccurredAt:        wire.Time(m.LastStatusAt),
		Raw:               raw,
		Diagnostic:        wire.Pick(m.Reason, m.Details),
		ProviderCode:      string(m.Failure.Code),
	}
	if t, ok := progress[m.Status]; ok {
		e.Type = t
	} else if failures[m.Status] {
		e = wire.TextFailure(e, "messagebird", string(m.Failure.Source.Code))
	}
	return e
}
