package postmark

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// login checks user and password.
func login(r wire.Request) bool { return wire.BasicLogin(r, true) }

// reread reads the one event of a post, or the many of a list.
func reread(r wire.Request) (wire.Reading, error) {
	list, err := wire.Batch(r.Body)
	if err != nil {
		return wire.Reading{}, err
	}
	trace := ""
	if len(list) == 1 {
		trace = wire.Pick(r.Header.Get("X-PM-Webhook-Trace-Id"), r.EventID)
	}
	return wire.Reading{
		Events: wire.Each(list, models.Email, func(raw json.RawMessage) ([]models.Event, error) {
			return event(raw, trace)
		}),
	}, nil
}

// record is one post, or one line of the list of bounces.
type record struct {
	RecordType, MessageID, Email, Recipient, Type wire.Text
	BouncedAt, DeliveredAt, ReceivedAt, ChangedAt wire.Text
	ID, Details, Description                      wire.Text
	Inactive, SuppressSending                     wire.Flag
	SuppressionReason, Origin                     wire.Text
	Metadata                                      wire.Fields
}

// The examples that Postmark posts when a webhook is made or tested.
const (
	sampleMessage = "00000000-0000-0000-0000-000000000000"
	sampleAddress = "john@example.com"
)

func event(raw json.RawMessage, trace string) ([]models.Event, error) {
	var r record
	if err := wire.Decode(raw, &r); err != nil {
		return nil, err
	}
	if r.RecordType == "" || r.MessageID == "" && r.RecordType != "SubscriptionChange" {
		return nil, errors.New("the event has no type or no message")
	}
	when := wire.Pick(string(r.BouncedAt), string(r.DeliveredAt), string(r.ChangedAt), string(r.ReceivedAt))
	e := models.Event{
		Channel: models.Email, Type: models.Unrecognised,
		Recipient:       wire.Address(wire.Pick(string(r.Email), string(r.Recipient))),
		ProviderEventID: trace, DedupeKey: trace, ProviderMessageID: string(r.MessageID),
		AttemptRef: string(r.Metadata[wire.AttemptKey]),
		OccurredAt: wire.Time(wire.Text(when)), Diagnostic: wire.Words(string(r.Details)),
		ProviderCode: string(r.RecordType), Raw: wire.Own(raw),
	}
	e.Sample = r.MessageID == sampleMessage || strings.EqualFold(e.Recipient, sampleAddress)
	switch {
	case r.ID != "" && r.ID != "0": // the same in the list of bounces
		e.DedupeKey = string(r.RecordType) + ":" + string(r.ID)
	case trace == "":
		e.DedupeKey = wire.Digest(string(r.RecordType), string(r.MessageID), e.Recipient, when, r.state())
	}
	if meaning, known := meanings[string(r.RecordType)]; known {
		e = meaning(e, r)
	}
	return []models.Event{e}, nil
}

// state tells two changes of one moment apart: an entry that was made, and the same that was taken away.
func (r record) state() string {
	return strings.Join(
		[]string{
			string(r.Type),
			strconv.FormatBool(bool(r.SuppressSending)),
			string(r.SuppressionReason),
			string(r.Origin),
		},
		"|",
	)
}

// meanings say what each kind of post is for us.
var meanings = map[string]func(models.Event, record) models.Event{
	"Delivery":           is(models.Delivered),
	"Open":               is(models.Opened),
	"Click":              is(models.Clicked),
	"Bounce":             bounced,
	"SpamComplaint":      bounced,
	"SubscriptionChange": changed,
}

func is(t models.EventType) func(models.Event, record) models.Event { return wire.Is[record](t) }

// kinds are the entries that Postmark makes after a bounce of the type.
var kinds = map[string]string{
	"HardBounce":          "bounce",
	"BadEmailAddress":     "bounce",
	"SpamComplaint":       "complaint",
	"ManuallyDeactivated": "manual",
	"Unsubscribe":         "unsubscribe",
}

// bounced dispatches on the type's name, because sources disagree on the codes.
func bounced(e models.Event, r record) models.Event {
	kind := wire.Pick(string(r.Type), string(r.RecordType))
	e.ProviderCode = kind
	if bool(r.Inactive) || kind == "Unsubscribe" {
		e.SuppressionKind = kinds[kind]
	}
	switch kind {
	case "Transient":
		return wire.Deferral(e, "postmark", kind)
	case "Subscribe":
		e.Type, e.SuppressionKind = models.Resubscribed, "unsubscribe"
		return e
	case "InboundError", "OpenRelayTest":
		return e
	case "DnsError":
		return unresolved(e)
	case "SoftBounce":
		return wire.Soften(wire.Failure(e, "postmark", kind), models.SoftBounce)
	case "Blocked", "SpamNotification":
		return wire.Soften(wire.Failure(e, "postmark", kind), models.Blocked)
	}
	return wire.Failure(e, "postmark", kind)
}

// unresolved is a domain that could not be looked up. Only words that say so make it one that does not exist.
func unresolved(e models.Event) models.Event {
	if models.MatchReason(models.Evidence{Channel: models.Email, Text: e.Diagnostic}).ByDefault {
		return wire.As(e, "dns-temporary")
	}
	return wire.Failure(e, "postmark")
}

// changed is a change of the suppression list. One after a bounce or a complaint repeats what those events
// said.
func changed(e models.Event, r record) models.Event {
	e.SuppressionKind = listed(string(r.SuppressionReason), string(r.Origin))
	e.ProviderCode = "SubscriptionChange:" + string(r.SuppressionReason) + ":" + string(r.Origin)
	switch {
	case !bool(r.SuppressSending):
		e.Type, e.ProviderCode = models.Resubscribed, ""
		if r.SuppressionReason == "" {
			e.SuppressionKind = "unsubscribe"
		}
	case e.SuppressionKind == "unsubscribe":
		e.Reason, e.Type = "unsubscribed", models.Unsubscribed
	default:
		e.Reason, e.Type = reasonOfKind[e.SuppressionKind], models.AddressSuppressed
	}
	return e
}

var reasonOfKind = map[string]string{
	"bounce":    "dropped-bounce",
	"complaint": "dropped-complaint",
	"manual":    "dropped-manual",
}

// listed is the kind of an entry, by its reason and whose wish it was.
func listed(reason, origin string) string {
	switch {
	case reason == "HardBounce":
		return "bounce"
	case reason == "SpamComplaint":
		return "complaint"
	case origin == "Recipient":
		return "unsubscribe"
	}
	return "manual"
}
