// Package simulator is a provider that sends nothing: it plays the events that a real one would send, so that
// the demo and the tests live through what happens to messages. The address decides the story.
package simulator

import (
	"context"
	"fmt"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// InProcess is the player of connections that name no endpoint. It does nothing until a message is taken.
var InProcess = NewPlayer(1)

// Provider is the simulator's row.
var Provider = wire.Provider{
	Code:     "simulator",
	Name:     "Simulator",
	Channels: []models.Channel{models.Email, models.SMS},
	Fields: []wire.Field{
		{
			Key:      "signing_secret",
			Label:    "Signing secret",
			For:      wire.Receive,
			Required: true,
			Secret:   true,
			Generate: true,
			Hint:     "Made for you. It proves that events come from the simulator.",
		},
		{Key: "endpoint", Label: "Endpoint", For: wire.Sending,
			Hint: "Address of a simulator that runs elsewhere. Leave empty for the built-in one."},
		{Key: "from", Label: "From", For: wire.Sending, Hint: "Address or number that messages come from."},
	},
	Unstored:   503,
	Busy:       429,
	RetriesFor: 30 * time.Second,
	Repeats:    24 * time.Hour,
	Settling:   72 * time.Hour,
	Manual:     map[string]string{"complaint": "the simulator's support"},
	Read:       read,
	Reread:     reread,
	Send:       send,
	Suppressions: &wire.Suppressions{
		Find:   find,
		List:   list,
		Delete: remove,
	},
	Missed: missed,
	Find:   lookUp,
	Test:   test,
}

// read verifies the request and reads its one event.
func read(_ context.Context, r wire.Request) (wire.Reading, error) {
	if !proven(r.Settings["signing_secret"], r.Header, r.Body, r.ReceivedAt) {
		return wire.Reading{}, wire.ErrRefused
	}
	return reread(r)
}

// reread reads what was proven.
func reread(r wire.Request) (wire.Reading, error) {
	var e Event
	if err := wire.Decode(r.Body, &e); err != nil {
		return wire.Reading{}, fmt.Errorf("%w: %w", wire.ErrUnreadable, err)
	}
	id := wire.Pick(r.Header.Get("Svix-Id"), r.EventID)
	if e.Type == inbound {
		return wire.Reading{Inbound: []wire.Inbound{{From: e.From, To: e.To, Text: e.Text, ID: id,
			OccurredAt: e.CreatedAt.UTC(), Raw: r.Body}}}, nil
	}
	return wire.Reading{Events: []models.Event{unified(id, e, r.Body)}}, nil
}

// unified puts an event of the simulator into our words.
func unified(id string, e Event, raw []byte) models.Event {
	out := models.Event{
		DedupeKey: id, ProviderEventID: id, Type: e.Type, Channel: e.Channel, Reason: e.Reason,
		Recipient: e.To, AttemptRef: e.Attempt, ProviderMessageID: e.MessageID,
		SMTPCode: e.SMTPCode, EnhancedCode: e.EnhancedCode, ProviderCode: e.ErrorCode, Diagnostic: e.Detail,
		SuppressionKind: e.Suppressed, OccurredAt: e.CreatedAt.UTC(), Raw: raw,
	}
	switch {
	case !e.Type.Valid():
		out.Type = models.Unrecognised
	case e.Reason == "" && (e.Type.Failure() || e.Type == models.Deferred):
		out.Reason = models.MatchReason(evidence(e)).ID
	}
	return out
}

// evidence is what the dictionary is asked with, when an event gives no reason: the simulator's codes of
// texts are Twilio's.
func evidence(e Event) models.Evidence {
	return models.Evidence{
		Channel:   e.Channel,
		Provider:  "twilio",
		Codes:     []string{e.ErrorCode},
		Text:      e.Detail,
		Enhanced:  e.EnhancedCode,
		SMTP:      e.SMTPCode,
		Temporary: e.Type == models.Deferred,
	}
}
