package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"undelivered/models"
)

// ReadEach reads a body of one event or many, each with read.
func ReadEach(r Request, channel models.Channel,
	read func(raw json.RawMessage) ([]models.Event, error)) (Reading, error) {
	list, err := Batch(r.Body)
	if err != nil {
		return Reading{}, err
	}
	return Reading{Events: Each(list, channel, read)}, nil
}

// Batch tells the events of a body apart: the elements of an array, or a lone object. It is ErrUnreadable
// when the body is neither.
func Batch(body []byte) ([]json.RawMessage, error) {
	body = bytes.TrimSpace(Plain(body))
	if len(body) > 0 && body[0] == '{' {
		if !json.Valid(body) {
			return nil, fmt.Errorf("%w: not JSON", ErrUnreadable)
		}
		return []json.RawMessage{body}, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnreadable, err)
	}
	return list, nil
}

// Each reads every event of a batch with read. One that cannot be read is parked and loses no other.
func Each(list []json.RawMessage, channel models.Channel,
	read func(raw json.RawMessage) ([]models.Event, error)) []models.Event {
	events := make([]models.Event, 0, len(list))
	for _, raw := range list {
		found, err := read(raw)
		if err != nil {
			found = []models.Event{Parked(channel, raw, err)}
		}
		events = append(events, found...)
	}
	return events
}

// Parked is a genuine event that could not be read: kept with its error for support.
func Parked(channel models.Channel, raw []byte, err error) models.Event {
	return models.Event{
		Type:      models.Unrecognised,
		Channel:   channel,
		State:     models.EventParked,
		Error:     err.Error(),
		DedupeKey: Digest(raw),
		Raw:       Own(raw),
	}
}

// Own copies an event's bytes, so that they do not keep the whole batch in memory.
func Own(raw []byte) []byte { return bytes.Clone(raw) }

// Digest is a dedupe key made of what the provider gives: for providers without an event id.
func Digest[T string | []byte](parts ...T) string {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Is is what a kind of event means that is no failure: its type alone. T is the provider's own form of an
// event.
func Is[T any](t models.EventType) func(models.Event, T) models.Event {
	return func(e models.Event, _ T) models.Event {
		e.Type, e.ProviderCode = t, ""
		return e
	}
}
