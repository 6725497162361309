// Package generic reads the events of systems that have no webhook format of their own: the body of
// POST /api/v1/events, which the webhook of a generic connection takes as well.
package generic

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is the row of other systems: they tell, and nothing is asked of them.
var Provider = wire.Provider{
	Code:       "generic",
	Name:       "Another system",
	Channels:   []models.Channel{models.Email, models.SMS},
	Unstored:   http.StatusServiceUnavailable,
	Busy:       http.StatusTooManyRequests,
	RetriesFor: 0, // the caller's business
	Settling:   72 * time.Hour,
	Read:       read,
	Reread:     reread,
}

// Most is how many events one body may hold.
const Most = 1000

// Item is one event as other systems write it.
type Item struct {
	ID                string `json:"id"`
	NotificationRef   string `json:"notification_ref"`
	ProviderMessageID string `json:"provider_message_id"`
	To                string `json:"to"`
	Type              string `json:"type"`
	OccurredAt        string `json:"occurred_at"`
	SMTPCode          int    `json:"smtp_code"`
	EnhancedCode      string `json:"enhanced_code"`
	Diagnostic        string `json:"diagnostic"`
}

// Problem says what is wrong with one field of one event.
type Problem struct {
	Index   int // the event's place in the body, from 0
	Field   string
	Message string
	Raw     []byte
}

// Decode reads one event or an array of them. Events in order are returned even when others are not:
// the caller decides whether a problem refuses the whole body.
func Decode(body []byte) ([]models.Event, []Problem, error) { return decodeAll(body, true) }

// decodeAll reads the events of a body; strict: a field that we do not know is a problem.
func decodeAll(body []byte, strict bool) ([]models.Event, []Problem, error) {
	list, err := wire.Batch(body)
	if err != nil {
		return nil, nil, err
	}
	if len(list) > Most {
		return nil, nil, fmt.Errorf("%w: %d events, the most is %d", wire.ErrUnreadable, len(list), Most)
	}
	var events []models.Event
	var problems []Problem
	for i, raw := range list {
		e, wrong := decode(i, raw, strict)
		if len(wrong) > 0 {
			problems = append(problems, wrong...)
			continue
		}
		events = append(events, e)
	}
	return events, problems, nil
}

// failed is the type of a failure that the sender leaves to us to judge.
const failed = "failed"

// fields are the names that an event may have.
var fields = []string{
	"id",
	"notification_ref",
	"provider_message_id",
	"to",
	"type",
	"occurred_at",
	"smtp_code",
	"enhanced_code",
	"diagnostic",
}

// unknownFields are the names in an event that say nothing to us: one that is mistyped would be lost without
// a word.
func unknownFields(raw []byte, strict bool) (unknown []string) {
	var all map[string]json.RawMessage
	if !strict || json.Unmarshal(raw, &all) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !slices.ContainsFunc(fields, func(known string) bool { return strings.EqualFold(known, name) }) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

func decode(index int, raw []byte, strict bool) (models.Event, []Problem) {
	var item Item
	if err := json.Unmarshal(raw, &item); err != nil {
		return models.Event{}, []Problem{{index, "", "is not an event: " + err.Error(), raw}}
	}
	var problems []Problem
	wrong := func(field, message string) { problems = append(problems, Problem{index, field, message, raw}) }
	for _, name := range unknownFields(raw, strict) {
		wrong(name, "is no field of an event")
	}
	t := models.EventType(item.Type)
	if item.Type == failed {
		t = models.EventType(models.NotDelivered)
	}
	switch {
	case item.Type == "":
		wrong("type", "is missing")
	case !t.Valid():
		wrong("type", fmt.Sprintf("%q is no type of event", item.Type))
	}
	if item.ID == "" {
		wrong("id", "is missing; the same id is the same event")
	}
	if item.NotificationRef == "" && item.ProviderMessageID == "" {
		wrong("notification_ref", "is missing, and so is provider_message_id")
	}
	var at time.Time
	if item.OccurredAt != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, item.OccurredAt); err != nil {
			wrong("occurred_at", "is no time such as 2026-10-14T09:26:53Z")
		}
	}
	if item.SMTPCode != 0 && (item.SMTPCode < 200 || item.SMTPCode > 599) {
		wrong("smtp_code", "is no reply code of three digits")
	}
	if len(problems) > 0 {
		return models.Event{}, problems
	}
	return unified(item, t, at.UTC(), bytes.Clone(raw)), nil
}

func unified(item Item, t models.EventType, at time.Time, raw []byte) models.Event {
	e := models.Event{DedupeKey: item.ID, ProviderEventID: item.ID, Type: t, Channel: channelOf(item.To),
		Recipient: wire.Address(item.To), NotificationRef: item.NotificationRef,
		ProviderMessageID: item.ProviderMessageID, SMTPCode: item.SMTPCode, EnhancedCode: item.EnhancedCode,
		Diagnostic: wire.Words(item.Diagnostic), OccurredAt: at, Raw: raw}
	return judged(e)
}

// channelOf tells the channel by the address; empty when there is none, and the notification knows.
func channelOf(to string) models.Channel {
	switch {
	case to == "":
		return ""
	case strings.Contains(to, "@"):
		return models.Email
	}
	return models.SMS
}

// usual are the reasons of a type that comes without words, or with words that speak of something else:
// of an email, and of a text.
var usual = map[models.EventType][2]string{
	models.EventType(models.HardBounce):    {"user-unknown", "sms-unknown-number"},
	models.EventType(models.SoftBounce):    {"other-temporary", "sms-unknown-error"},
	models.EventType(models.MailboxError):  {"mailbox-unavailable", "sms-unreachable"},
	models.EventType(models.InvalidStatus): {"address-malformed", "sms-invalid-number"},
	models.EventType(models.Spammed):       {"spam-content", "sms-spam-filter"},
	models.EventType(models.Dropped):       {"dropped-manual", "sms-opted-out"},
	models.EventType(models.Blocked):       {"policy", "sms-blocked-carrier"},
	models.EventType(models.Autoresponder): {"auto-reply", "sms-unknown-error"},
	models.EventType(models.NotDelivered):  {"other-permanent", "sms-unknown-error"},
	models.Complaint:                       {"complaint", "complaint"},
	models.Unsubscribed:                    {"unsubscribed", "sms-opted-out"},
}

// judged completes a failure: the codes and words of the other side decide, where they say something, and the
// type that the sender names where they do not. One that only says "failed" leaves the judging to us.
func judged(e models.Event) models.Event {
	pair, needed := usual[e.Type]
	if !needed && e.Type != models.Deferred {
		return e
	}
	reason := models.MatchReason(
		models.Evidence{Channel: e.Channel, Text: e.Diagnostic, Enhanced: e.EnhancedCode,
			SMTP: e.SMTPCode, Temporary: e.Type == models.Deferred},
	)
	e.Reason = pair[0]
	if e.Channel == models.SMS {
		e.Reason = pair[1]
	}
	said := !reason.ByDefault && (reason.EventType().Failure() || reason.Status() == models.Autoresponder)
	switch {
	case e.Type == models.Deferred:
		e.Reason = reason.ID
	case said && (e.Type.Failure() || e.Type == models.EventType(models.Autoresponder)):
		e.Reason, e.Type = reason.ID, reason.EventType()
	case !reason.ByDefault && reason.EventType() == e.Type:
		e.Reason = reason.ID
	}
	return e
}

// read takes the events of a generic connection: the secret address is the proof. What is wrong with one
// event is kept with it, for support, and loses no other.
func read(_ context.Context, r wire.Request) (wire.Reading, error) { return reread(r) }

func reread(r wire.Request) (wire.Reading, error) {
	events, problems, err := decodeAll(r.Body, false)
	if err != nil {
		return wire.Reading{}, err
	}
	last := -1
	for _, p := range problems {
		if p.Index != last {
			why := fmt.Errorf("event %d: %s %s", p.Index+1, p.Field, p.Message)
			events = append(events, wire.Parked("", p.Raw, why))
		}
		last = p.Index
	}
	return wire.Reading{Events: events}, nil
}
