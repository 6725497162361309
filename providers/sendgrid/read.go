package sendgrid

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Retries may carry the time of the first try, and SendGrid tries for a day.
const (
	oldest = 24*time.Hour + 5*time.Minute
	newest = 5 * time.Minute
)

const header = "X-Twilio-Email-Event-Webhook-"

// reread tells the events of a post apart.
func reread(r wire.Request) (wire.Reading, error) {
	return wire.ReadEach(r, models.Email, event)
}

// proven checks the ECDSA signature over timestamp and raw body.
func proven(r wire.Request) bool {
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(r.Settings["public_key"]))
	if err != nil {
		return false
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	key, ok := parsed.(*ecdsa.PublicKey)
	if err != nil || !ok {
		return false
	}
	stamp := r.Header.Get(header + "Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return false
	}
	if age := r.Now().Sub(time.Unix(seconds, 0)); age > oldest || age < -newest {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(r.Header.Get(header + "Signature"))
	if err != nil {
		return false
	}
	h := sha256.New()
	h.Write([]byte(stamp))
	h.Write(r.Body)
	return ecdsa.VerifyASN1(key, h.Sum(nil), signature)
}

// item is one event of a batch; our custom argument stands at its top.
type item struct {
	Event, Email, Type, Status, Reason, Response wire.Text
	Timestamp                                    wire.Text
	EventID                                      wire.Text `json:"sg_event_id"`
	MessageID                                    wire.Text `json:"sg_message_id"`
	SMTPID                                       wire.Text `json:"smtp-id"`
	Classification                               wire.Text `json:"bounce_classification"`
	Attempt                                      wire.Text `json:"notification_id"`
}

// sample is the address of the console's test posts.
const sample = "example@test.com"

func event(raw json.RawMessage) ([]models.Event, error) {
	var i item
	if err := wire.Decode(raw, &i); err != nil {
		return nil, err
	}
	if i.Event == "" {
		return nil, errors.New("the event has no type")
	}
	id, _, _ := strings.Cut(string(i.MessageID), ".")
	e := models.Event{
		Channel: models.Email, Type: models.Unrecognised, Recipient: wire.Address(string(i.Email)),
		ProviderEventID: string(i.EventID), DedupeKey: string(i.EventID), ProviderMessageID: id,
		MessageID: wire.MessageID(string(i.SMTPID)), AttemptRef: string(i.Attempt),
		OccurredAt: wire.Time(i.Timestamp), EnhancedCode: models.EnhancedStatus(string(i.Status)),
		Diagnostic: wire.Words(string(i.Response)), ProviderCode: string(i.Event), Raw: wire.Own(raw),
		Sample: strings.EqualFold(string(i.Email), sample),
	}
	if e.DedupeKey == "" {
		e.DedupeKey = wire.Digest(id, e.Recipient, string(i.Event), string(i.Timestamp), string(i.Reason))
	}
	meaning, known := meanings[string(i.Event)]
	if known && e.Recipient == "" {
		return nil, errors.New("the event names no recipient")
	}
	if known {
		e = meaning(e, i)
	} else if e.Recipient == "" { // about the account: its kind says what
		e.ProviderCode, e.Diagnostic = strings.Trim(string(i.Event+":"+i.Type), ":"),
			wire.Words(wire.Pick(string(i.Reason), string(i.Response)))
	}
	return []models.Event{e}, nil
}

// meanings say what each kind of event is for us.
var meanings = map[string]func(models.Event, item) models.Event{
	"processed":         is(models.Accepted),
	"delivered":         is(models.Delivered),
	"open":              is(models.Opened),
	"click":             is(models.Clicked),
	"deferred":          deferred,
	"bounce":            bounced,
	"dropped":           dropped,
	"spamreport":        about("complaint", "spamreport"),
	"unsubscribe":       about("unsubscribe", "unsubscribe"),
	"group_unsubscribe": about("unsubscribe", "group_unsubscribe"),
	"group_resubscribe": lifted,
}

func is(t models.EventType) func(models.Event, item) models.Event { return wire.Is[item](t) }

// about are events after which the address is on a list of that kind; the code names the reason.
func about(kind, code string) func(models.Event, item) models.Event {
	return func(e models.Event, _ item) models.Event {
		e.SuppressionKind = kind
		return wire.Failure(e, "sendgrid", code)
	}
}

func lifted(e models.Event, _ item) models.Event {
	e.Type, e.SuppressionKind = models.Resubscribed, "unsubscribe"
	return e
}

func deferred(e models.Event, _ item) models.Event {
	e.ProviderCode = ""
	return wire.Deferral(e, "sendgrid")
}

// bounced reads a bounce by its text. SendGrid lists the address after every one of type "bounce", and never
// after one of type "blocked", which is no verdict on the address whatever its text says.
func bounced(e models.Event, i item) models.Event {
	e.Diagnostic, e.ProviderCode = string(i.Reason), string(i.Type)
	codes := []string{"classification:" + string(i.Classification)}
	if known, ok := classifications[strings.ToLower(string(i.Classification))]; ok {
		codes[0] = "classification:" + known
	}
	if i.Type != "blocked" {
		e = wire.Failure(e, "sendgrid", codes...)
		e.SuppressionKind = "bounce"
		return e
	}
	return wire.Soften(wire.Failure(e, "sendgrid", append(codes, "blocked")...), models.Blocked)
}

// classifications are the spellings of the dictionary, by lower case.
var classifications = map[string]string{
	"invalid address": "Invalid Address", "invalid": "Invalid", "technical failure": "Technical Failure",
	"technical": "Technical", "content": "Content", "reputation": "Reputation",
	"frequency or volume too high": "Frequency or Volume Too High", "frequency/volume": "Frequency/Volume",
	"mailbox unavailable": "Mailbox Unavailable", "unclassified": "Unclassified",
}

// listOfReason are the lists on which an address stands that was dropped for the reason.
var listOfReason = map[string]string{"dropped-bounce": "bounce", "dropped-unsubscribed": "unsubscribe",
	"dropped-complaint": "complaint", "address-malformed": "invalid"}

// dropped reads the reason why SendGrid did not try. One that it does not explain is not held against the
// address.
func dropped(e models.Event, i item) models.Event {
	e.Diagnostic, e.EnhancedCode = "", ""
	e = wire.Failure(e, "sendgrid", "dropped:"+string(i.Reason))
	e.Diagnostic = wire.Words(string(i.Reason))
	e.SuppressionKind = listOfReason[e.Reason]
	return e
}
